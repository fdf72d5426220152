"""The one-dimensional data sets of the lecture: n points (x_i, y_i) of a known target function."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A target function sampled at n even points of an interval (both ends included)."""

    function: Callable[[Array], Array]
    interval: tuple[float, float]
    n: int

    @property
    def x(self) -> Array:
        """Sorted inputs x_i, shape (n,)."""
        return np.linspace(*self.interval, self.n)

    @property
    def y(self) -> Array:
        """Target values y_i, shape (n,)."""
        return self.function(self.x)


def relu(z: Array) -> Array:
    """Return max(z, 0)."""
    return np.maximum(z, 0.0)


def _x_squared(x: Array) -> Array:
    return x**2


def _two_kinks(x: Array) -> Array:
    return 0.2 * relu(x - 1 / 3) + 0.2 * relu(-x - 1 / 3)


def _four_kinks(x: Array) -> Array:
    return -relu(x) + relu(2 * (x + 0.3)) - relu(1.5 * (x - 0.4)) + relu(0.5 * (x - 0.8))


TARGETS: dict[str, Target] = {
    # Luo et al., JMLR 22(71), 2021, section 4: four points of x^2
    "x_squared": Target(_x_squared, (-0.5, 0.5), 4),
    # slide "1d example"; the points are ours
    "two_kinks": Target(_two_kinks, (-1.0, 1.0), 4),
    # slides "Evolution trajectory"; the slide does not give n, 40 even points are ours
    "four_kinks": Target(_four_kinks, (-1.0, 1.0), 40),
}
