"""Tables of workflow/report: what is wrong is said with its place, all at once."""

import shutil
from pathlib import Path

import pytest

from condensation.pages.equations import mathml
from condensation.pages.tables import Equation, read_report_tables
from condensation.plan import InputError, build_plan

ROOT = Path(__file__).resolve().parents[3]
PLAN = build_plan(ROOT, "lecture")


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "workflow/report", tmp_path / "workflow/report")
    return tmp_path


def edit(root: Path, table: str, old: str, new: str) -> None:
    path = root / f"workflow/report/{table}.tsv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_every_figure_of_fully_connected_networks_has_an_equation():
    tables = read_report_tables(ROOT, PLAN)
    families = {"two_layer", "three_layer", "regularised", "custom"}
    for figure in PLAN.figures.values():
        if figure.experiments and {name.split(":")[0] for name in figure.experiments} <= families:
            assert tables.equations_of(figure.id), figure.id


def test_every_equation_becomes_mathml_with_words():
    for equation in read_report_tables(ROOT, PLAN).equations:
        element = str(mathml(equation))
        assert element.startswith(f'<math alttext="{equation.words[:10]}')
        assert "\\" not in element


def test_an_unknown_command_is_an_error():
    equation = Equation("wrong", (), r"\foo x", "words", "meaning", "ours")
    with pytest.raises(ValueError, match=r"equations.tsv: wrong: cannot convert \\foo"):
        mathml(equation)


def test_all_mistakes_at_once(root):
    edit(root, "equations", "f08_phase_diagram", "f08_phase_diagam")
    edit(root, "published_claims", "f09_f0_linear", "f09_f0_liner")
    edit(root, "published_claims", "\t-0.026\t", "\tabout 0\t")
    edit(root, "published_series", "gamma_prime\tgamma", "gamma prime\tgamma")
    edit(root, "training_times", ":100\t", ":100 neurons\t")
    with pytest.raises(InputError) as error:
        read_report_tables(root, PLAN)
    said = str(error.value)
    assert "equations.tsv:4: figures: there is no figure `f08_phase_diagam`; did you mean `f08_phase_diagram`?" in said
    assert "published_claims.tsv:3: claim: there is no claim `f09_f0_liner`; did you mean `f09_f0_linear`?" in said
    assert "published_claims.tsv:4: published: `about 0` is not a number" in said
    assert "published_series.tsv:5: coordinates: `gamma prime` is not a column of the metrics" in said
    assert "training_times.tsv" in said
    assert "family:experiment:work" in said


def test_a_missing_table_is_an_error(root):
    (root / "workflow/report/equations.tsv").unlink()
    with pytest.raises(InputError, match=r"equations\.tsv:1: file: cannot be read"):
        read_report_tables(root, PLAN)
