"""A two-layer ReLU network seen from n data points: states are pre-activations, moves go through the Gram matrix.

Gradients move w_k in the span of the data only, w_k(t) = w_k(0) + sum_i alpha_ki x_i, hence z_k = X w_k in R^n and u_k
say everything: a move costs m n^2 operations instead of m n d.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK = 1024  # neurons whose features stay in cache while they are used; part of the result's last digits


@dataclass(frozen=True)
class State:
    """Balanced output weights u (m,) and pre-activations z_ki = w_k . x_i (m, n)."""

    u: Array
    z: Array

    @classmethod
    def empty_like(cls, other: "State") -> "Self":
        """Return memory for a state of the same size."""
        return cls(np.empty_like(other.u), np.empty_like(other.z))


@dataclass(frozen=True)
class Seen:
    """What a state is to the data: output f (n,) and the kernel K (n, n) of the residuals' flow e' = -K e."""

    f: Array
    kernel: Array


def blocks(m: int) -> Iterator[slice]:
    """Yield slices of at most BLOCK neurons."""
    return (slice(first, min(first + BLOCK, m)) for first in range(0, m, BLOCK))


def features(u: Array, z: Array) -> tuple[Array, Array]:
    """Return R_ki = relu(z_ki) and M_ki = u_k 1[z_ki > 0], the derivatives of f / c with respect to u_k and z_ki."""
    return np.maximum(z, 0.0), (z > 0) * u[:, None]


class _Sums:
    """Sums over neurons, added block by block."""

    def __init__(self, n: int) -> None:
        self.f, self.rr, self.mm = np.zeros(n), np.zeros((n, n)), np.zeros((n, n))

    def add(self, u: Array, z: Array) -> None:
        r, m = features(u, z)
        self.f += u @ r
        self.rr += r.T @ r
        self.mm += m.T @ m

    def seen(self, c: float, gram: Array) -> Seen:
        return Seen(c * self.f, c / len(gram) * (self.rr + self.mm * gram))


def seen(state: State, c: float, gram: Array) -> Seen:
    """Return f = c sum_k u_k R_k and K = (c / n) [R'R + (M'M) o G], G = XX' the Gram matrix of the data."""
    sums = _Sums(len(gram))
    for block in blocks(state.u.size):
        sums.add(state.u[block], state.z[block])
    return sums.seen(c, gram)


def move(start: State, at: State, impulse: Array, c: float, gram: Array, end: State) -> Seen:
    """Write into `end` the state `start` moved with features frozen as in `at`; return what `end` is to the data.

    impulse: E_i = int e_i ds, the time integral of the residuals, shape (n,).
    du_k = -(1/n) sum_i R_ki E_i,  dw_k = -(1/n) sum_i M_ki E_i x_i, hence dz_k = -(1/n) sum_i M_ki E_i G_i.
    """
    per_point = impulse / -len(gram)
    along = per_point[:, None] * gram
    sums = _Sums(len(gram))
    for block in blocks(start.u.size):
        r, m = features(at.u[block], at.z[block])
        np.add(start.u[block], r @ per_point, out=end.u[block])
        np.add(start.z[block], m @ along, out=end.z[block])
        sums.add(end.u[block], end.z[block])
    return sums.seen(c, gram)
