"""Directions on the circle and in d dimensions, zeros of curves: what both measures and drawings need."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAPS = 9  # weights of a 3 x 3 kernel, the dimension in which kernels have directions


def angular_distance(first: Array, second: Array) -> Array:
    """Return the distance on the circle, in [0, pi]."""
    difference = np.abs(first - second) % (2 * np.pi)
    return np.minimum(difference, 2 * np.pi - difference)


def random_cosine(dimension: int) -> float:
    """Return E|cos| of independent random directions: Gamma(d/2) / (sqrt(pi) Gamma((d+1)/2)) ~ sqrt(2/(pi d)).

    >>> round(random_cosine(9), 4)
    0.2734
    """
    return math.exp(math.lgamma(dimension / 2) - math.lgamma((dimension + 1) / 2)) / math.sqrt(math.pi)


def local_zero(x: Array, y: Array) -> float:
    """Return the first x at which y, sorted by x and linearly interpolated, rises through zero; NaN if it does not."""
    order = np.argsort(x)
    x, y = x[order], y[order]
    for left in range(x.size - 1):
        if y[left] < 0 <= y[left + 1]:
            return float(x[left] - y[left] * (x[left + 1] - x[left]) / (y[left + 1] - y[left]))
    return float("nan")
