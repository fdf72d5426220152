"""Limits of the measures of condensation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.measures import orientation as o


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_equal_spikes_count_themselves(count):
    angle = np.tile(np.linspace(-3, 2.8, count), 40)
    assert o.number_of_directions(angle, np.ones(angle.size)) == pytest.approx(count)


def test_a_uniform_spread_gives_pi_over_the_window():
    angle = np.linspace(-np.pi, np.pi, 40_000, endpoint=False)
    assert o.number_of_directions(angle, np.ones(angle.size)) == pytest.approx(np.pi / o.WINDOW, rel=0.01)


def test_directions_close_around_the_circle():
    assert o.number_of_directions(np.array([-np.pi, np.pi - 0.01]), np.ones(2)) == pytest.approx(1)
    found, share = o.directions(np.array([-np.pi + 0.01, np.pi - 0.01, 1.0]), np.array([1.0, 1.0, 2.0]))
    assert sorted(np.abs(found)) == pytest.approx([1.0, np.pi])
    assert share == pytest.approx([0.5, 0.5])


def test_amplitude_weighs():
    angle = np.array([0.0, 1.0])
    assert o.number_of_directions(angle, np.array([1.0, 0.0])) == pytest.approx(1)
    assert o.share_near(angle, np.array([3.0, 1.0]), np.array([0.0])) == pytest.approx(0.75)


@given(st.lists(st.floats(-3.1, 3.1), min_size=1, max_size=30), st.floats(0, 6.2), st.randoms(use_true_random=False))
def test_number_of_directions_equals_the_double_sum_and_ignores_rotation_and_order(angles, turn, random):
    angle = np.array(angles)
    weight = np.array([random.uniform(0.1, 1) for _ in angles])
    distance = o.angular_distance(angle[:, None], angle[None])
    if (np.abs(distance - o.WINDOW) < 1e-6).any():
        return  # a rotation may round across the window's edge
    p = weight / weight.sum()
    expected = 1 / (p @ (distance < o.WINDOW) @ p)
    assert o.number_of_directions(angle, weight) == pytest.approx(expected)
    turned = (angle + turn + np.pi) % (2 * np.pi) - np.pi
    order = np.array(random.sample(range(angle.size), angle.size))
    assert o.number_of_directions(turned[order], weight[order]) == pytest.approx(expected)


def test_orientation_is_the_lectures():
    w, b = np.array([1.0, -1.0, 0.5, -0.5]), np.array([0.5, 0.5, -1.0, -0.1])
    lecture = np.sign(b) * np.arccos(w / np.hypot(w, b))
    np.testing.assert_allclose(o.orientation(w, b), lecture)
    assert o.orientation(np.array([-1.0]), np.array([0.0]))[0] == -np.pi
