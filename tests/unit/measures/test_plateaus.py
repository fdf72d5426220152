"""Plateaus of a known curve, critical losses of small networks, and the bending of an output."""

import numpy as np
import pytest

from condensation.measures.features import bending
from condensation.measures.merging import merge
from condensation.measures.orientation import WINDOW
from condensation.measures.plateaus import nearest, plateaus, rest_of_random, rest_of_small
from condensation.models.two_layer.targets import TARGETS


def test_plateaus_of_a_staircase():
    """Three steps down in log time; the start is no plateau, and a level counts once."""
    epoch = np.geomspace(10, 1e6, 301)
    steps = sum(1 / (1 + (epoch / at) ** 4) for at in (1e2, 1e4, 3e5))
    loss = 10.0 ** (steps - 3)
    found = plateaus(epoch, loss)
    assert len(found) == 2
    np.testing.assert_allclose(loss[found], [0.1, 0.01], rtol=0.05)


def test_one_neuron_has_two_critical_losses():
    """The best line with a kink, and the zero function of a neuron that sees no data."""
    y = TARGETS["four_kinks"].y
    levels = rest_of_random(1, "four_kinks", starts=30)
    silent = float(y @ y) / (2 * y.size)
    assert nearest(levels, [silent, 0.0135]) == pytest.approx([silent, 0.013502], rel=1e-3)
    off = np.minimum(np.abs(levels / silent - 1), np.abs(levels / 0.013502 - 1))
    assert (off < 0.01).all()


def test_a_small_network_rests_where_the_wide_one_does():
    rng = np.random.default_rng(0)
    angle, length = 0.6 + 0.001 * rng.standard_normal(20), rng.uniform(0.1, 0.3, 20)
    small = merge(length, length * np.cos(angle), length * np.sin(angle), gap=WINDOW, least=0.01)
    loss, neurons = rest_of_small(small, "four_kinks")
    assert neurons.shape == (3, 1)
    assert loss == pytest.approx(0.013502, rel=1e-3)


def test_bending_is_the_total_variation_of_the_slope():
    a, w, b = np.array([1.0, -2.0, 3.0]), np.array([1.0, -1.0, 1.0]), np.array([0.2, 0.3, 5.0])
    assert bending(a, w, b, 2.0, (-1.0, 1.0)) == pytest.approx(1.5)  # the third kink, at -5, lies outside
