"""Time of condensation against closed forms, and the distance of distributions over orientations."""

import numpy as np
import pytest
from scipy.linalg import expm

from condensation.measures.condensation_time import (
    crossing,
    growing_output,
    growth_needed,
    growth_rate,
    linear_stage,
    time_of_growth,
    time_of_kernel,
)
from condensation.measures.mean_field import orientation_distance, random_distance
from condensation.models.two_layer.initial_state import initial_state
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import infinite_width_kernels
from condensation.models.two_layer.training import train

X, Y = TARGETS["x_squared"].x, TARGETS["x_squared"].y
RATE = float(np.mean(Y))
LOSS = float(np.var(Y) / 2 + RATE**2 / 8)  # of half the best constant


def run(gamma: float, gamma_prime: float = 0.0, m: int = 400) -> TwoLayerRun:
    return TwoLayerRun(
        "x_squared", m, gamma, gamma_prime, 0.0, 3, True, "gradient_descent", None, LOSS, 200_000, (), "summary"
    )


def test_growth_needed_is_what_kappa_lacks():
    m, gamma, gamma_prime = 1000.0, 1.7, np.array([-0.3, 0.0, 0.3])
    kappa, kappa_prime = m**-gamma, m**-gamma_prime
    expected = -np.log(m * kappa * np.maximum(kappa_prime, 1 / kappa_prime))
    np.testing.assert_allclose(growth_needed(gamma, gamma_prime, m), expected)


def test_the_largest_rate_of_even_data_is_the_mean():
    assert growth_rate(X, Y) == pytest.approx(RATE)
    assert growth_rate(X, -3 * Y) == pytest.approx(3 * RATE)
    one, value = np.array([0.5]), np.array([2.0])
    assert growth_rate(one, value) == pytest.approx(2 * np.hypot(0.5, 1))


def test_a_neuron_that_sees_all_points_grows_as_a_hyperbola():
    u, w, b = np.array([0.3]), np.array([0.01]), np.array([1.0])
    for time, (ut, wt, bt) in zip((5.0, 20.0), linear_stage((u, w, b), X, Y, np.array([5.0, 20.0])), strict=True):
        grow, turn = np.cosh(RATE * time), np.sinh(RATE * time)
        np.testing.assert_allclose([ut[0], wt[0], bt[0]], [u[0] * grow + turn, 0.01, u[0] * turn + grow], rtol=1e-3)


def test_the_growing_output_scales_with_the_larger_start():
    """Neurons that see every point from the beginning give (1 + kappa'^2) / 16 at least; others turn and add to it."""
    found = [growing_output(X, Y, k, neurons=4000, generator=np.random.default_rng(0)) for k in (1e-3, 1.0, 1e3)]
    assert found[0] > 1 / 16
    assert found[1] > 2 / 16
    assert found[2] / 1e6 > 1 / 16
    assert found[1] == pytest.approx(found[0] + found[2] / 1e6, rel=0.25)


def test_the_wait_is_the_logistic_growth_of_a_constant():
    """dF/ds = 2 F (lambda - F) from F_0 = 2 A e^-X reaches half of lambda, where R_S = LOSS."""
    growth, a = 8.0, 0.2
    end = float(time_of_growth(np.array(growth), X, Y, a, LOSS))
    f, steps = 2 * a * np.exp(-growth), 4000
    for _ in range(steps):
        middle = f + end / steps * f * (RATE - f)
        f += 2 * end / steps * middle * (RATE - middle)
    assert f == pytest.approx(RATE / 2, rel=2e-3)
    with pytest.raises(ValueError, match="constant"):
        time_of_growth(np.array(8.0), X, X, a, LOSS)
    with pytest.raises(ValueError, match="loss"):
        time_of_growth(np.array(8.0), X, Y, a, 1.0)


@pytest.mark.parametrize("kappa_prime", [0.01, 1.0, 30.0])
def test_the_kernel_brings_the_loss_down_at_its_time(kappa_prime: float):
    e_a, e_w = infinite_width_kernels(X)
    kernel = 2 / 4 * np.exp(5.0) / max(1.0, kappa_prime**2) * (e_a + kappa_prime**2 * e_w)
    e = expm(-kernel * float(time_of_kernel(np.array(-5.0), X, Y, kappa_prime, LOSS))) @ Y
    assert e @ e / 8 == pytest.approx(LOSS, rel=1e-6)


def test_a_network_falls_when_theory_says():
    wait = train([run(3.0)])["time"][0]
    output = growing_output(X, Y, 1.0, neurons=20_000, generator=np.random.default_rng(0))
    theory = float(time_of_growth(growth_needed(3.0, 0.0, 400), X, Y, output, LOSS))  # type: ignore[arg-type]
    assert wait == pytest.approx(theory, rel=0.06)  # a seed's own A, and 2.5 % of the steps


def test_the_linear_stage_is_the_network_while_its_output_is_zero():
    start = initial_state(run(6.0), generator=np.random.default_rng(3))
    u, w, b = (values[:400] for values in start)
    (ut, wt, bt) = linear_stage((u, w, b), X, Y, np.array([10.0]))[0]
    moved = np.sqrt(((wt - w) ** 2 + (bt - b) ** 2).sum() / (w**2 + b**2).sum())
    fixed = TwoLayerRun(
        "x_squared", 400, 6.0, 0.0, -3.0, 3, True, "gradient_descent", 0.02, None, 500, (), "summary"
    )  # alpha = 1: s = 0.02 x 500
    assert train([fixed])["rd_w"][0] == pytest.approx(moved, rel=5e-3)
    assert np.isfinite(ut).all()


def test_a_crossing_is_interpolated():
    time, value = np.array([0.0, 1.0, 2.0]), np.array([4.0, 3.0, 1.0])
    assert crossing(time, value, 2.0) == pytest.approx(1.5)
    assert np.isnan(crossing(time, value, 0.5))
    assert np.isnan(crossing(time, value, 5.0))


def test_the_distance_of_random_neurons_is_that_of_theory():
    generator = np.random.default_rng(0)
    m, bins, square = 200, 512, []
    for _ in range(400):
        a, w, b = generator.standard_normal((3, m))
        angle = (np.arctan2(b, w) + np.pi) * bins / (2 * np.pi)
        share = np.bincount(angle.astype(int) % bins, np.abs(a) * np.hypot(w, b), bins)
        square.append(orientation_distance(share / share.sum(), np.full(bins, 1 / bins)) ** 2)
    assert np.sqrt(np.mean(square)) == pytest.approx(float(random_distance(np.array(m))), rel=0.1)


def test_the_distance_does_not_depend_on_where_the_circle_is_cut():
    one, other = np.random.default_rng(0).dirichlet(np.ones(64), 2)
    assert orientation_distance(one, one) == 0
    turned = orientation_distance(np.roll(one, 17), np.roll(other, 17))
    assert turned == pytest.approx(orientation_distance(one, other))
