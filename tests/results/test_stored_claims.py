"""The stored results of the preset of params.yaml: every claim again from the metrics, and proof that each can fail."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from condensation.claims.evaluate import evaluate
from condensation.claims.report import claims_json
from condensation.plan import build_plan
from condensation.store.figure_module import load_figure_module
from condensation.store.tables import read_tables

ROOT = Path(__file__).resolve().parents[2]
METRICS = ROOT / "data/metrics/lecture"


@pytest.fixture(scope="module")
def plan():
    return build_plan(ROOT, yaml.safe_load((ROOT / "params.yaml").read_text())["preset"])


@pytest.fixture(scope="module")
def metrics(plan):
    return {figure: read_tables(METRICS / f"{figure}.parquet") for figure in plan.figures}


@pytest.fixture(scope="module")
def quantities(plan):
    return {figure: vars(load_figure_module(ROOT / row.script)) for figure, row in plan.figures.items()}


@pytest.fixture(scope="module")
def verdicts(plan, metrics, quantities):
    return evaluate(plan.claims, metrics, quantities)


def test_the_stored_metrics_are_those_of_the_tables_and_the_code(plan):
    for figure in plan.figures:
        record = pq.read_schema(METRICS / f"{figure}.parquet").metadata
        stored = tuple(record[key].decode() for key in (b"figure", b"run_table", b"measure_code"))
        assert stored == (figure, plan.run_table_hash(figure), plan.measure_hash(figure))


def test_the_stored_claims_are_what_the_metrics_give(verdicts):
    stored = pq.read_table(METRICS / "claims.parquet").to_pydict()
    assert stored["id"] == [verdict.claim.id for verdict in verdicts]
    assert stored["held"] == [verdict.held for verdict in verdicts]
    values = [math.nan if value is None else value for value in stored["value"]]
    np.testing.assert_allclose(values, [verdict.value for verdict in verdicts], rtol=1e-5, atol=1e-9)
    assert (ROOT / "metrics.json").read_text("utf-8") == claims_json(verdicts)


def test_a_row_says_why_exactly_where_the_claim_fails(verdicts):
    assert [v.claim.id for v in verdicts if not v.held and not v.claim.why] == []
    assert [v.claim.id for v in verdicts if v.held and v.claim.why] == []


def test_every_figure_with_runs_has_a_claim(plan):
    claimed = {claim.figure for claim in plan.claims}
    animated = {figure.id for figure in plan.figures.values() if "gif" in figure.formats}  # of figures with claims
    assert {figure.id for figure in plan.figures.values() if figure.experiments} - animated <= claimed


def perturbations(table: pd.DataFrame):
    """Yield tables with one column of numbers (or of numbers a seed) made wrong."""
    changes = (
        lambda v: -v,
        lambda v: 10 * v + 1,
        lambda v: v / 10,
        lambda v: 0 * v,
        lambda v: 0 * v + 3,
        lambda v: np.roll(v, 1),
        lambda v: v[::-1],
        lambda v: np.where(np.arange(len(v)) == 0, np.nan, v),  # masked
    )
    for name in table.columns[::-1]:  # results stand behind coordinates
        column = table[name]
        if column.dtype == bool or column.map(type).eq(bool).any():
            yield table.assign(**{name: [None if value is None else not value for value in column]})
        elif pd.api.types.is_numeric_dtype(column):
            for change in changes:
                yield table.assign(**{name: change(column.to_numpy(float))})
        elif column.map(lambda value: isinstance(value, np.ndarray)).any():
            for change in changes[:5]:
                yield table.assign(
                    **{name: [change(value) if isinstance(value, np.ndarray) else value for value in column]}
                )
        else:  # texts: rows of another panel, formulas
            yield table.assign(**{name: np.roll(column.to_numpy(object), 1)})
            yield table.assign(**{name: "other"})
    for _, rows in table.groupby("series") if "series" in table else ():
        yield table.drop(index=rows.index)


def test_every_claim_that_holds_fails_on_a_wrong_result(verdicts, metrics, quantities):
    """Law 8: for each claim there is a change of one column of its metrics that makes it fail."""
    unbreakable = []
    for verdict in verdicts:
        claim = verdict.claim
        tables = metrics[claim.figure]
        with np.errstate(all="ignore"):
            broken = (
                not evaluate([claim], {claim.figure: tables | {name: changed}}, quantities)[0].held
                for name, table in tables.items()
                for changed in perturbations(table)
            )
            if verdict.held and not any(broken):
                unbreakable.append(claim.id)
    assert not unbreakable
