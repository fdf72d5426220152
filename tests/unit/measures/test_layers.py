"""Slopes by layer, masks, similarity rows."""

import numpy as np
import pandas as pd
import pytest

from condensation.measures import layers


def make_runs(**changes):
    rows = [
        {"gamma2": 0.0, "gamma3": 2.0, "m": m, "seed": seed, "rd_1": 3 * m**0.2, "rd_2": m**-0.3, "status": "converged",
         "conserved_drift": 0.01}
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


@pytest.mark.parametrize("change", [{"status": "stuck"}, {"conserved_drift": 0.2}])
def test_a_stuck_or_inaccurate_run_masks_its_seed(change):
    rows = layers.slope_rows(make_runs(**change)).set_index("layer")
    assert np.isnan(rows.loc[1, "slope_by_seed"][0])
    assert rows.loc[1, "slope_by_seed"][1] == pytest.approx(0.2)
    distances = layers.distance_rows(make_runs(rd_1=99.0, **change))
    assert distances["rd"].max() < 50


def test_features_of_a_run():
    run = pd.Series({
        "layer1_w_end": [1.0, -1.0], "layer1_b_end": [0.0, 0.0], "similarity_end": 0.3,
        "similarity_start": 0.1,
    })  # fmt: skip
    angle, size = layers.first_layer_features(run, "end")
    assert angle.tolist() == pytest.approx([0, -np.pi])
    assert size.tolist() == [1, 1]
    assert layers.feature_numbers(run) == pytest.approx({"n_eff": 2, "similarity": 0.3, "similarity_random": 0.1})


def test_cosines_are_ordered_by_likeness_with_the_strongest_neuron():
    matrix = np.array([[1, -0.5, 0.7], [-0.5, 1, 0.1], [0.7, 0.1, 1]])
    rows = layers.cosine_rows(matrix.ravel())
    again = rows.pivot(index="row", columns="column", values="cosine").to_numpy()
    np.testing.assert_allclose(again, [[1, 0.7, -0.5], [0.7, 1, 0.1], [-0.5, 0.1, 1]])
