"""Random start of a two-layer network in d dimensions, reduced to what n data points and the measures need of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.models.gram_form import State, blocks

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Start:
    """Standard normal start of m neurons: a (m,), pre-activations z = w x_i (m, n), |w|^2 (m,), w . p (m,).

    p = (1, ..., 1) / sqrt(d) is the reference direction of the condensation map.
    """

    a: Array
    z: Array
    squares: Array
    projection: Array

    def state(self, kappa_prime: float) -> State:
        """Return the balanced start of a cell, u = kappa' a / beta1, w / beta2; it shares z."""
        return State(kappa_prime * self.a, self.z)


def initial_start(m: int, x: Array, *, generator: np.random.Generator) -> Start:
    """Sample a ~ N(0, 1), then w_k ~ N(0, I_d) block by block: m x d numbers that are never held at once.

    x: data with the constant 1 as last coordinate, shape (n, d). The cells (gamma, gamma') of a batch share it.
    """
    d = x.shape[1]
    a = generator.standard_normal(m)
    z, squares, projection = np.empty((m, len(x))), np.empty(m), np.empty(m)
    for block in blocks(m):
        w = generator.standard_normal((block.stop - block.start, d))
        z[block] = w @ x.T
        squares[block] = np.square(w).sum(axis=1)
        projection[block] = w.sum(axis=1) / np.sqrt(d)
    return Start(a, z, squares, projection)
