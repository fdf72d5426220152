import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from pstats import Stats

import pytest

from condensation.plan import InputError, build_plan, run_id
from condensation.plan.problems import LONGEST_QUOTE, did_you_mean, quote
from tests.unit.plan.small_repository import (
    CLAIMS,
    FIGURES,
    REPOSITORY,
    TABLE,
    SmallRepository,
    line,
    row_of_each_run,
)

SCRIPT = REPOSITORY / "scripts" / "plan.py"


def test_plan_of_the_small_repository(small: SmallRepository):
    plan = small.plan()
    assert list(plan.families) == ["two_layer"]
    assert list(plan.experiments) == ["two_layer:slope_map", "two_layer:trajectory", "two_layer:initialisations"]
    assert [len(experiment.runs) for experiment in plan.experiments.values()] == [60, 3, 12]
    assert all(key == f"{batch.family}/{batch.name}" for key, batch in plan.batches.items())
    assert len(plan.batches) == 2 * 3 + 3  # widths x seeds; trajectory's own; initialisations share slope_map's shape
    figure = plan.figures["f11_slope_map"]
    assert figure.experiments == ("two_layer:slope_map", "two_layer:trajectory")
    assert figure.formats == ("pdf", "png", "svg")
    assert plan.figures["t01_initialisations"].experiments == ()
    assert [(claim.id, claim.lower, claim.upper) for claim in plan.claims] == [
        ("slope_one", -0.03, 0.03),
        ("rows", 3.0, float("inf")),
    ]


def test_batches_of_a_figure_are_those_that_hold_its_runs(small: SmallRepository):
    small.edit(FIGURES, "two_layer:slope_map,", "")
    plan = small.plan()
    wanted = {i for name in plan.figures["f11_slope_map"].experiments for i in plan.experiments[name].run_ids}
    batches = plan.batches_of("f11_slope_map")
    assert list(batches) == sorted((b for b in plan.batches.values() if wanted & set(b.run_ids)), key=lambda b: b.name)
    assert len(batches) == 3
    assert plan.batches_of("t01_initialisations") == ()


def test_planning_is_light():
    """It is imported by every call of Snakemake."""
    code = (
        "import sys; from pathlib import Path; from condensation.plan import build_plan; "
        f"build_plan(Path({str(REPOSITORY)!r})); print(*sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "pyarrow", "torch", "numba", "matplotlib"} & set(done.stdout.split())


def calls(function: Callable[[], object]) -> int:
    """Return how many calls, of Python or C functions, `function` makes: its cost on any machine, however busy."""
    with Profile() as profile:
        function()
    return Stats(profile).total_calls  # type: ignore[attr-defined]


def calls_of_planning(small: SmallRepository, *rows: str) -> int:
    small.table(*rows)
    return calls(small.plan)


def test_planning_ten_thousand_runs_is_linear_in_runs(small: SmallRepository):
    few = calls_of_planning(small, line(m="100", gamma="linspace(0.5,2,40)", gamma_prime="0", seed="0..24"))
    many = calls_of_planning(small, line(m="100", gamma="linspace(0.5,2,40)", gamma_prime="0", seed="0..249"))
    assert sum(len(batch.runs) for batch in small.plan().batches.values()) == 10_000
    assert many <= 11 * few


def test_planning_ten_thousand_rows_is_linear_in_rows(small: SmallRepository):
    rows = row_of_each_run()
    few = calls_of_planning(small, *rows[:1000])
    many = calls_of_planning(small, *rows)
    assert sum(len(batch.runs) for batch in small.plan().batches.values()) == 10_000
    assert many <= 11 * few


def test_refusing_ten_thousand_rows_is_linear_in_rows(small: SmallRepository):
    rows = [line(name=f"r{i}", target=f"x_sqared{i}") for i in range(10_000)]
    small.table(*rows[:1000])
    few = calls(small.problems)
    small.table(*rows)
    refused = []
    assert calls(lambda: refused.extend(small.problems())) <= 11 * few
    assert len(refused) == 10_000


def test_command_line_shows_the_plan():
    plan = build_plan(REPOSITORY)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--root", str(REPOSITORY)], capture_output=True, text=True, check=True
    )
    rows = {cells[0]: cells[1:] for cells in map(str.split, done.stdout.splitlines()) if cells}
    for name, experiment in plan.experiments.items():
        assert rows[name][0] == f"{len(experiment.runs):,}"
    stored = sum((REPOSITORY / batch.path).exists() for batch in plan.batches.values())
    runs = sum(len(batch.runs) for batch in plan.batches.values())
    assert rows["all"][:4] == ["together", f"{runs:,}", f"{len(plan.batches)}", f"{stored}"]
    assert rows["all"][4] == "0" or stored < len(plan.batches)


def test_command_line_tells_problems_without_traceback(tmp_path: Path):
    for name in ("workflow", "scripts", "src"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    table = tmp_path / TABLE
    table.write_text(table.read_text().replace("0.5,1,1.75", "many", 1))
    line_number = 1 + table.read_text().split("many")[0].count("\n")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--root", str(tmp_path), "--preset", "smok"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"{TABLE}:{line_number}: gamma: `many` is not a number or `-`",
        "workflow/presets/smok.yaml:1: preset: there is no such preset; did you mean `smoke`? "
        "(there are: lecture, paper, smoke)",
    ]


def test_problems_are_sorted_and_told_once(small: SmallRepository):
    small.edit(TABLE, "0.6:1.4:0.2", "many")
    small.edit(TABLE, "10;100", "x")
    small.edit(FIGURES, "pdf,csv,tex", "pdf,doc")
    with pytest.raises(InputError) as error:
        small.plan()
    problems = error.value.problems
    assert [(p.file, p.line) for p in problems] == [(TABLE, 3), (TABLE, 6), (FIGURES, 3)]
    assert str(error.value).splitlines() == [str(problem) for problem in problems]


def test_quotes_are_short_and_harmless():
    assert quote("a\x1b[31m\n") == "`a\\x1b[31m\\n`"
    assert len(quote("x" * 1000)) == LONGEST_QUOTE + 2
    assert did_you_mean("zzz", ["abc"]) == ""


def test_run_ids_of_the_plan_are_the_public_ones(small: SmallRepository):
    plan = small.plan()
    assert all(
        run_id(run) == i for batch in plan.batches.values() for run, i in zip(batch.runs, batch.run_ids, strict=True)
    )


GENERIC = "generic_kind\tSlide\tTitle\tscripts/figures/generic_kind.py\ttwo_layer:slope_map\tpdf,png\tCaption\n"


def add_generic(small: SmallRepository, *ids: str) -> None:
    small.write("scripts/figures/generic_kind.py", small.read("scripts/figures/f11_slope_map.py"))
    small.write(FIGURES, small.read(FIGURES) + "".join(GENERIC.replace("generic_kind", i, 1) for i in ids))


def test_figures_share_the_script_of_a_kind(small: SmallRepository):
    add_generic(small, "x1_mine", "x2_mine")
    small.write(
        CLAIMS, small.read(CLAIMS) + "mine\tx1_mine\tstatement\tflat\tours\tfixed before\tslope_at_one\t0\t1\t-\t-\n"
    )
    plan = small.plan()
    assert plan.measure_hash("x1_mine") == plan.measure_hash("x2_mine") == plan.measure_hash("f11_slope_map")
    before = plan.draw_hash("x1_mine"), plan.draw_hash("f11_slope_map")
    small.edit("scripts/figures/generic_kind.py", 'PANELS = ("a", "b")', 'PANELS = ("a", "c")')
    plan = small.plan()
    assert plan.draw_hash("x1_mine") != before[0]
    assert plan.draw_hash("f11_slope_map") == before[1]


def test_mistakes_about_the_script_of_a_kind_are_told(small: SmallRepository):
    add_generic(small, "x1_mine")
    small.write(
        CLAIMS, small.read(CLAIMS) + "mine\tx1_mine\tstatement\tflat\tours\tfixed before\tslope_at_two\t0\t1\t-\t-\n"
    )
    (problem,) = small.problems()
    assert "`scripts/figures/generic_kind.py` has no @quantity `slope_at_two`; did you mean `slope_at_one`?" in str(
        problem
    )
    small.write(FIGURES, small.read(FIGURES).replace("generic_kind.py", "generic_kinds.py"))
    assert any("`scripts/figures/generic_kinds.py` does not exist; did you mean" in str(p) for p in small.problems())
