"""The closed forms of the phase diagram: continuous, zero on the boundary, of the theorems' signs."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from condensation.models.two_layer.phase_diagram import phase_boundary, regime, slope_a, slope_w

GAMMA = st.floats(-1.0, 4.0)
GAMMA_PRIME = st.floats(-3.0, 3.0)
DISTANCE = 1e-6  # of two neighbouring points; no branch is steeper than 2 in either coordinate


def test_boundary_has_its_corner_at_one_and_zero():
    np.testing.assert_array_equal(phase_boundary([-2.0, -0.5, 0.0, 0.5, 2.0]), [1, 1, 1, 1.5, 3])


@pytest.mark.parametrize("slope", [slope_w, slope_a])
@given(gamma=GAMMA, gamma_prime=GAMMA_PRIME, angle=st.floats(0, 2 * np.pi))
def test_slopes_are_continuous(slope: Callable, gamma: float, gamma_prime: float, angle: float):
    here = slope(gamma, gamma_prime)
    there = slope(gamma + DISTANCE * np.cos(angle), gamma_prime + DISTANCE * np.sin(angle))
    assert abs(there - here) < 4.5 * DISTANCE


@pytest.mark.parametrize("slope", [slope_w, slope_a])
@pytest.mark.parametrize("side", [-1, 1])
def test_slopes_are_continuous_across_every_seam(slope: Callable, side: int):
    # a random point rarely meets a seam, so walk along all of them
    line = np.linspace(0, 2, 81)
    seams = [
        (np.ones(161), np.linspace(-2, 2, 161)),  # gamma = 1
        (1 + line, line),  # gamma' = gamma - 1
        (1 + line, -line),  # gamma' = 1 - gamma
        (1 - line, np.zeros(81)),  # gamma' = 0, left
    ]
    for gamma, gamma_prime in seams:
        for step in ((DISTANCE, 0), (0, DISTANCE)):
            moved = slope(gamma + side * step[0], gamma_prime + side * step[1])
            np.testing.assert_allclose(moved, slope(gamma, gamma_prime), atol=4.5 * DISTANCE)


@given(gamma_prime=GAMMA_PRIME)
def test_slope_w_is_zero_on_the_boundary(gamma_prime: float):
    assert abs(slope_w(phase_boundary(gamma_prime), gamma_prime)) < 1e-12


@given(gamma=GAMMA, gamma_prime=GAMMA_PRIME)
def test_slope_w_is_zero_nowhere_else(gamma: float, gamma_prime: float):
    distance = float(gamma - phase_boundary(gamma_prime))
    assume(abs(distance) > 1e-9)
    slope = float(slope_w(gamma, gamma_prime))
    assert np.sign(slope) == np.sign(distance)
    # it leaves zero at least half as fast as the boundary is left
    assert abs(slope) >= 0.499 * min(abs(distance), abs(gamma_prime) + abs(gamma - 1))


@given(gamma=GAMMA, gamma_prime=GAMMA_PRIME)
def test_exchanging_the_layers_exchanges_the_slopes(gamma: float, gamma_prime: float):
    # kappa is symmetric in a and w, kappa' turns over
    np.testing.assert_allclose(slope_a(gamma, gamma_prime), slope_w(gamma, -gamma_prime), atol=1e-12)


def test_values_of_the_typical_cases():
    np.testing.assert_allclose(slope_w([0.5, 1.0, 1.75], 0.0), [-0.5, 0.0, 0.375])
    np.testing.assert_allclose(slope_a([0.5, 1.0, 1.75], 0.0), [-0.5, 0.0, 0.375])


def test_slope_w_in_each_region():
    gamma, gamma_prime = [0.7, 0.7, 1.2, 1.5, 1.5], [-0.3, 0.3, 0.6, 0.1, -0.7]
    np.testing.assert_allclose(slope_w(gamma, gamma_prime), [-0.3, -0.9, -0.8, 0.2, 0.5])


def test_regimes_are_vectorised_and_agree_with_the_sign_of_slope_w():
    gamma, gamma_prime = np.meshgrid(np.arange(0, 31) / 10, np.arange(-15, 16) / 10)
    names = regime(gamma, gamma_prime)
    assert names.shape == gamma.shape
    slope = slope_w(gamma, gamma_prime)
    assert set(names[slope < -1e-6]) == {"linear"}
    assert set(names[slope > 1e-6]) == {"condensed"}
    assert set(names[np.abs(slope) < 1e-6]) == {"critical"}


def test_decimal_grids_meet_the_boundary_in_spite_of_rounding():
    assert 1.3 - 1 != 0.3
    assert str(regime(1.3, 0.3)) == "critical"
