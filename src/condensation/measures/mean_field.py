"""How far a network's distribution of amplitude over orientations is from that of the widest one."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


def orientation_distance(share: Array, reference: Array) -> float:
    """Return the distance U of two distributions over equal bins of the circle, each (bins,) and of sum 1.

    U^2 = mean of (F - G - mean(F - G))^2 over the circle, F and G the cumulative shares (Watson 1961): the cut at which
    the sums begin does not matter. N independent uniform neurons of one amplitude have E U^2 = 1 / (12 N) from uniform.
    """
    difference = np.cumsum(share) - np.cumsum(reference)
    return float(np.sqrt(np.mean((difference - difference.mean()) ** 2)))


def random_distance(m: Array) -> Array:
    """Return the root mean square of U at the Gaussian start, E A^2 / (12 m (E A)^2) with A = |a| |(w, b)|.

    E A^2 = E a^2 E |w|^2 = 2 and E A = sqrt(2 / pi) sqrt(pi / 2) = 1, so that U = (6 m)^(-1/2).
    """
    return np.asarray(1 / np.sqrt(6.0 * np.asarray(m)))


def shares(runs: pd.DataFrame) -> Array:
    """Return the share of amplitude by orientation of every run that kept a histogram, shape (runs, bins)."""
    amplitude = np.stack(runs["orientation_amplitude"].to_list()).astype(float)
    return amplitude / amplitude.sum(axis=1, keepdims=True)
