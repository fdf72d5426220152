"""Claims and plotted values compared in numbers."""

import math

import numpy as np
import pandas as pd

from condensation.comparison.tables import claim_changes, table_change

CLAIM = {"id": "a", "value": 0.5, "lower": 0.0, "upper": 1.0, "held": True}


def change(**after):
    return claim_changes([CLAIM], [CLAIM | after])


def test_the_same_claims_change_nothing():
    assert claim_changes([CLAIM], [CLAIM]) == []
    nothing = CLAIM | {"value": math.nan, "held": False}
    assert claim_changes([nothing], [nothing | {"value": None}]) == []


def test_what_matters_most_comes_first():
    old = [CLAIM | {"id": name} for name in "abcde"]
    new = [
        CLAIM | {"id": "f"},
        CLAIM | {"id": "a", "value": 0.6},
        CLAIM | {"id": "b", "upper": 0.4, "held": False},
        CLAIM | {"id": "c", "upper": 2.0},
        CLAIM | {"id": "d"},
    ]
    changes = claim_changes(old, new)
    assert [(c.kind, c.id) for c in changes] == [
        ("now FAILS", "b"), ("bounds", "c"), ("value", "a"), ("added", "f"), ("removed", "e"),
    ]  # fmt: skip
    assert "in [0, 1]" in changes[1].before
    assert "in [0, 2]" in changes[1].after


def test_values_and_verdicts_are_told():
    (found,) = change(value=1.5, held=False)
    assert (found.before, found.after) == ("0.5 (held)", "1.5 (FAILED)")
    assert change(value=None, held=False)[0].after == "not measured (FAILED)"


TABLE = pd.DataFrame(
    {
        "series": ["cell", "cell", "theory"],
        "gamma": [0.9, 1.0, 1.0],
        "slope_w": [-0.1, 0.0, np.nan],
        "slope_w_by_seed": [np.array([-0.1, -0.2]), np.array([0.0]), None],
    }
)


def test_the_same_values_in_another_order_are_no_change():
    assert table_change(TABLE, TABLE).lines() == []
    assert table_change(TABLE, TABLE.iloc[::-1].reset_index(drop=True)).lines() == []


def test_the_largest_change_is_named_by_its_coordinates():
    new = TABLE.assign(slope_w=[-0.11, 0.5, np.nan])
    assert table_change(TABLE, new).lines() == [
        "slope_w: 2 of 3 values; largest 0 -> 0.5 at series cell, gamma 1"
    ]  # fmt: skip
    new = TABLE.assign(slope_w=[-0.2, 0.0, np.nan])
    assert "largest −0.1 -> −0.2 (-100.00%) at series cell, gamma 0.9" in table_change(TABLE, new).lines()[0]


def test_a_value_that_appears_or_vanishes_is_the_largest_change():
    new = TABLE.assign(slope_w=[-0.1, 0.01, 3.0])
    assert "largest not measured -> 3 at series theory" in table_change(TABLE, new).lines()[0]


def test_rows_and_columns_that_come_and_go():
    new = pd.concat([TABLE.iloc[1:], TABLE.iloc[:1].assign(gamma=2.0)]).assign(rd_w=1.0).drop(columns="slope_w_by_seed")
    assert table_change(TABLE, new).lines() == [
        "columns -slope_w_by_seed, +rd_w; rows 1 removed, 1 added, 2 kept",
    ]  # fmt: skip


def test_repeated_rows_are_matched_in_their_order():
    old = pd.DataFrame({"series": ["a", "a"], "y": [1.0, 2.0]})
    assert table_change(old, old.assign(y=[1.0, 5.0])).columns[0].changed == 1


def test_values_by_seed_are_compared_too():
    new = TABLE.assign(slope_w_by_seed=[np.array([-0.1, -0.3]), np.array([0.0]), None])
    assert table_change(TABLE, new).lines() == ["slope_w_by_seed: 1 of 3 values"]


def noisy(value):
    return value * (1 + 1e-13)


def test_the_last_digits_of_another_processor_are_no_change():
    """Also where a number says which row it is: rows are neither removed nor added."""
    table = pd.DataFrame({"x": [0.1, 0.2, 0.0], "y": [1.0, -2.0, 1e-17], "by_seed": [[0.3, None], [0.1], []]})
    other = table.assign(
        x=[noisy(0.1), noisy(0.2), 1e-18], y=[noisy(1.0), noisy(-2.0), 0.0], by_seed=[[noisy(0.3), None], [0.1], []]
    )
    assert table_change(table, other).lines() == []
    assert len(table_change(table, other, tolerance=0.0).columns) == 2
    assert claim_changes([CLAIM], [CLAIM | {"value": noisy(0.5)}]) == []
    assert [change.kind for change in claim_changes([CLAIM], [CLAIM | {"value": noisy(0.5)}], tolerance=0.0)] == [
        "value"
    ]


def test_a_change_within_six_digits_is_told_with_all_of_them():
    table = pd.DataFrame({"x": [1.0], "y": [0.137253]})
    (line,) = table_change(table, table.assign(y=0.137253 * (1 + 1e-9)), tolerance=1e-12).lines()
    assert "0.137253 -> 0.137253 " not in line
    assert "0.137253000137" in line


def test_rows_of_named_tables_are_matched_within_their_table():
    table = pd.DataFrame({"table": ["a", "b"], "x": [1.0, 1.0], "y": [1.0, 2.0]})
    assert table_change(table, table.iloc[::-1]).lines() == []
