"""Closed forms against sampled averages and the published directions."""

import numpy as np
import pytest

from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import infinite_width_kernels, minimal_path_norm


def test_minimal_path_norm_of_x_squared():
    target = TARGETS["x_squared"]
    path = minimal_path_norm(target.x, target.y)
    assert path.value == pytest.approx(1.3437, abs=2e-4)
    # the grid may split a direction over two neighbours
    assert np.ptp(np.sort(path.directions)[: len(path.directions) // 2]) < 1e-3
    assert path.directions.min() == pytest.approx(-3.017, abs=2e-3)
    assert path.directions.max() == pytest.approx(-0.125, abs=2e-3)


def test_minimal_path_norm_network_interpolates():
    target = TARGETS["x_squared"]
    path = minimal_path_norm(target.x, target.y)
    features = np.maximum(np.outer(target.x, np.cos(path.directions)) + np.sin(path.directions), 0)
    np.testing.assert_allclose(features @ path.weights, target.y, atol=1e-9)
    assert np.abs(path.weights).sum() == pytest.approx(path.value)


def test_minimal_path_norm_says_when_no_network_fits():
    with pytest.raises(ValueError, match="no network interpolates"):
        minimal_path_norm(np.array([0.0, 0.0]), np.array([1.0, 2.0]), n_directions=100)


def test_infinite_width_kernels_are_averages_over_neurons():
    x = TARGETS["x_squared"].x
    rng = np.random.default_rng(0)
    w, b = rng.standard_normal((2, 400_000))
    z = np.multiply.outer(w, x) + b[:, None]
    e_a, e_w = infinite_width_kernels(x)
    relu, active = np.maximum(z, 0), (z > 0).astype(float)
    np.testing.assert_allclose(relu.T @ relu / w.size, e_a, atol=0.01)
    np.testing.assert_allclose(active.T @ active / w.size * (np.multiply.outer(x, x) + 1), e_w, atol=0.01)


def test_target_functions_have_their_kinks():
    kinks = {"two_kinks": [-1 / 3, 1 / 3], "four_kinks": [-0.3, 0.0, 0.4, 0.8]}
    for name, places in kinks.items():
        x = np.linspace(-1, 1, 60_001)
        bend = np.abs(np.diff(TARGETS[name].function(x), 2))
        found = x[1:-1][bend > 1e-7]
        np.testing.assert_allclose(
            [min(found, key=lambda value: abs(value - place)) for place in places], places, atol=1e-4
        )
        assert all(min(abs(value - place) for place in places) < 1e-3 for value in found)
