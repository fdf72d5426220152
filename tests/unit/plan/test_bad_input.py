"""Law 6: malformed tables, presets and claims fail before anything runs, with every error at once and nothing lost."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from condensation.plan import InputError
from tests.unit.plan.small_repository import CLAIMS, FIGURES, FILES, LECTURE, REPOSITORY, SMOKE, TABLE, SmallRepository

SCRIPT = "scripts/figures/f11_slope_map.py"
CODE = "src/condensation/models/two_layer/training.py"


@dataclass(frozen=True)
class Bad:
    """An edit of a valid repository, and where and why it must be refused."""

    edited: str
    old: str
    new: str
    line: int
    column: str
    reason: str
    file: str = ""
    preset: str = "lecture"


CASES = {
    # the header
    "unknown column": Bad(TABLE, "gamma_prime", "gama_prime", 2, "gama_prime", "did you mean `gamma_prime`?"),
    "missing column": Bad(TABLE, "\tkeep\t", "\t", 2, "keep", "the column is missing"),
    "column twice": Bad(TABLE, "\tseed\t", "\tm\t", 2, "m", "the column occurs twice"),
    "column without a name": Bad(TABLE, "\tseed\t", "\t\t", 2, "header", "without a name"),
    "commas": Bad(FIGURES, "id\tslide\ttitle\t", "id,slide,title,", 1, "id,slide,title,script", "unknown column"),
    # the file
    "carriage return in a row": Bad(TABLE, "# another", "# ano\rther", 5, "row", "control character `\\r`"),
    "control character": Bad(TABLE, "# another", "# \x1b[2J", 5, "row", "control character `\\x1b`"),
    "a cell too many": Bad(TABLE, "slide\t", "slide\t\t", 6, "row", "has 18 cells, the header has 17"),
    "a cell too few": Bad(TABLE, "\tx_squared\t100,200\t0.6", "\t100,200\t0.6", 3, "row", "has 16 cells"),
    "spaces for a tab": Bad(TABLE, "slope_map\tx_", "slope_map  x_", 3, "row", "has 16 cells"),
    # the cells
    "text for a number": Bad(TABLE, "0.6:1.4:0.2", "large", 3, "gamma", "`large` is not a number or `-`"),
    "text for a width": Bad(TABLE, "\t100\t4", "\twide\t4", 6, "m", "`wide` is not a number"),
    "fraction for a width": Bad(TABLE, "\t100\t4", "\t100.5\t4", 6, "m", "`100.5` is not a whole number"),
    "not a number": Bad(TABLE, "0.6:1.4:0.2", "nan", 3, "gamma", "`nan` is not a finite number"),
    "infinity": Bad(TABLE, "0.6:1.4:0.2", "1,inf", 3, "gamma", "`inf` is not a finite number"),
    "empty cell": Bad(TABLE, "\t100\t4", "\t\t4", 6, "m", "is empty"),
    "empty source": Bad(TABLE, "parameters\tslide", "parameters\t", 6, "source", "is empty"),
    "unknown source": Bad(TABLE, "parameters\tslide", "parameters\tblog", 6, "source", "`slide`, `ours`, or `paper`"),
    "empty place in a list": Bad(TABLE, "100,200\t0.6", "100,,200\t0.6", 3, "m", "empty place in its list"),
    "too small": Bad(TABLE, "\t100\t4", "\t1\t4", 6, "m", "must be at least 2, found `1`"),
    "too large": Bad(TABLE, "\t100\t4", "\t1e9\t4", 6, "m", "must be at most 10000000, found `1000000000`"),
    "negative seed": Bad(TABLE, "10;100", "10;-100", 6, "snapshots", "must be at least 1, found `-100`"),
    "standard deviation zero": Bad(TABLE, "m^-0.5,0.01", "0", 7, "std", "must be greater than 0"),
    "standard deviation no power": Bad(TABLE, "m^-0.5,0.01", "m^x", 7, "std", "a power of m such as m^-0.5"),
    "half a range": Bad(TABLE, "0.6:1.4:0.2", "0.6:1.4", 3, "gamma", "`0.6:1.4` is not a range"),
    "range without a step": Bad(TABLE, "0.6:1.4:0.2", "0.6:1.4:0", 3, "gamma", "must rise"),
    "range that falls": Bad(TABLE, "0.6:1.4:0.2", "1.4:0.6:0.2", 3, "gamma", "must rise"),
    "range past its end": Bad(TABLE, "0.6:1.4:0.2", "0.6:1.4:0.3", 3, "gamma", "do not end at 1.4"),
    "open parenthesis": Bad(TABLE, "0.6:1.4:0.2", "linspace(0,1,5", 3, "gamma", "is not a range"),
    "range of a million": Bad(TABLE, "0.6:1.4:0.2", "0:1:0.000001", 3, "gamma", "1000001 values, more than 100,000"),
    "range without end": Bad(TABLE, "0.6:1.4:0.2", "0:1:1e-300", 3, "gamma", "values, more than 100,000"),
    "a row of too many runs": Bad(
        TABLE, "0.6:1.4:0.2", "linspace(0,2,90000)", 3, "gamma", "multiplies out to 1,080,000 runs"
    ),
    "unknown target": Bad(TABLE, "slope_map\tx_squared", "slope_map\tx_sqared", 3, "target", "mean `x_squared`?"),
    "unknown method": Bad(
        TABLE, "4\t0\t-\t0\t0..2\tyes\tgradient_descent", "4\t0\t-\t0\t0..2\tyes\tgradient", 6, "method", "not one of"
    ),
    "neither yes nor no": Bad(TABLE, "4\t0\t-\t0\t0..2\tyes", "4\t0\t-\t0\t0..2\ttrue", 6, "antisymmetric", "yes, no"),
    "number for a learning rate word": Bad(
        TABLE, "adaptive\t1e-8\t200000\t10;", "adaptiv\t1e-8\t200000\t10;", 6, "learning_rate", "mean `adaptive`?"
    ),
    # shell characters
    "semicolon in a name": Bad(TABLE, "\nslope_map\t", "\nslope;rm -rf\t", 3, "name", "`slope;rm -rf` is not a name"),
    "dollar in a name": Bad(TABLE, "\ntrajectory\t", "\n$(reboot)\t", 6, "name", "`$(reboot)` is not a name"),
    "quotes in a name": Bad(TABLE, "\ntrajectory\t", "\n'a\"\t", 6, "name", "is not a name"),
    "path for a name": Bad(TABLE, "\ntrajectory\t", "\n../../etc\t", 6, "name", "is not a name"),
    "pipe in a target": Bad(TABLE, "slope_map\tx_squared", "slope_map\tx|y", 3, "target", "`x|y` is not one of"),
    "backticks in a number": Bad(TABLE, "0.6:1.4:0.2", "`id`", 3, "gamma", "is not a number"),
    "ampersand in an id": Bad(FIGURES, "\nt01_initialisations\t", "\nt01&ls\t", 3, "id", "`t01&ls` is not a name"),
    "another script": Bad(FIGURES, "scripts/figures/t01_initialisations.py", "scripts/train.py;ls", 3, "script", "a p"),
    "angle bracket in an experiment": Bad(FIGURES, "two_layer:trajectory", "a>b", 2, "experiments", "`a>b` is not an"),
    # rows
    "name twice": Bad(TABLE, "\ntrajectory\t", "\nslope_map\t", 6, "name", "`slope_map` is already in line 3"),
    "run twice": Bad(TABLE, "0.6:1.4:0.2", "0.5,0.50", 3, "gamma", "gives `0.5` twice"),
    "run twice by two spellings": Bad(
        TABLE, "\t100,200\t-\t-\tm^-0.5,0.01", "\t100\t-\t-\tm^-0.5,0.1", 7, "std",
        "`m^-0.5` and `0.1` give the same run twice",
    ),
    "the runs of another row": Bad(
        TABLE, "\n# another comment", "\nagain" + "\t".join(
            ["", "x_squared", "200,100", "0.6,0.8,1:1.4:0.2", "0.2,-0.2", "-", "0", "2,1,0", "yes", "gradient_descent",
             "adaptive", "1e-8", "200000", "-", "summary", "ours", ""]
        ), 5, "name", "has the same runs as `slope_map` in line 3",
    ),
    "gamma and std": Bad(TABLE, "m^-0.5,0.01", "-", 7, "gamma", "is missing: give gamma, or std"),
    "std beside gamma": Bad(TABLE, "4\t0\t-\t", "4\t0\t0.1\t", 6, "std", "gamma and std are both given"),
    "snapshots without parameters": Bad(TABLE, "\tparameters\t", "\tsummary\t", 6, "snapshots", "keep = parameters"),
    "snapshots that fall": Bad(TABLE, "10;100", "100;10", 6, "snapshots", "must increase"),
    "snapshots after the end": Bad(TABLE, "10;100", "10;200001", 6, "snapshots", "step 200001 is after the last"),
    # presets
    "unknown preset": Bad(LECTURE, "", "", 1, "preset", "mean `smoke`?", "workflow/presets/smokey.yaml", "smokey"),
    "preset outside its folder": Bad(LECTURE, "", "", 1, "preset", "no such", "workflow/presets/../x.yaml", "../x"),
    "preset of an unknown family": Bad(SMOKE, "two_layer:", "two_layr:", 2, "family", "did you mean `two_layer`?"),
    "preset of an unknown row": Bad(SMOKE, "slope_map:", "slopemap:", 3, "row", "did you mean `slope_map`?"),
    "preset of an unknown column": Bad(SMOKE, "seed:", "seeds:", 5, "seeds", "did you mean `seed`?"),
    "preset with a wrong cell": Bad(SMOKE, "10,20", "10,x", 4, "m", "`x` is not a number"),
    "preset out of range": Bad(SMOKE, "10,20", "1", 4, "m", "must be at least 2"),
    "preset that renames": Bad(SMOKE, "seed: 0", "name: other", 5, "name", "cannot rename"),
    "preset with a list": Bad(SMOKE, "10,20", "[10, 20]", 4, "m", "one text or number"),
    "preset with a key twice": Bad(SMOKE, "seed: 0", "m: 3", 5, "m", "occurs twice"),
    "preset that would run code": Bad(
        SMOKE, "10,20", "!!python/object/apply:os.system ['touch hacked']", 4, "m", "one text or number"
    ),
    "preset with a python tag": Bad(SMOKE, "10,20", "!!python/name:os.system x", 4, "m", "one text or number"),
    "preset that is no mapping": Bad(SMOKE, "two_layer:\n", "two_layer: 3\nx:\n", 2, "two_layer", "must be a mapping"),
    "preset that is not YAML": Bad(SMOKE, "10,20", "'10,20", 8, "yaml", "found unexpected end of stream"),
    "preset with a tab": Bad(SMOKE, "    seed", "\tseed", 5, "yaml", "found character '\\t'"),
    "preset of nothing": Bad(LECTURE, "description: every figure", "# none", 1, "preset", "must be a mapping"),
    "preset with an empty description": Bad(SMOKE, "description: tiny\n", "", 1, "description", "is missing"),
    "preset nested too deeply": Bad(LECTURE, "every figure", "[" * 100_000, 1, "yaml", "nested too deeply"),
    # figures
    "unknown experiment": Bad(
        FIGURES, "two_layer:trajectory", "two_layer:trajectry", 2, "experiments", "did you mean `two_layer:trajectory`?"
    ),
    "unknown family of an experiment": Bad(FIGURES, "two_layer:slope_map", "cnn:slope_map", 2, "experiments", "no exp"),
    "experiment twice": Bad(
        FIGURES, "two_layer:slope_map", "two_layer:trajectory", 2, "experiments", "gives `two_layer:trajectory` twice"
    ),
    "experiment and none": Bad(FIGURES, "two_layer:slope_map", "-", 2, "experiments", "stands alone"),
    "unknown format": Bad(FIGURES, "pdf,png,svg", "pdf,pgn,svg", 2, "formats", "did you mean `png`?"),
    "no title": Bad(FIGURES, "Slopes; part 1\tSlopes", "Slopes\t", 2, "title", "is empty"),
    "script of another figure": Bad(
        FIGURES, "scripts/figures/t01_initialisations.py", SCRIPT, 3, "script", "must be `scripts/figures/t01_init"
    ),
    "script that does not exist": Bad(
        FIGURES, "\nt01_initialisations\tTable\tTable\tscripts/figures/t01_init",
        "\nt02_initialisations\tTable\tTable\tscripts/figures/t02_init", 3, "script", "does not exist; did you mean",
    ),
    "script that is not Python": Bad(SCRIPT, "CUTS = 10", "CUTS = = 10", 10, "code", "is not Python"),
    "script without draw": Bad(SCRIPT, "def draw(table)", "def plot(table)", 2, "script", "`draw`", FIGURES),
    # claims
    "unknown figure": Bad(CLAIMS, "f11_slope_map", "f11_slopemap", 2, "figure", "did you mean `f11_slope_map`?"),
    "unknown quantity": Bad(CLAIMS, "slope_at_one", "slope_at_on", 2, "quantity", "did you mean `slope_at_one`?"),
    "function that is no quantity": Bad(CLAIMS, "slope_at_one", "measure", 2, "quantity", "no @quantity `measure`"),
    "quantity that runs code": Bad(CLAIMS, "slope_at_one", "__import__('os')", 2, "quantity", "not the name of a"),
    "lower above upper": Bad(CLAIMS, "-0.03\t", "0.04\t", 2, "lower", "0.04 is above upper, 0.03"),
    "bound that is text": Bad(CLAIMS, "-0.03\t", "low\t", 2, "lower", "`low` is not a number"),
    "bound that is not a number": Bad(CLAIMS, "-0.03\t", "nan\t", 2, "lower", "`nan` is not a finite number"),
    "category without why": Bad(CLAIMS, "0.03\t-\t-", "0.03\tnear miss\t-", 2, "why", "belong together"),
    "unknown kind": Bad(CLAIMS, "\tquality\t", "\tqualty\t", 3, "kind", "did you mean `quality`?"),
    "unknown basis": Bad(CLAIMS, "\tpublished\t", "\tafterwards\t", 2, "basis", "is not `theory`, `published`"),
    "bound of two numbers": Bad(CLAIMS, "-0.03\t", "1,2\t", 2, "lower", "`1,2` is not a number"),
    "empty bound": Bad(CLAIMS, "-0.03\t", "\t", 2, "lower", "is empty"),
    "claim that nothing refutes": Bad(CLAIMS, "\t3\tinf", "\t-inf\tinf", 3, "lower", "no number can refute"),
    "claim twice": Bad(CLAIMS, "\nrows\t", "\nslope_one\t", 3, "id", "`slope_one` is already in line 2"),
    # code
    "training that is not Python": Bad(CODE, "def train", "def def train", 7, "code", "is not Python"),
    "training that imports what is not there": Bad(CODE, "network import", "netwrk import", 3, "code", "no module"),
}  # fmt: skip


@pytest.mark.parametrize("bad", CASES.values(), ids=CASES)
def test_bad_input_is_refused_with_its_place(small: SmallRepository, bad: Bad):
    if bad.old:
        small.edit(bad.edited, bad.old, bad.new)
    before = small.content()
    with pytest.raises(InputError) as error:
        small.plan(bad.preset)
    expected = (bad.file or bad.edited, bad.line, bad.column)
    found = [p for p in error.value.problems if (p.file, p.line, p.column) == expected and bad.reason in p.reason]
    assert len(found) == 1, str(error.value)
    assert f"{expected[0]}:{bad.line}: {bad.column}: " in str(error.value)
    assert small.content() == before


@pytest.mark.parametrize(
    ("file", "separator", "word"), [(TABLE, ",", "commas"), (FIGURES, ";", "semicolons"), (CLAIMS, " ", "spaces")]
)
def test_wrong_separator(small: SmallRepository, file, separator, word):
    small.write(file, small.read(file).replace("\t", separator))
    line = 2 if file == TABLE else 1
    (problem,) = [problem for problem in small.problems() if problem.file == file]
    assert str(problem) == f"{file}:{line}: header: {word} separate the columns; use tabs"


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "the table is empty"),
        (b"\xff\xfen\x00a\x00", 1, "is UTF-16"),
        (b"name\ttarget\n\xe9\t1\n", 2, "byte 1 (0xe9) is not UTF-8"),
        (b"\x00" * 100, 1, "control character"),
        (bytes(range(256)) * 4, 1, ""),
    ],
)
def test_files_that_are_no_tables(small: SmallRepository, content, line, reason):
    small.write(TABLE, content)
    assert any(p.file == TABLE and p.line == line and reason in p.reason for p in small.problems())


@pytest.mark.parametrize("file", [TABLE, FIGURES, CLAIMS, LECTURE, CODE])
def test_missing_file(small: SmallRepository, file):
    (small.root / file).unlink()
    (problem,) = small.problems()
    assert (problem.file, problem.line) == (file, 1)


def test_an_unreadable_table_is_not_blamed_on_the_figures(small: SmallRepository):
    small.write(TABLE, "")
    assert {problem.file for problem in small.problems("smoke")} == {TABLE}


def test_every_problem_of_every_file_is_told_at_once(small: SmallRepository):
    """One mistake a place, of tables, presets, figures and claims, in the order of files and lines."""
    edits = [
        (CLAIMS, "-0.03\t", "0.04\t"),
        (CLAIMS, "\trows\t3", "\trow\tthree"),
        (TABLE, "0.6:1.4:0.2", "1.4:0.6:0.2"),
        (TABLE, "x_squared\t100\t4", "x_sqared\t1\t4"),
        (TABLE, "m^-0.5,0.01", "-"),
        (FIGURES, "pdf,png,svg", "pfd"),
        (FIGURES, "two_layer:trajectory", "two_layer:trajectories"),
        (SMOKE, "seed: 0", "sed: 0"),
        (SMOKE, "max_steps: 1000", "max_steps: none"),
    ]
    for edit in edits:
        small.edit(*edit)
    before = small.content()
    problems = small.problems("smoke")
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [
        (CLAIMS, 2, "lower"),
        (CLAIMS, 3, "lower"),
        (CLAIMS, 3, "quantity"),
        (TABLE, 3, "gamma"),
        (TABLE, 6, "m"),
        (TABLE, 6, "target"),
        (TABLE, 7, "gamma"),
        (FIGURES, 2, "experiments"),
        (FIGURES, 2, "formats"),
        (SMOKE, 5, "sed"),
        (SMOKE, 7, "max_steps"),
    ]
    assert small.content() == before


@pytest.mark.parametrize("arguments", [[], ["--preset", "smoke"]])
def test_the_command_line_refuses_without_traceback_and_writes_nothing(tmp_path, arguments):
    for name in ("workflow", "scripts", "src"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "params.yaml", tmp_path)
    path = tmp_path / TABLE
    text = path.read_text()
    path.write_text(text.replace("\t0.5,1,1.75\t", "\t0.6;rm\t", 1))
    row = 1 + text.split("\t0.5,1,1.75\t")[0].count("\n")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(REPOSITORY / "scripts" / "plan.py"), "--root", str(tmp_path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{TABLE}:{row}: gamma: `0.6;rm` is not a number or `-`\n"
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_free_text_may_hold_any_character(small: SmallRepository):
    small.edit(TABLE, "paper section 4; $5 & more", "paper `4`; $(reboot) | \"x\" 'y' <z> & \\")
    small.edit(FIGURES, "Slopes; part 1", "; | & $ ` < > \" '")
    assert small.plan().experiments["two_layer:slope_map"].source.startswith("paper `4`; $(reboot) |")


@settings(max_examples=60, deadline=None)
@given(
    file=st.sampled_from([TABLE, FIGURES, CLAIMS, SMOKE]),
    where=st.floats(0, 1),
    removed=st.integers(0, 5),
    added=st.binary(max_size=4) | st.text("\t\n#,:;.-()'\"[]{}&*!0e", max_size=4).map(str.encode),
)
def test_any_damage_is_harmless_or_told(shared_small: SmallRepository, file, where, removed, added):
    shared_small.restore()
    content = FILES[file].encode()
    start = int(where * len(content))
    shared_small.write(file, content[:start] + added + content[start + removed :])
    for problem in shared_small.problems("smoke"):
        lines = 1 + (shared_small.root / problem.file).read_bytes().count(b"\n")
        assert 1 <= problem.line <= lines + added.count(b"\r")
        assert str(problem).isprintable()


def test_there_are_cases_enough():
    assert len(CASES) >= 35
