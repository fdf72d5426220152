"""Law 6 at random: thousands of mutants of the valid tables are refused with a place, or mean exactly what they say.

The oracle reads cells by a grammar of its own, so that a wrong run cannot be accepted silently by both.
"""

import itertools
import math
import os
import random
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from condensation.models.cell_error import CellError
from condensation.plan import InputError, build_plan
from condensation.plan.cells import read_cell
from condensation.plan.families import FAMILIES
from condensation.plan.figures import is_generic
from condensation.plan.runs import run_id

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = int(os.environ.get("LAWS_MUTANTS", "2400"))
SMOKE = "workflow/presets/smoke.yaml"
MEANING = {"-": None, "adaptive": None, "yes": True, "no": False, "inf": math.inf, "-inf": -math.inf}
NASTY = [
    "", " ", "-", "nan", "inf", "-inf", "Infinity", "true", "None", "0", "-0", "1", "-1", "+1", "1.", ".5",
    "1e3", "1E3", "1e-400", "1e400", "1e999999999", "1_000", "0x10", "1,5", "1,1.0", "1,,2", ",1", "1,",
    "1;2", "2;1", "1;1", "1..3", "3..1", "1...3", "0:1:0.25", "0:1:0.3", "1:0:0.1", "0:1:0", "0:1:1e-9", "::",
    "linspace(0,1,3)", "linspace(1,0,3)", "linspace(0,1,1)", "linspace(0,1,1e9)", "linspace(0,1",
    "linspace()", "m^-0.5", "m^2", "m^", "m^-0.5,0.01", "1 2", "1 ,2", "٣", "１", "𝟓", "1\u00a0", "½",
    "$(touch hacked)", "`touch hacked`", "; touch hacked", "../../../etc/passwd", "/etc/passwd", "a b", "{x}",
    "{0}", "%s", "'", '"', "\\", "\\n", "x" * 300, "💥", "é", "#", "&", "|", ">", "*", "~", "!",
    "!!python/object/apply:os.system [id]", "[1, 2]", "{a: 1}", "NULL",
]  # fmt: skip
CHARACTERS = "\t\n\r\0 ,;:.-+()[]{}'\"#&*!|>%@`$\\/0123456789eEmx_^é\u202e\ufeff"


class Small:
    """One family's table with a figure and a preset, copied from the repository, small enough to be planned quickly."""

    def __init__(self, root: Path, family: str) -> None:
        self.root, self.family = root, FAMILIES[family]
        (root / "workflow/experiments").mkdir(parents=True)
        (root / "workflow/presets").mkdir()
        for name in ("scripts", "src"):
            (root / name).symlink_to(ROOT / name)
        figures = _rows("workflow/figures.tsv")
        figure = next((row for row in figures[1:] if set(_families(row)) == {family}), None)
        claims = _rows("workflow/claims.tsv")
        own = [row for row in claims[1:] if figure and row[1] == figure[0]]
        smoke = re.search(rf"^{family}:\n(?:  .*\n)+", (ROOT / SMOKE).read_text(), flags=re.MULTILINE)
        self.files = {
            self.family.table: (ROOT / self.family.table).read_text(),
            "workflow/figures.tsv": _text([figures[0], *([figure] if figure else [])]),
            "workflow/claims.tsv": _text([claims[0], *own[:3]]),
            SMOKE: "description: tiny\n" + (smoke[0] if smoke else ""),
        }
        self.restore()
        self.columns = self.family.table_columns
        self.axes = [name for name, column in self.columns.items() if column.kind != "text"]
        self.valid = {e.name: e for e in self.plan().experiments.values()}

    def restore(self) -> None:
        for name, text in self.files.items():
            (self.root / name).write_text(text)

    def plan(self):
        return build_plan(self.root, "smoke", families={self.family.name: self.family})


def _rows(name: str) -> list[list[str]]:
    lines = (ROOT / name).read_text().splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def _text(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _families(figure: list[str]) -> list[str]:
    return [name.split(":")[0] for name in figure[4].split(",")]


def mutated(text: str, random: random.Random) -> str:
    """Return the text with a cell replaced, edited or moved, a row repeated, dropped or cut, or a character changed."""
    lines = text.split("\n")
    number = random.randrange(len(lines))
    cells = re.split(r"(\t|(?<=: ))", lines[number])
    place = random.randrange(0, len(cells), 2) if len(cells) > 1 else 0
    kind = random.randrange(10)
    if kind < 4:
        cells[place] = random.choice(NASTY)
    elif kind < 6:
        cell = cells[place]
        at = random.randrange(len(cell) + 1)
        cells[place] = cell[:at] + random.choice(CHARACTERS) + cell[at + random.randrange(2) :]
    elif kind == 6:
        other = random.choice(lines).split("\t")
        cells[place] = random.choice(other)
    elif kind == 7:
        del cells[place]
    elif kind == 8:
        lines.insert(random.randrange(len(lines)), lines[number])
    else:
        at = random.randrange(len(text))
        return text[:at] + random.choice(CHARACTERS) + text[at + random.randrange(3) :]
    lines[number] = "".join(cells)
    return "\n".join(lines)


def meant(text: str, column) -> list:
    """Read a cell by the written grammar (see condensation.plan.cells), by other means than the program."""
    numbers = column.type in (int, float)
    if column.kind == "sequence":
        return [() if text in column.words else tuple(_number(piece, column) for piece in text.split(";"))]
    pieces = re.split(r",(?![^(]*\))", text) if column.kind == "list" else [text]
    values: list = []
    for piece in map(str.strip, pieces):
        if piece in column.words:
            values.append(MEANING[piece])
        elif numbers and (match := re.fullmatch(r"linspace\((.*),(.*),(.*)\)", piece)):
            first, last, count = (float(part) for part in match.groups())
            values += [round(float(v), 12) for v in np.linspace(first, last, int(count))]
        elif numbers and re.fullmatch(r"[^.]+\.\.[^.]+", piece):
            first, last = (int(Decimal(part.strip())) for part in piece.split(".."))
            values += range(first, last + 1)
        elif numbers and piece.count(":") == 2:
            first, last, step = (Decimal(part.strip()) for part in piece.split(":"))
            values += [float(first + i * step) for i in range(int((last - first) / step) + 1)]
        elif numbers and re.fullmatch(r"[-+.0-9eE]+", piece):
            values.append(_number(piece, column))
        else:
            assert column.type is str or column.pattern, f"{piece!r} was accepted in {column.meaning}"
            values.append(piece)
    return values


def _number(text: str, column) -> float:
    assert re.fullmatch(r"[-+.0-9eE]+", text.strip()), f"{text!r} was accepted as a number in {column.meaning}"
    return float(text)


def check_accepted(small: Small, plan) -> None:
    """Every run that the plan holds is one that the cells name, and every run that they name is there."""
    for experiment in plan.experiments.values():
        values = {}
        for name in small.axes:
            values[name], told = (
                meant(experiment.cells[name], small.columns[name]),
                read_cell(experiment.cells[name], small.columns[name])[0],
            )
            assert len(values[name]) == len(told), (name, experiment.cells[name])
            assert all(a == b or abs(a - b) < 1e-11 for a, b in zip(values[name], told, strict=True)), experiment.cells[
                name
            ]
        combinations = [
            dict(zip(values, combination, strict=True))
            for combination in itertools.product(
                *(read_cell(experiment.cells[name], small.columns[name])[0] for name in values)
            )
        ]
        expected = set()
        for cells in combinations:
            try:
                expected.add(run_id(small.family.run.from_cells(cells)))
            except CellError as error:
                pytest.fail(f"accepted although {error}")
        assert expected == set(experiment.run_ids)
        assert len(experiment.run_ids) == len(combinations)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", experiment.name)
    for batch in plan.batches.values():
        assert re.fullmatch(rf"data/runs/{batch.family}/[A-Za-z0-9_.^=+-]+\.parquet", batch.path), batch.path
        assert ".." not in batch.path
    for figure in plan.figures.values():
        assert re.fullmatch(r"[A-Za-z0-9_]+", figure.id)
        assert is_generic(figure.script) or figure.script == f"scripts/figures/{figure.id}.py"
        assert set(figure.experiments) <= plan.experiments.keys()
    for claim in plan.claims:
        assert claim.lower <= claim.upper
        assert claim.figure in plan.figures


@pytest.mark.parametrize("family", FAMILIES)
def test_mutants_are_refused_or_mean_what_they_say(tmp_path, family, tried, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = Small(tmp_path / "small", family)
    generator = random.Random(f"mutants of {family}")
    refused = accepted = 0
    while refused + accepted < math.ceil(MUTANTS / len(FAMILIES)):
        name = generator.choice([small.family.table] * 3 + list(small.files))
        text = mutated(small.files[name], generator)
        if text == small.files[name]:
            continue
        small.restore()
        (small.root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            plan = small.plan()
        except InputError as error:
            refused += 1
            assert error.problems
            for problem in error.problems:
                assert str(problem).isprintable()
                assert problem.line >= 1
            continue
        accepted += 1
        check_accepted(small, plan)
        if name == small.family.table:  # rows whose line is untouched ask for the runs that they asked for before
            lines = set(text.split("\n")) & set(small.files[name].split("\n"))
            same = {line.split("\t")[0] for line in lines if "\t" in line}
            header = (
                small.files[name].split("\n").index(next(row for row in small.files[name].split("\n") if "\t" in row))
            )
            if header in lines:
                for experiment in plan.experiments.values():
                    if experiment.name in same and experiment.name in small.valid:
                        assert set(experiment.run_ids) == set(small.valid[experiment.name].run_ids), experiment.name
    assert refused
    assert accepted
    assert not list(tmp_path.rglob("hacked"))
    tried(
        "bad input", f"mutants of {family}'s table, its figure, claims and preset: refused, by file and line", refused
    )
    tried("bad input", f"mutants of {family}'s table ...: accepted, and they mean what they say", accepted)
