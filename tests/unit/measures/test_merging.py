"""Merging parallel neurons keeps the function."""

import numpy as np

from condensation.measures.merging import merge


def test_parallel_neurons_become_one_a_direction():
    rng = np.random.default_rng(0)
    angle = rng.choice([0.3, -2.0], size=60)
    length = rng.uniform(0.5, 2, size=60)
    a = rng.choice([-1.0, 1.0], size=60) * rng.uniform(0.5, 1, size=60)
    a[-1] = 1e-9
    w, b = length * np.cos(angle), length * np.sin(angle)
    small = merge(a, w, b, gap=0.05, least=1e-4)
    assert small.a.size == 2
    assert small.group[-1] == -1
    assert set(small.group[:-1]) == {0, 1}
    x = np.linspace(-3, 3, 101)
    wide, merged = (
        a @ np.maximum(np.outer(w, x) + b[:, None], 0) for a, w, b in ((a, w, b), (small.a, small.w, small.b))
    )
    np.testing.assert_allclose(merged, wide, atol=1e-6)


def test_nearly_parallel_neurons_of_both_signs_keep_the_function_outside_their_kinks():
    angle, a = np.array([2.645, 2.662, 0.3]), np.array([0.15, -0.5, 1.0])
    small = merge(a, np.cos(angle), np.sin(angle), gap=0.05, least=1e-4)
    x = np.array([-3.0, -1.0, 0.0, 0.45, 0.65, 1.0, 3.0])  # the kinks lie between .52 and .55
    wide, merged = (
        a @ np.maximum(np.outer(w, x) + b[:, None], 0)
        for a, w, b in ((a, np.cos(angle), np.sin(angle)), (small.a, small.w, small.b))
    )
    assert small.a.size == 2
    np.testing.assert_allclose(merged, wide, atol=1e-12)
