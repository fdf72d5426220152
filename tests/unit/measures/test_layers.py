"""Slopes by layer, masks, similarity rows."""

import numpy as np
import pandas as pd
import pytest

from condensation.measures import layers


def make_runs(**changes):
    rows = [
        {"gamma2": 0.0, "gamma3": 2.0, "m": m, "seed": seed, "rd_1": 3 * m**0.2, "rd_2": m**-0.3, "status": "converged",
         "rd_2_operator": m**0.2, "conserved_drift": 0.001}
        for m in (100, 1000, 10_000) for seed in (0, 1)
    ]  # fmt: skip
    rows[0] |= changes
    return pd.DataFrame(rows)


def test_slopes_stand_beside_theory():
    rows = layers.slope_rows(make_runs()).set_index("layer")
    assert rows.loc[1, "slope"] == pytest.approx(0.2)
    assert rows.loc[2, "slope"] == pytest.approx(-0.3)
    assert rows.loc[1, "slope_theory"] == pytest.approx(1 / 6)
    assert rows.loc[2, "slope_theory"] == pytest.approx(-1 / 3)
    operator = layers.slope_rows(make_runs(), ["rd_2_operator"]).iloc[0]
    assert operator[["layer", "slope", "slope_theory"]].tolist() == pytest.approx([2, 0.2, 1 / 6])


@pytest.mark.parametrize("change", [{"status": "stuck"}, {"conserved_drift": 0.02}])
def test_a_stuck_or_inaccurate_run_masks_its_seed(change):
    rows = layers.slope_rows(make_runs(**change)).set_index("layer")
    assert np.isnan(rows.loc[1, "slope_by_seed"][0])
    assert rows.loc[1, "slope_by_seed"][1] == pytest.approx(0.2)
    distances = layers.distance_rows(make_runs(rd_1=99.0, **change))
    assert distances["rd"].max() < 50


def make_run(z: np.ndarray) -> pd.Series:
    """A run whose first layer has two neurons, the second layer the pre-activations z (m, 2) at both times."""
    both = {"layer1_w": [1.0, -1.0], "layer1_b": [0.0, 0.0], "layer2_z": z.ravel(), "layer2_out": np.ones(len(z)),
            "n_eff_span": 2.0, "similarity": 0.3}  # fmt: skip
    return pd.Series({f"{name}_{when}": value for name, value in both.items() for when in ("start", "end")})


def test_features_of_a_run():
    run = make_run(np.eye(2))
    angle, size = layers.first_layer_features(run, "end")
    assert angle.tolist() == pytest.approx([0, -np.pi])
    assert size.tolist() == [1, 1]
    expected = {"n_eff": 2, "n_eff_span": 2, "n_eff_span_random": 2, "similarity": 0.3, "similarity_random": 0.3}
    assert layers.feature_numbers(run) == pytest.approx(expected)


def test_second_layer_is_seen_in_the_span_of_its_inputs():
    """Inputs (h, 1) at x = -1, 1: their Gram matrix is [[2, 1], [1, 2]], so that z' M^-1 z = |v|^2."""
    z = np.array([[1.0, 1.0], [2.0, 2.0], [-3.0, -3.0]])
    angle, size = layers.second_layer_features(make_run(z), np.array([-1.0, 1.0]))["end"]
    np.testing.assert_allclose(size, np.abs(z[:, 0]) * np.sqrt(2 / 3))
    assert np.abs(np.cos(angle)).tolist() == pytest.approx([1, 1, 1])


def test_cosines_become_rows():
    matrix = np.array([[1, -0.5], [-0.5, 1]])
    rows = layers.cosine_rows(matrix.ravel())
    again = rows.pivot(index="row", columns="column", values="cosine").to_numpy()
    np.testing.assert_allclose(again, matrix)
