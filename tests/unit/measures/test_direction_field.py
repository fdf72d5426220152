"""The direction field of initial condensation: its potential, attractors where they are known, sign descent."""

import numpy as np
import pytest

from condensation.measures.direction_field import attractors, potential, sign_descent
from condensation.models.regularised.tasks import sum_of_sines, task_data


def with_bias(x):
    return np.hstack((x, np.ones((len(x), 1))))


def random_data(dimension, seed=0):
    x, y = sum_of_sines(dimension, generator=np.random.default_rng(seed))
    return with_bias(x), y


def found(x, y, p, starts=60):
    return attractors(x, y, p, starts=starts, generator=np.random.default_rng(1))


@pytest.mark.parametrize("p", [1, 2, 3, 4])
def test_the_gradient_is_that_of_the_potential(p):
    x, y = random_data(3)
    w = np.random.default_rng(0).standard_normal((2, 4))
    _, gradient = potential(w, x, y, p)
    for k in range(4):
        step = 1e-5 * np.eye(4)[k]
        slope = (potential(w + step, x, y, p)[0] - potential(w - step, x, y, p)[0]) / 2e-5
        np.testing.assert_allclose(gradient[:, k], slope, rtol=1e-6, atol=1e-6 * np.abs(gradient).max())


@pytest.mark.parametrize("dimension", [1, 4, 9])
def test_multiplicity_one_has_one_line_along_the_gradient(dimension):
    x, y = random_data(dimension)
    lines = found(x, y, 1)
    assert len(lines) == 1
    gradient = y @ x
    assert abs(lines[0] @ gradient) == pytest.approx(np.linalg.norm(gradient), rel=1e-6)


@pytest.mark.parametrize("dimension", [2, 5])
def test_multiplicity_two_has_the_outer_eigenvectors(dimension):
    x, y = random_data(dimension)
    values, vectors = np.linalg.eigh((x * y[:, None]).T @ x)
    lines = found(x, y, 2)
    assert values[0] < 0 < values[-1]
    assert len(lines) == 2
    assert np.abs(lines @ vectors[:, [0, -1]]).max(axis=0) == pytest.approx([1, 1], abs=1e-4)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(3))
def test_one_input_has_at_most_p_lines(p, seed):
    rng = np.random.default_rng(seed)
    x = with_bias(rng.uniform(-2, 2, (30, 1)))
    assert 1 <= len(found(x, rng.standard_normal(30), p)) <= p


def test_the_two_sines_have_as_many_lines_as_the_multiplicity():
    x, y = task_data("two_sines", generator=np.random.default_rng(0))
    assert [len(found(with_bias(x), y, p)) for p in (1, 2, 3)] == [1, 2, 3]


def test_a_cubic_in_three_dimensions_may_have_more_lines_than_its_degree():
    """Q = u_1^3 + u_2^3 + u_3^3 + c^3 has a maximum at every axis: four lines for p = 3."""
    lines = found(np.eye(4), np.ones(4), 3)
    assert len(lines) == 4
    np.testing.assert_allclose(np.sort(np.abs(lines).max(axis=1)), 1, atol=1e-6)


def test_sign_descent_moves_every_weight_by_the_rate():
    x, y = random_data(2)
    rng = np.random.default_rng(0)
    w, a = 1e-3 * rng.standard_normal((5, 3)), 1e-3 * rng.standard_normal(5)
    w1, a1 = sign_descent(w, a, x, y, 1, rate=0.1, steps=1)
    np.testing.assert_allclose(np.abs(w1 - w), 0.1)
    np.testing.assert_allclose(a1 - a, 0.1 * np.sign(potential(w, x, y, 1)[0]))


def test_sign_descent_of_multiplicity_one_ends_on_the_signs_of_the_gradient():
    x, y = random_data(5)
    rng = np.random.default_rng(0)
    w, a = 1e-3 * rng.standard_normal((20, 6)), 1e-3 * rng.standard_normal(20)
    w, a = sign_descent(w, a, x, y, 1, rate=1e-4, steps=2000)
    unit = w / np.linalg.norm(w, axis=1, keepdims=True)
    # a neuron whose a is almost zero at the start may be caught where a and w change sign in turn
    assert np.median(np.abs(unit @ np.sign(y @ x))) / np.sqrt(6) == pytest.approx(1, abs=1e-3)
