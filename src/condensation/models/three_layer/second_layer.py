"""Features of the second layer: directions in the span of its inputs, and how alike its neurons are."""

import numpy as np
from numpy.typing import NDArray

from condensation.models.three_layer.network import Problem, State, row_squares

Array = NDArray[np.float64]

SHARES = 50  # equal shares of the layer's amplitude, each represented by one neuron
_NEGLIGIBLE = 1e-12  # eigenvalue of the inputs' Gram matrix relative to the largest


def directions_in_span(state: State) -> float:
    """Return N_eff = 1 / sum_kl p_k p_l cos^2(v_k, v_l), v_k being (P2_k, b2_k) in the span of the inputs (h1, 1).

    p_k: share of the amplitude |p3_k| |v_k|. Only this part acts on the data: P2 has m^2 entries, but the n inputs span
    n directions. K orthogonal directions give K, random ones n. With the inputs' Gram matrix M, v . v' = z M^-1 z'.
    """
    h1 = state.h1
    values, modes = np.linalg.eigh(h1 @ h1.T + 1.0)
    keep = values > _NEGLIGIBLE * values[-1]
    v = state.z2 @ (modes[:, keep] / np.sqrt(values[keep]))
    length = np.linalg.norm(v, axis=1)
    share = np.abs(state.p3) * length
    v *= np.sqrt(share / share.sum() / np.maximum(length**2, 1e-300))[:, None]
    return float(1.0 / np.square(v.T @ v).sum())


def neurons_by_share(amplitude: Array) -> NDArray[np.int64]:
    """Return one neuron for each of 50 equal shares of the total amplitude, strongest first.

    A neuron that holds several shares is there as often: unlike a number of strongest neurons, this is the same part of
    a layer at every width.
    """
    order = np.argsort(-amplitude, kind="stable")
    held = np.cumsum(amplitude[order])
    places = np.searchsorted(held, (np.arange(SHARES) + 0.5) / SHARES * held[-1])
    return order[np.minimum(places, order.size - 1)]


def cosines_by_share(problem: Problem, state: State) -> Array:
    """Return D_kl = cos of the input weights (P2_k, b2_k) of the neurons by share of amplitude, (50, 50)."""
    chosen = neurons_by_share(np.abs(state.p3) * np.sqrt(row_squares(problem, state)))
    start, change = problem.start, state.change
    rows = np.column_stack((problem.scale * start.large[chosen], problem.scale * start.b2[chosen]))
    rows += change.left[:, chosen].T @ change.right
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows @ rows.T


def mean_absolute(cosine: Array) -> float:
    """Return the mean |D_kl| over k != l."""
    size = len(cosine)
    return float((np.abs(cosine).sum() - np.abs(np.diagonal(cosine)).sum()) / (size * (size - 1)))
