"""Paths of one neuron through the kinks of the ReLU: closed forms, and small explicit steps."""

import numpy as np
import pytest

from condensation.models.three_layer.kinks import follow, patterns_at_kinks


def path(z, u, c, matrix, now=None):
    z = np.array(z, dtype=float)
    now, mean = np.ones_like(z) if now is None else np.array(now, dtype=float), np.empty_like(z)
    follow(z, np.array(u, dtype=float), np.array(c, dtype=float), np.array(matrix, dtype=float), now, mean, z.copy())
    return z, now, mean


def test_neuron_far_from_kinks_moves_straight():
    z, now, mean = path([1.0, -1.0], [0.1, 0.2], [0.3, 5.0], [[1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(z, [1.0 + 0.1 - 0.3, -1.0 + 0.2 - 0.15])
    np.testing.assert_array_equal(now, [1, 0])
    np.testing.assert_array_equal(mean, [1, 0])


def test_neuron_crosses_and_slides():
    """dz/dt = u - c [z > 0]. With u < 0 it crosses; with 0 < u < c it stays, active for u / c of the time."""
    z, now, mean = path([0.5], [-0.4], [0.6], [[1.0]])
    assert (z[0], now[0]) == (pytest.approx(-0.2), 0.0)
    assert mean[0] == pytest.approx(0.5)
    z, now, mean = path([0.2], [0.3], [0.7], [[1.0]])
    assert z[0] == 0.0
    assert now[0] == pytest.approx(0.3 / 0.7)
    assert mean[0] == pytest.approx(0.5 + 0.5 * 0.3 / 0.7)


def test_neuron_leaves_a_kink_that_repels_on_the_side_it_came_from():
    for before, velocity in ((1.0, 0.5), (0.0, -0.3)):
        z, now, _ = path([0.0], [-0.3], [-0.8], [[1.0]], [before])
        assert (z[0], now[0]) == (pytest.approx(velocity), before)


def test_several_kinks_at_once_hold_every_point():
    matrix = np.array([[1.0, 0.4], [0.4, 1.0]])
    now = np.ones(2)
    u, c = np.array([0.3, 0.2]), np.array([1.0, 2.0])
    patterns_at_kinks(np.zeros(2), u, c, matrix, now)
    np.testing.assert_allclose(u - matrix @ (c * now), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_path_is_the_limit_of_small_steps(seed):
    generator = np.random.default_rng(seed)
    z0, u, c = generator.standard_normal((3, 4))
    factor = generator.standard_normal((4, 6))
    matrix, steps = factor @ factor.T / 6, 20_000
    z, _, mean = path(z0, u, c, matrix)
    small, active = z0.copy(), np.zeros(4)
    for _ in range(steps):
        on = small > 0
        active += on / steps
        small += (u - matrix @ (c * on)) / steps
    np.testing.assert_allclose(z, small, atol=2e-3)
    np.testing.assert_allclose(mean, active, atol=2e-2)
