"""Initial condensation (arXiv 2105.11686): where the directions of neurons go while the output is still zero.

Near zero sigma(z) ~ z^p and the residuals are -y, so that neuron k moves alone, in the potential a_k Q(w_k):
Q(w) = (1/n) sum_i y_i (w . x_i)^p,   da/dt = Q(w),   dw/dt = a grad Q(w).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAME_LINE = 0.02  # attractors closer than this angle (radians) are one
_MOST_STEPS = 2000
_ROUND_OFF = 1e-13
_STILL = 1e-6  # a direction has arrived where the gradient along the sphere is this part of the whole


def potential(w: Array, x: Array, y: Array, p: int) -> tuple[Array, Array]:
    """Return Q (neurons,) and grad Q (neurons, d) at w (neurons, d); x (n, d) with its column of ones, y (n,)."""
    z = w @ x.T
    slope = np.broadcast_to(y / len(y), z.shape)
    for _ in range(p - 1):
        slope = slope * z  # numpy's power takes three times as long
    return (slope * z).sum(axis=1), p * slope @ x


def attractors(x: Array, y: Array, p: int, *, starts: int, generator: np.random.Generator) -> Array:
    """Return the lines (lines, d) that directions approach under gradient flow, as unit vectors, largest |Q| first.

    On the sphere a neuron with a > 0 climbs to a maximum of Q with Q > 0, one with a < 0 descends to a minimum with
    Q < 0 (else a changes its sign). Found by ascent from `starts` random directions of either sign; one whose basin no
    start hits is missed. Their number is at most p for p = 1 and p = 2 (eigenvectors) in any dimension and for one
    input with bias (a trigonometric polynomial of degree p); else there is no such bound.
    """
    found = [_climb(x, sign * y, p, generator.standard_normal((starts, x.shape[1]))) for sign in (1.0, -1.0)]
    u = np.concatenate(found)
    size = np.abs(potential(u, x, y, p)[0])
    lines: list[Array] = []
    for direction in u[np.argsort(-size)]:
        if all(abs(direction @ other) < np.cos(SAME_LINE) for other in lines):
            lines.append(direction)
    return np.array(lines).reshape(-1, x.shape[1])


def _climb(x: Array, y: Array, p: int, u: Array) -> Array:
    """Return the maxima of Q > 0 on the sphere that u (starts, d) climb to: power iterations u <- g + shift u.

    The shift keeps Q rising: it is doubled where a step would lower Q, and falls slowly elsewhere.
    """
    arrived = []
    u = u / np.linalg.norm(u, axis=1, keepdims=True)
    value, gradient = potential(u, x, y, p)
    shift = np.linalg.norm(gradient, axis=1)
    for _ in range(_MOST_STEPS):
        # g . u = p Q, so that this is the part of g along the sphere
        still = np.linalg.norm(gradient - p * value[:, None] * u, axis=1) <= _STILL * np.linalg.norm(gradient, axis=1)
        arrived.append(u[still & (value > 0)])
        u, value, gradient, shift = u[~still], value[~still], gradient[~still], shift[~still]
        if not len(u):
            break
        new = gradient + shift[:, None] * u
        new /= np.linalg.norm(new, axis=1, keepdims=True)
        higher, slope = potential(new, x, y, p)
        rises = higher >= value - _ROUND_OFF * np.linalg.norm(gradient, axis=1)
        u, gradient = np.where(rises[:, None], new, u), np.where(rises[:, None], slope, gradient)
        value = np.where(rises, higher, value)
        shift *= np.where(rises, 0.9, 2.0)
    return np.concatenate([*arrived, u[value > 0]])


def sign_descent(w: Array, a: Array, x: Array, y: Array, p: int, *, rate: float, steps: int) -> tuple[Array, Array]:
    """Return w and a after steps of equal size, rate times the sign of each component of the flow: Adam's limit.

    w (neurons, d), a (neurons,). Directions end on vectors of +-1 that equal the signs of their own gradient.
    """
    for _ in range(steps):
        value, gradient = potential(w, x, y, p)
        w, a = w + rate * np.sign(a[:, None] * gradient), a + rate * np.sign(value)
    return w, a
