"""Slope and condensation maps over (gamma, gamma'): made runs with known slopes and counts."""

import numpy as np
import pandas as pd
import pytest

from condensation.measures import condensation_map as cm
from condensation.measures import slope_map as sm
from condensation.models.two_layer.phase_diagram import slope_w

GAMMAS, PRIMES, WIDTHS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3), (-0.3, 0.0, 0.2), (1e3, 1e4, 1e5)


def made_runs(shift: float = 0.0) -> pd.DataFrame:
    """RD = m^(S_w + shift) exactly, two seeds that differ by a factor."""
    rows = [
        (g, p, m, seed, (1 + seed) * m ** (float(slope_w(g, p)) + shift), "converged")
        for g in GAMMAS for p in PRIMES for m in WIDTHS for seed in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["gamma", "gamma_prime", "m", "seed", "rd_w", "status"])


def test_theory_in_is_theory_out():
    table = sm.slope_map(made_runs())
    cells = sm.measured_cells(table)
    np.testing.assert_allclose(cells["slope_w"], cells["slope_w_theory"], atol=1e-12)
    assert sm.share_of_right_signs(table) == [1.0, 1.0]
    assert sm.violations_of_linear_theorem(table) == sm.violations_of_condensed_theorem(table) == 0
    assert sm.error_of_linear_theory(table) < 1e-12
    assert sm.zeros_from_boundary(table).max() < 1e-6


def test_a_shift_of_every_slope_is_seen():
    table = sm.slope_map(made_runs(shift=0.15))
    assert min(sm.share_of_right_signs(table)) < 0.9
    assert sm.violations_of_linear_theorem(table) > 0
    assert sm.violations_of_condensed_theorem(table) == 0
    assert sm.error_of_linear_theory(table) == pytest.approx(0.15)
    assert sm.zeros_from_boundary(table).mean() > 0.03


def test_a_cell_with_a_run_that_did_not_converge_is_masked():
    runs = made_runs()
    runs.loc[(runs["gamma"] == 0.9) & (runs["gamma_prime"] == 0.0) & (runs["m"] == 1e4), "status"] = "stuck"
    table = sm.slope_map(runs)
    assert sm.share_measured(table) == pytest.approx(1 - 1 / (len(GAMMAS) * len(PRIMES)))
    assert len(sm.measured_cells(table)) == len(GAMMAS) * len(PRIMES) - 1
    with pytest.raises(ValueError, match="every cell is masked"):
        sm.measured_cells(table.assign(slope_w=np.nan))


def test_ratios_are_those_of_the_outer_widths():
    rows = [
        {"series": "directions", "gamma": g, "gamma_prime": p, "m": m, "slope_w_theory": float(slope_w(g, p)),
         **cm.count_over_seeds([1e4 / m, 2.0], "n_eff")}
        for g in GAMMAS for p in PRIMES for m in WIDTHS[::-1]
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    ratio = cm.ratios(table, cm.condensing(table), "n_eff")
    np.testing.assert_allclose(ratio[:, 0], 0.01)
    np.testing.assert_allclose(ratio[:, 1], 1.0)
    assert len(cm.ratios(table, cm.on_boundary(table), "n_eff")) == len(PRIMES)
    assert len(cm.ratios(table, cm.deep_in_linear_regime(table), "n_eff")) == 2 * len(PRIMES)
    with pytest.raises(ValueError, match="no cell"):
        cm.ratios(table, table["gamma"] > 9, "n_eff")


def test_count_over_seeds():
    assert cm.count_over_seeds([2.0], "n_eff") == {"n_eff": 2.0, "n_eff_spread": 0.0, "n_eff_by_seed": [2.0]}
    assert cm.count_over_seeds([1.0, 3.0], "n_eff")["n_eff_spread"] == pytest.approx(np.sqrt(2))
