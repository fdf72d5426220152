"""Directions on the circle and in d dimensions: what both measures and drawings need."""

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
