"""The normalised flow, finite-size scaling and the linearised model as a function."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from condensation.measures.finite_size import off_the_curve, scaled_distance, scaled_points
from condensation.measures.linearised import linearised_output, trained_and_linearised
from condensation.measures.normalised_flow import trajectory
from condensation.models.two_layer.network import network_output
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.training import train

X, Y = TARGETS["x_squared"].x, TARGETS["x_squared"].y


def trained(**changed: object) -> pd.Series:
    cells = {
        "target": "x_squared", "m": 30, "gamma": 0.5, "gamma_prime": 0.0, "log_m_beta2": 0.0, "seed": 0,
        "antisymmetric": True, "method": "gradient_descent", "learning_rate": None, "stop_loss": None,
        "max_steps": 300, "snapshots": (1, 10, 100), "keep": "parameters",
    }  # fmt: skip
    run = TwoLayerRun(**(cells | changed))
    results = train([run])
    return pd.Series(asdict(run) | {name: values[0] for name, values in results.items()})


@pytest.mark.parametrize(("gamma", "gamma_prime"), [(0.5, 0.0), (1.2, 0.3), (1.0, -0.4)])
def test_only_kappa_and_kappa_prime_decide_the_normalised_trajectory(gamma: float, gamma_prime: float):
    rate, courses = 1e-3, []
    for power in (0.0, -1.0, 0.7):
        beta1_beta2 = 30 ** (2 * power - gamma_prime)
        run = trained(
            gamma=gamma, gamma_prime=gamma_prime, log_m_beta2=power, learning_rate=rate * beta1_beta2 * 30**gamma
        )
        courses.append(trajectory(run, X, Y))
    assert courses[0]["time"].iloc[-1] != pytest.approx(courses[1]["time"].iloc[-1])
    for course in courses[1:]:
        for name in ("time_normalised", "rd_w", "loss"):
            np.testing.assert_allclose(course[name], courses[0][name], rtol=2e-3, atol=1e-9)  # kept in float32


def test_a_trajectory_starts_at_rest_and_ends_with_the_run():
    run = trained(learning_rate=0.1)
    course = trajectory(run, X, Y)
    assert course["time"].tolist() == pytest.approx([0, 0.1, 1, 10, 30])
    assert course["rd_w"].iloc[0] == 0
    assert course["rd_w"].iloc[-1] == pytest.approx(run["rd_w"], rel=1e-5)
    assert course["loss"].iloc[[0, -1]].tolist() == pytest.approx([run["loss_start"], run["loss_end"]], rel=1e-3)


def made_runs(width_enters: float = 0.0) -> pd.DataFrame:
    """RD = F(s) exactly, F between e^s and e^(s/2), times m^width_enters."""
    rows = []
    for m in (1000, 10_000, 100_000):
        for gamma in np.arange(0.6, 1.45, 0.1):
            s = scaled_distance(gamma, m)
            rows += [(gamma, m, seed, m**width_enters / (np.exp(-s) + np.exp(-s / 2)), "converged") for seed in (0, 1)]
    return pd.DataFrame(rows, columns=["gamma", "m", "seed", "rd_w", "status"])


def test_one_curve_is_one_curve_whatever_the_width():
    points = scaled_points(made_runs()).to_pandas()
    by_width = dict(tuple(points.groupby("m")))
    assert np.abs(off_the_curve(by_width[10_000], by_width[100_000])).max() < 0.01
    shifted = scaled_points(made_runs(width_enters=0.1)).to_pandas()
    by_width = dict(tuple(shifted.groupby("m")))
    np.testing.assert_allclose(off_the_curve(by_width[10_000], by_width[100_000]), -0.1 * np.log(10), atol=0.01)


def test_points_beyond_the_curve_are_left_out():
    points = scaled_points(made_runs()).to_pandas()
    wide, narrow = points[points["m"] == 100_000], points[points["m"] == 1000]
    assert len(off_the_curve(wide, narrow)) < len(wide)
    with pytest.raises(ValueError, match="no point"):
        off_the_curve(wide.assign(scaled_distance=99.0), narrow)


def test_the_linearised_model_fits_the_data_and_starts_as_the_network():
    generator = np.random.default_rng(0)
    u, w, b = generator.standard_normal((3, 60))
    f = linearised_output(u, w, b, 0.1, X, Y, X)
    np.testing.assert_allclose(f, Y, atol=1e-8)
    same = linearised_output(u, w, b, 0.1, X, network_output(u, w, b, 0.1, X), X)
    np.testing.assert_allclose(same, network_output(u, w, b, 0.1, X), atol=1e-8)


def test_far_in_the_linear_regime_the_linearised_model_is_the_trained_network():
    run = trained(m=2000, gamma=0.3, stop_loss=1e-10, max_steps=200_000, snapshots=())
    f, linear = trained_and_linearised(run, X, Y, np.linspace(-1, 1, 21))
    np.testing.assert_allclose(f, linear, atol=0.01)
