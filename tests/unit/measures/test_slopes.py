"""Slopes: exact powers, masks, zeros."""

import numpy as np
import pandas as pd
import pytest

from condensation.geometry import local_zero
from condensation.measures import slopes as s


def make_runs(exponent=-0.5, status="converged"):
    rows = [
        {"gamma": 0.5, "m": m, "seed": seed, "rd_w": (2 + seed) * m**exponent, "status": "converged"}
        for m in (100, 1000, 10_000)
        for seed in (0, 1)
    ]
    rows[0]["status"] = status
    return pd.DataFrame(rows)


def test_a_power_law_has_its_exponent():
    fits = s.slopes(make_runs(), "rd_w", ["gamma"])
    assert fits["slope"].tolist() == pytest.approx([-0.5, -0.5])
    assert fits["standard_error"].tolist() == pytest.approx([0, 0], abs=1e-7)
    table = s.over_seeds(fits, ["gamma"])
    assert table["slope"].iloc[0] == pytest.approx(-0.5)
    assert table["by_seed"].iloc[0] == pytest.approx([-0.5, -0.5])


def test_a_run_that_did_not_converge_masks_its_seed():
    fits = s.slopes(make_runs(status="stuck"), "rd_w", ["gamma"])
    assert np.isnan(fits["slope"].iloc[0])
    assert fits["converged"].iloc[0] == pytest.approx(2 / 3)
    assert fits["slope"].iloc[1] == pytest.approx(-0.5)


def test_zeros_of_a_line():
    x = np.array([0.8, 1.0, 1.3])
    assert s.line_zero(x, 2 * (x - 1.05)) == pytest.approx(1.05)
    assert local_zero(x, 2 * (x - 1.05)) == pytest.approx(1.05)
    assert np.isnan(local_zero(x, x))
    assert s.line_zero(np.append(x, 9.0), np.append(2 * (x - 1.05), np.nan)) == pytest.approx(1.05)


def test_the_lines_zero_is_not_the_local_one_where_the_row_is_curved():
    x = np.linspace(0.6, 1.4, 9)
    y = np.where(x < 1, x - 1, 0.3 * (x - 1))
    assert local_zero(x, y) == pytest.approx(1.0)
    assert s.line_zero(x, y) > 1.02
