"""State, passes and kernel of a three-layer ReLU network in balanced variables."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from condensation.models.three_layer.initial_state import BLOCK, Start
from condensation.models.three_layer.low_rank import LowRank
from condensation.models.three_layer.products import POINTS, first_layer_paths, first_layer_patterns, pass_through

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """What a flow does not change: draws, scale of P2(0), inputs x (n, 2) with rows (x_i, 1), factor c of f."""

    start: Start
    scale: float
    x: Array
    c: float

    @property
    def gram(self) -> Array:
        """(x_i, 1) . (x_j, 1), shape (n, n)."""
        return self.x @ self.x.T


@dataclass(frozen=True)
class State:
    """A point of the flow. Arrays by neuron: p1 (m, 2), z1 and z2 pre-activations (m, n), p3 (m,); change of (P2, b2).

    on1, on2: activities (m, n): 1, 0, or between where a neuron slides along a kink, z1 = 0 and z2 = 0 up to the error
    of a step. back: P2' (p3 on2), (n, m).
    """

    p1: Array
    z1: Array
    on1: Array
    change: LowRank
    z2: Array
    on2: Array
    p3: Array
    back: Array

    @property
    def h1(self) -> Array:
        """Features of the first layer, (n, m)."""
        return np.maximum(self.z1.T, 0.0)

    @property
    def h2(self) -> Array:
        """Features of the second layer, (n, m)."""
        return np.maximum(self.z2.T, 0.0)

    @property
    def d2(self) -> Array:
        """p3_k on2_ik, (n, m)."""
        return (self.p3[:, None] * self.on2).T


def first_state(problem: Problem) -> State:
    """Return the state at the start."""
    start, x = problem.start, problem.x
    m, n = start.p3.size, len(x)
    z1 = start.p1 @ x.T
    nothing = LowRank(np.zeros((0, m)), np.zeros((0, m + 1)))
    blank = State(start.p1, z1, 1.0 * (z1 > 0), nothing, np.zeros((m, n)), np.ones((m, n)), start.p3, np.zeros((n, m)))  # type: ignore[arg-type]
    return _through(problem, blank, blank, blank, np.zeros(n), np.ones((m, n)), ahead=False)[0]


def half_ahead(problem: Problem, state: State, impulse: Array) -> tuple[State, Array]:
    """Return the state moved by half of the impulses int e_i ds (n,), and the mean activities in the whole step.

    The signals `back` are those of the mean activities: what the first layer receives in the step is then what the
    change of P2 is made of. Activities of the middle alone would differ from these in every neuron that slides along a
    kink held by the reaction of its own inputs, at any length of the step.
    """
    return _displaced(problem, state, state, impulse / 2, state.on2, ahead=True)


def displaced(problem: Problem, state: State, middle: State, impulse: Array, sent: Array) -> tuple[State, Array]:
    """Return the state moved by the impulses int e_i ds (n,) with the fields of the middle, and its mean activities.

    dp3 = -(1/n) sum_i E_i h2_i, d(P2, b2) = -(1/n) sum_i E_i d2_i (h1_i, 1)', dP1 = -(1/n) sum_i E_i g1_i (x_i, 1)',
    every neuron along its own path through kinks. sent: activities of the second layer in middle.back, (m, n). Those
    on average within the step are returned, (m, n).
    """
    return _displaced(problem, state, middle, impulse, sent, ahead=False)


def _displaced(
    problem: Problem, state: State, fields: State, impulse: Array, sent: Array, *, ahead: bool
) -> tuple[State, Array]:
    x = problem.x
    c = impulse / len(x)
    z1, on1, mean1 = state.z1.copy(), state.on1.copy(), np.empty_like(state.z1)
    first_layer_paths(z1, fields.back, c, problem.gram, on1, mean1)
    p1 = state.p1 - (fields.back.T * mean1 * c) @ x
    p3 = state.p3 - c @ fields.h2
    moved = State(p1, z1, on1, state.change, state.z2, state.on2, p3, state.back)
    return _through(problem, moved, fields, state, c, sent, ahead=ahead)


def _through(
    problem: Problem, moved: State, fields: State, state: State, c: Array, sent: Array, *, ahead: bool
) -> tuple[State, Array]:
    """Return `moved` with its second layer passed, whose change within the step is that of `fields`."""
    start = problem.start
    n, m = moved.h1.shape
    h = np.zeros((-(-n // POINTS) * POINTS, m))
    h[:n] = moved.h1
    low = problem.scale * start.b2[:, None] + moved.change.forward(h[:n]).T
    matrix = h[:n] @ fields.h1.T + 1.0
    z2, on2, mean, back = state.z2.copy(), state.on2.copy(), np.empty_like(state.z2), np.empty_like(h)
    pass_through(
        start.large, problem.scale, low, h, z2, fields.p3, moved.p3, c, matrix, turning(problem, fields), sent, ahead,
        on2, mean, back,
    )  # fmt: skip
    change = moved.change
    if c.any():
        left = -(fields.p3[:, None] * mean * c).T
        change = change.plus(left, np.column_stack((fields.h1, np.ones(n))))
    back = back[:n] + change.backward((moved.p3[:, None] * (mean if ahead else on2)).T)
    return State(moved.p1, moved.z1, moved.on1, change, z2, on2, moved.p3, back), mean


def turning(problem: Problem, state: State) -> Array:
    """Return how a neuron of the second layer is moved at point i by turning its inputs at point j, (m, n, n).

    (x_i . x_j) sum_l P2_kl^2 on1_li on1_lj, with the row's mean square for every P2_kl^2: it only tells how strongly a
    neuron that slides is held, and what it misses there is met in the next step.
    """
    shared = problem.gram * (state.on1.T @ state.on1) / (state.p3.size + 1)
    return row_squares(problem, state)[:, None, None] * shared


def row_squares(problem: Problem, state: State) -> Array:
    """Return |(P2_k, b2_k)|^2, (m,), from the start's: its difference from p3_k^2 is conserved."""
    start = problem.start
    initial = problem.scale**2 * (start.row_squares + start.b2**2)
    return np.maximum(initial + state.p3**2 - start.p3**2, 0.0)


def settled(problem: Problem, state: State, e: Array) -> State:
    """Return the state with the first layer's activities at kinks that the residuals e (n,) ask for."""
    on1 = state.on1.copy()
    first_layer_patterns(state.z1, state.back, e / len(e), problem.gram, on1)
    return replace(state, on1=on1)


def output(problem: Problem, state: State) -> Array:
    """Return f(x_i) = c p3 . relu(z2_i), shape (n,)."""
    return problem.c * (state.h2 @ state.p3)


def output_at(problem: Problem, state: State, x: Array) -> Array:
    """Return f at other rows (x_i, 1) of x, (points, 2)."""
    h1 = np.maximum(x @ state.p1.T, 0.0)
    start = problem.start
    z2 = np.empty_like(h1)
    for first in range(0, len(start.p3), BLOCK):  # in blocks of rows: the large matrix is not copied to float64
        rows = slice(first, min(first + BLOCK, len(start.p3)))
        z2[:, rows] = h1 @ start.large[rows].T.astype(np.float64)
    z2 = problem.scale * (z2 + start.b2) + state.change.forward(h1)
    return problem.c * (np.maximum(z2, 0.0) @ state.p3)


def kernels(problem: Problem, state: State) -> tuple[Array, Array]:
    """Return K of the residuals' flow e' = -K e, with neurons that slide along kinks held there, and without, (n, n).

    K = (c / n) [h2.h2 + (d2.d2) o (h1.h1 + 1) + (g1.g1) o (x.x)], every product over neurons; a neuron that slides at
    points S moves in the complement of their gradients, so that its Gram matrix is the Schur complement on S.
    """
    h1, h2, gram = state.h1, state.h2, problem.gram
    inner = h1 @ h1.T + 1.0
    on_first, _ = _layer(state.back.T, state.on1, gram)
    held, plain = _layer(np.broadcast_to(state.p3[:, None], state.on2.shape), state.on2, inner)
    rest = h2 @ h2.T + on_first
    factor = problem.c / len(h1)
    return factor * (rest + held), factor * (rest + plain)


def _layer(weight: Array, on: Array, gram: Array) -> tuple[Array, Array]:
    """Sum over neurons of (weight on)(weight on)' o gram, with sliding neurons held at their kinks, and without."""
    scaled = weight * on
    plain = (scaled.T @ scaled) * gram
    slides = (on > 0.0) & (on < 1.0)
    some = slides.any(axis=1)
    if not some.any():
        return plain, plain
    calm = scaled[~some]
    held = (calm.T @ calm) * gram
    codes = slides[some] @ (1 << np.arange(on.shape[1]))
    for code in np.unique(codes):
        group = np.flatnonzero(some)[codes == code]
        at = slides[group[0]]
        inverse = np.linalg.pinv(gram[np.ix_(at, at)], rcond=1e-12, hermitian=True)
        schur = gram - gram[:, at] @ inverse @ gram[at]
        moving = np.where(at, 0.0, scaled[group])
        held = held + (moving.T @ moving) * schur
    return held, plain
