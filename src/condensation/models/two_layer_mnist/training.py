"""Train a batch of two-layer runs on MNIST images and return what is kept of each."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from condensation.models.exponential_midpoint import gradient_flow
from condensation.models.gram_form import State, move
from condensation.models.rounding import HISTOGRAM_BITS, rounded
from condensation.models.two_layer_mnist.initial_state import Start, initial_start
from condensation.models.two_layer_mnist.inputs import inputs
from condensation.models.two_layer_mnist.run import MnistRun

Array = NDArray[np.float64]
log = logging.getLogger(__name__)

PROJECTION_BINS = 512  # of cos(w_k, p) over [-1, 1]


def train(runs: Sequence[MnistRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs that differ only in gamma and gamma', one after the other; return one list per result.

    Scalars: status, steps, time (units of s = kappa t), loss_start, loss_end, loss_increase_max, rd_w, rd_a,
    rd_w_linear (features frozen at the start), conserved_drift, n_eff_span_start and n_eff_span (effective number of
    directions in the span of the data). projection_amplitude_max: largest amplitude A = |a| |w| over 512 bins of
    cos(w_k, p), float32.
    """
    shape = runs[0]
    x, y = inputs(shape.images)
    with threadpool_limits(limits=1, user_api="blas"):  # sums in one order, whatever `threads` is
        start = initial_start(shape.m, x, generator=np.random.default_rng(shape.seed))
        results, began = [], time.perf_counter()
        for done, run in enumerate(runs, start=1):
            results.append(train_from(start, run, x, y))
            passed = time.perf_counter() - began
            left = passed / done * (len(runs) - done)
            log.info("%d of %d runs, %s after %d steps; about %.0f s left", done, len(runs),
                     results[-1]["status"], results[-1]["steps"], left)  # fmt: skip
    return {name: [result[name] for result in results] for name in results[0]}


def train_from(start: Start, run: MnistRun, x: Array, y: Array) -> dict[str, Any]:
    """Train one run from the start its batch shares; x: (n, d), y: (n,)."""
    c = float(run.m ** (run.gamma_prime - run.gamma))
    gram = x @ x.T
    inverse = np.linalg.inv(gram).astype(np.float64)
    begin = start.state(run.m**-run.gamma_prime)
    flow = gradient_flow(begin, y, c, gram, stop_loss=run.stop_loss, max_steps=run.max_steps)
    linear = State.empty_like(begin)
    move(begin, begin, flow.impulse_start, c, gram, linear)
    u, z = flow.state.u, flow.state.z
    change, squares = displacements(start, z, inverse)
    amplitude = np.abs(u) * np.sqrt(squares)
    along_p = start.projection + (z - start.z) @ (inverse @ x.sum(axis=1) / np.sqrt(x.shape[1]))
    invariant = (u**2 - squares) - (begin.u**2 - start.squares)
    names = ("status", "steps", "time", "loss_start", "loss_end", "loss_increase_max")
    result: dict[str, Any] = {name: getattr(flow, name) for name in names}
    initial = start.squares.sum()
    return result | {
        "rd_w": float(np.sqrt(change.sum() / initial)),
        "rd_a": float(np.linalg.norm(u - begin.u) / np.linalg.norm(begin.u)),
        "rd_w_linear": float(np.sqrt(displacements(start, linear.z, inverse)[0].sum() / initial)),
        "conserved_drift": float(np.abs(invariant).sum() / (u**2 + squares).sum()),
        "n_eff_span_start": directions_in_span(np.abs(begin.u) * np.sqrt(start.squares), start.z, inverse),
        "n_eff_span": directions_in_span(amplitude, z, inverse),
        "projection_amplitude_max": largest_by_bin(along_p / np.sqrt(squares), amplitude),
    }


def displacements(start: Start, z: Array, inverse: Array) -> tuple[Array, Array]:
    """Return |w_k - w_k(0)|^2 = dz' G^-1 dz and |w_k|^2, each (m,), from pre-activations z and the inverse of G.

    With w_k - w_k(0) = sum_i alpha_ki x_i and alpha = dz G^-1, also w_k(0) . (w_k - w_k(0)) = alpha_k . z_k(0).
    """
    change = z - start.z
    alpha = change @ inverse
    squares = np.maximum((alpha * change).sum(axis=1), 0.0)
    return squares, start.squares + squares + 2 * (alpha * start.z).sum(axis=1)


def directions_in_span(amplitude: Array, z: Array, inverse: Array) -> float:
    """Return N_eff = 1 / sum_kl p_k p_l cos^2(w_k, w_l), w in the span of the data, p = A / sum A.

    The form of the lecture's N_eff with cos^2 for its window, which needs no pairs: with v_k the coordinates of w_k in
    an orthonormal basis of the span, v . v' = z G^-1 z', the sum is |sum_k p_k v_k v_k' / |v_k|^2|^2 (Frobenius).
    K orthogonal directions give K, neurons in random directions give n.
    """
    v = z @ np.linalg.cholesky(inverse)
    v *= np.sqrt(amplitude / amplitude.sum() / np.maximum((v * v).sum(axis=1), 1e-300))[:, None]
    return float(1.0 / np.square(v.T @ v).sum())


def largest_by_bin(cosine: Array, amplitude: Array) -> NDArray[np.float32]:
    """Return the largest amplitude in each of 512 equal bins of the cosine over [-1, 1]; 0 in empty bins."""
    bins = np.clip(((cosine + 1.0) * (PROJECTION_BINS / 2)).astype(np.int64), 0, PROJECTION_BINS - 1)
    largest = np.zeros(PROJECTION_BINS)
    np.maximum.at(largest, bins, amplitude)
    return rounded(largest, HISTOGRAM_BITS)
