"""A generic kind of figure says before anything starts which runs it can show."""

import ast

import pytest

from condensation.plan.kinds import NEEDS
from tests.unit.plan.small_repository import FIGURES, REPOSITORY, TABLE, SmallRepository

ROW = "x1_mine\tSlide\tTitle\tscripts/figures/generic_kind.py\ttwo_layer:slope_map\tpdf,png\tCaption\n"
SCRIPT = "scripts/figures/generic_kind.py"
SHOWS = {"families": ("two_layer",), "shows": ("gamma", "gamma_prime", "m")}


def add_kind(small: SmallRepository, needs: dict, row: str = ROW) -> None:
    small.write(SCRIPT, small.read("scripts/figures/f11_slope_map.py") + f"\n\nNEEDS = {needs!r}\n")
    small.write(FIGURES, small.read(FIGURES) + row)


def test_runs_that_a_kind_shows_are_no_problem(small: SmallRepository):
    add_kind(small, SHOWS | {"least": {"gamma": 5, "m": 2}, "keep": "summary"})
    assert "x1_mine" in small.plan().figures


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        ({"shows": ("gamma", "m")}, "differ in gamma_prime (-0.2, 0.2), which would be averaged or drawn as one; may"),
        ({"shows": ("gamma", "gamma_prime")}, "differ in m (100, 200)"),
        ({"least": {"m": 3}}, "needs at least 3 values of m, found 2: 100, 200"),
        ({"keep": "parameters"}, "needs runs with keep = parameters, found summary"),
        ({"snapshots": True}, "needs steps in the cell `snapshots`, the same for all runs, found `-`"),
        ({"families": ("custom",)}, "`two_layer:slope_map` is of another family than this kind shows: custom"),
    ],
)
def test_runs_that_a_kind_cannot_show_are_refused(small: SmallRepository, needs, reason):
    add_kind(small, SHOWS | needs)
    (problem,) = small.problems()
    assert (problem.file, problem.line, problem.column) == (FIGURES, 4, "experiments")
    assert reason in problem.reason


def test_two_starts_are_not_two_seeds(small: SmallRepository):
    rows = small.read(TABLE).splitlines(keepends=True)
    changed = [row.replace("\tyes\t", "\tyes,no\t") if row.startswith("slope_map\t") else row for row in rows]
    small.write(TABLE, "".join(changed))
    add_kind(small, SHOWS)
    (problem,) = small.problems()
    assert "differ in antisymmetric (yes, no)" in problem.reason


def test_a_kind_needs_an_experiment(small: SmallRepository):
    add_kind(small, SHOWS, ROW.replace("two_layer:slope_map", "-"))
    (problem,) = small.problems()
    assert "needs an experiment" in problem.reason


@pytest.mark.parametrize(
    ("name", "reason"), [("gif", "`gif` cannot show a still picture"), ("csv", "`csv` needs a function `draw_text`")]
)
def test_a_format_that_a_script_cannot_make_is_refused(small: SmallRepository, name, reason):
    add_kind(small, SHOWS, ROW.replace("pdf,png", f"pdf,{name}"))
    text = small.read(SCRIPT)
    if "-> Figure" not in text:
        small.write(SCRIPT, text.replace("def draw(table):", 'def draw(table) -> "Figure":'))
    (problem,) = small.problems()
    assert (problem.column, reason in problem.reason) == ("formats", True)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "scripts/figures").glob("generic_*.py")), ids=lambda p: p.stem)
def test_every_kind_declares_its_needs(path):
    (needs,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == NEEDS
    ]
    assert needs["families"]
    assert isinstance(needs["shows"], tuple)
