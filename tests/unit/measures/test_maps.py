"""Slope and condensation maps over (gamma, gamma'): made runs with known slopes and counts."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from condensation.drawing.condensation_map import Abscissa
from condensation.measures import condensation_map as cm
from condensation.measures import slope_map as sm
from condensation.models.two_layer.phase_diagram import slope_a, slope_w

GAMMAS, PRIMES, WIDTHS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3), (-0.3, 0.0, 0.2), (1e3, 1e4, 1e5)


def made_runs(shift: float = 0.0, value: str = "rd_w", slope: Callable = slope_w) -> pd.DataFrame:
    """RD = m^(S + shift) exactly, two seeds that differ by a factor."""
    rows = [
        (g, p, m, seed, (1 + seed) * m ** (float(slope(g, p)) + shift), "converged")
        for g in GAMMAS for p in PRIMES for m in WIDTHS for seed in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["gamma", "gamma_prime", "m", "seed", value, "status"])


def tables(runs: pd.DataFrame, value: str = "rd_w") -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in sm.slope_map(runs, value).items()}


@pytest.mark.parametrize(("value", "slope"), [("rd_w", slope_w), ("rd_a", slope_a)])
def test_theory_in_is_theory_out(value: str, slope: Callable):
    found = tables(made_runs(value=value, slope=slope), value)
    cells = sm.measured(found["cells"])
    np.testing.assert_allclose(cells["slope"], cells["slope_theory"], atol=1e-12)
    assert sm.share_of_right_signs(cells) == [1.0, 1.0]
    assert not any(sm.wrong_cells(cells, -1) + sm.wrong_cells(cells, 1))
    assert sm.zeros_from_boundary(found["local_zeros"]).max() < 1e-6
    np.testing.assert_allclose(slope(found["boundary"]["gamma"], found["boundary"]["gamma_prime"]), 0, atol=1e-12)


def test_theorem_1_leaves_room_for_one_logarithm():
    runs = made_runs()
    linear = (runs["gamma"] < 1) & (runs["gamma_prime"] <= 0)
    assert max(sm.excess_over_growth_bound(tables(runs)["cells"])) < 0
    exact = runs.assign(rd_w=runs["rd_w"] * np.where(linear, np.log(runs["m"]), 1.0))
    np.testing.assert_allclose(sm.excess_over_growth_bound(tables(exact)["cells"]), 0, atol=1e-12)
    beyond = runs.assign(rd_w=runs["rd_w"] * np.where(linear, np.log(runs["m"]) ** 2, 1.0))
    assert min(sm.excess_over_growth_bound(tables(beyond)["cells"])) > 0


def test_a_shift_of_every_slope_is_seen():
    found = tables(made_runs(shift=0.15))
    assert min(sm.share_of_right_signs(found["cells"])) < 0.9
    assert min(sm.wrong_cells(found["cells"], -1)) > 0
    assert not any(sm.wrong_cells(found["cells"], 1))
    assert sm.zeros_from_boundary(found["local_zeros"]).mean() > 0.03


def test_narrow_networks_do_not_resolve_the_cells_beside_the_boundary():
    wide = tables(made_runs())["cells"]  # .1 log 1e5 > log 2
    narrow = tables(made_runs().assign(m=lambda runs: (runs["m"] / 1000).astype(int) + 1))[
        "cells"
    ]  # .1 log 101 < log 2
    beside = (wide["gamma"] - wide["gamma_zero"]).abs().between(0.05, 0.15)
    assert beside.sum() > 0
    assert set(wide[beside].index) <= set(sm.resolved(wide).index)
    assert not set(narrow[beside].index) & set(sm.resolved(narrow).index)


def test_a_cell_with_a_run_that_did_not_converge_is_masked():
    runs = made_runs()
    runs.loc[(runs["gamma"] == 0.9) & (runs["gamma_prime"] == 0.0) & (runs["m"] == 1e4), "status"] = "stuck"
    cells = tables(runs)["cells"]
    assert cells["slope"].isna().sum() == 1
    assert len(sm.measured(cells)) == len(GAMMAS) * len(PRIMES) - 1
    with pytest.raises(ValueError, match="every cell is masked"):
        sm.measured(cells.assign(slope=np.nan))


def test_published_cells_are_found_by_their_coordinates():
    cells = tables(made_runs())["cells"]
    published = cells[["gamma", "gamma_prime", "slope"]].iloc[::-1].assign(saturated=0.0)
    published["slope"] += 0.02
    published["gamma"] += 1e-9
    published.iloc[0] += [0, 0, 5, 1]  # clipped: not compared
    assert sm.distance_from_published_cells(cells, published) == pytest.approx(0.02)
    with pytest.raises(ValueError, match="nothing of this"):
        sm.distance_from_published_cells(cells, published.assign(gamma=9.0))


def test_ratios_are_those_of_the_outer_widths():
    rows = [
        {"gamma": g, "gamma_prime": p, "m": int(m), "seed": seed, "n_eff": (1e4 / m, 2.0)[seed], "angle": 0.1 * m}
        for g in GAMMAS for p in PRIMES for m in WIDTHS[::-1] for seed in (1, 0)
    ]  # fmt: skip
    found = cm.condensation_map(
        pd.DataFrame(rows), "n_eff", lambda run: pd.DataFrame({"orientation": [run["angle"]], "amplitude": [1.0]})
    )
    directions, ratios, features = (found[name].to_pandas() for name in ("directions", "ratios", "features"))
    ratio = cm.chosen_ratios(ratios, cm.condensing(ratios))
    np.testing.assert_allclose(ratio[:, 0], 0.01)
    np.testing.assert_allclose(ratio[:, 1], 1.0)
    assert cm.medians(ratios, cm.condensing) == pytest.approx([0.01, 1.0])
    assert cm.smallest(ratios, cm.deep_in_linear_regime) == pytest.approx([0.01, 1.0])
    assert len(cm.chosen_ratios(ratios, cm.on_boundary(ratios))) == len(PRIMES)
    assert len(cm.chosen_ratios(ratios, cm.deep_in_linear_regime(ratios))) == 2 * len(PRIMES)
    assert len(directions) == len(features) == len(GAMMAS) * len(PRIMES) * len(WIDTHS)
    np.testing.assert_allclose(features["orientation"], 0.1 * features["m"])
    with pytest.raises(ValueError, match="no cell"):
        cm.chosen_ratios(ratios, ratios["gamma"] > 9)


def test_a_run_that_did_not_converge_is_neither_counted_nor_drawn():
    rows = [{"gamma": 1.2, "gamma_prime": 0.0, "m": m, "seed": 0, "n_eff": n} for m, n in ((10, 3.0), (100, np.nan))]
    found = cm.condensation_map(pd.DataFrame(rows), "n_eff", lambda run: pd.DataFrame({"amplitude": [1.0]}))
    assert found["features"]["m"].to_pylist() == [10]
    assert np.isnan(found["ratios"].to_pandas()["ratio"]).all()


def test_count_over_seeds():
    assert cm.count_over_seeds([[2.0]], "n_eff") == {"n_eff": [2.0], "n_eff_spread": [0.0], "n_eff_by_seed": [[2.0]]}
    assert cm.count_over_seeds([[1.0, 3.0]], "n_eff")["n_eff_spread"] == pytest.approx([np.sqrt(2)])


def test_windows_of_an_angle_wrap_around():
    along = Abscissa("orientation", (-3.0, 0.0), 0.4, "", period=2 * np.pi)
    (inside, place), (near_zero, _) = along.places(np.array([3.1, -3.0, 0.1, 1.0]))
    assert inside.tolist() == [True, True, False, False]
    np.testing.assert_allclose(place, [3.1 - (2 * np.pi - 3.0), 0.0])
    assert near_zero.tolist() == [False, False, True, False]
