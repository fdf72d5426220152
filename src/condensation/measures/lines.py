"""Directions up to sign in any dimension: similarity, its value at random, how many lines neurons gather on."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

LINE_WINDOW = 0.2  # neurons whose lines differ by a smaller angle (radians) count as one


def cosine_similarity(weights: Array) -> Array:
    """Return D_kl = u_k . u_l, u_k = w_k / |w_k|, for the rows of weights (neurons, d); D has shape (neurons, neurons).

    A row of zeros has no direction: its entries are zero.
    """
    length = np.linalg.norm(weights, axis=1, keepdims=True)
    unit = np.divide(weights, length, out=np.zeros_like(weights), where=length > 0)
    return np.clip(unit @ unit.T, -1.0, 1.0)


def similarity_rows(cosine: Array) -> pd.DataFrame:
    """Return a matrix D as the rows (row, column, cosine) of a figure's table, row by row."""
    row, column = np.indices(cosine.shape)
    return pd.DataFrame({"row": row.ravel(), "column": column.ravel(), "cosine": cosine.ravel()})


def number_of_lines(weights: Array, amplitude: Array, *, window: float = LINE_WINDOW) -> float:
    """Return N_eff for lines, a direction and its opposite: 1 / sum_kl p_k p_l [|D_kl| > cos window], p = A / sum A."""
    p = amplitude / amplitude.sum()
    same = np.abs(cosine_similarity(weights)) > np.cos(window)
    return float(1.0 / (p @ same @ p))
