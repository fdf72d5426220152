import pytest

from tests.unit.plan.small_repository import SMOKE, SmallRepository


def test_preset_replaces_cells(small: SmallRepository):
    plan = small.plan("smoke")
    experiment = plan.experiments["two_layer:slope_map"]
    assert (plan.preset, plan.preset_description) == ("smoke", "tiny")
    assert (experiment.cells["m"], {run.m for run in experiment.runs}) == ("10,20", {10, 20})
    assert {run.max_steps for run in plan.experiments["two_layer:trajectory"].runs} == {1000}


def test_yaml_values_are_read_as_the_table_writes_them(small: SmallRepository):
    small.write(
        SMOKE, "description: d\ntwo_layer:\n  slope_map:\n    antisymmetric: no\n    gamma: 1e0\n    m: '0100'\n"
    )
    run = small.plan("smoke").experiments["two_layer:slope_map"].runs[0]
    assert (run.antisymmetric, run.gamma, run.m) == (False, 1.0, 100)


@pytest.mark.parametrize("text", ["two_layer:\n", "two_layer: {}\n", "two_layer:\n  slope_map:\n"])
def test_nothing_to_override(small: SmallRepository, text):
    small.write(SMOKE, f"description: d\n{text}")
    assert small.plan("smoke").batches == small.plan("lecture").batches


def test_a_preset_that_changes_nothing_changes_no_batch(small: SmallRepository):
    small.write(SMOKE, "description: d\ntwo_layer:\n  slope_map:\n    gamma: 0.6,0.8,1.0,1.2,1.40\n    notes: same\n")
    assert small.plan("smoke").batches == small.plan("lecture").batches


def test_problems_of_other_presets_are_told_too(small: SmallRepository):
    small.edit(SMOKE, "slope_map", "slop_map")
    (problem,) = small.problems("lecture")
    assert str(problem) == f"{SMOKE}:3: row: unknown row `slop_map`; did you mean `slope_map`?"


def test_a_rule_between_columns_is_told_where_the_preset_breaks_it(small: SmallRepository):
    small.edit(SMOKE, "max_steps: 1000", "snapshots: 9;5")
    (problem,) = small.problems("smoke")
    assert (problem.file, problem.line, problem.column) == (SMOKE, 7, "snapshots")
    assert not small.problems("lecture")
