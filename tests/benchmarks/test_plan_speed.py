"""Planning, which every call of Snakemake does first: ten thousand runs, as one row and as one row each."""

import pytest
from tests.unit.plan.small_repository import line, row_of_each_run

RUNS = 10_000
TABLES = {
    "one row": [line(m="100", gamma="linspace(0.5,2,40)", gamma_prime="0", seed="0..249")],
    "one row each": row_of_each_run(),
}


@pytest.mark.parametrize("rows", TABLES)
def test_planning_ten_thousand_runs(benchmark, report, seconds, small, rows):
    small.table(*TABLES[rows])
    assert sum(len(batch.runs) for batch in small.plan().batches.values()) == RUNS
    (shortest,) = seconds(small.plan)
    benchmark.pedantic(small.plan, rounds=1)
    report(f"plan of {RUNS:,} runs, {rows}: {shortest:.2f} s")
