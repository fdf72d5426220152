"""The phase diagram in closed form: boundary, regimes, slopes of RD against the width."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_ON_LINE = 1e-9


def phase_boundary(gamma_prime: ArrayLike) -> Array:
    """Return the gamma of the boundary: 1 for gamma' <= 0, 1 + gamma' for gamma' >= 0 (Luo et al. 2021, figure 1)."""
    return 1.0 + np.maximum(np.asarray(gamma_prime, dtype=float), 0.0)


def regime(gamma: ArrayLike, gamma_prime: ArrayLike) -> NDArray[np.str_]:
    """Return `linear`, `critical` or `condensed` for each point; within 1e-9 of the boundary it is critical."""
    distance = np.asarray(gamma, dtype=float) - phase_boundary(gamma_prime)
    return np.where(np.abs(distance) < _ON_LINE, "critical", np.where(distance > 0, "condensed", "linear"))


def slope_w(gamma: ArrayLike, gamma_prime: ArrayLike) -> Array:
    """Return S_w = d log RD(theta_w) / d log m at infinite width (antisymmetric start, or gamma >= 1/2).

    gamma <= 1: gamma - 1 - 2 max(gamma', 0);  gamma > 1: 2 (gamma - 1 - gamma') for gamma' > gamma - 1,
    (gamma - 1 - gamma') / 2 for 1 - gamma < gamma' < gamma - 1, gamma - 1 for gamma' <= 1 - gamma.
    """
    g, p = np.broadcast_arrays(np.asarray(gamma, dtype=float), np.asarray(gamma_prime, dtype=float))
    beyond = np.select(
        [p > g - 1, p <= 1 - g],
        [2 * (g - 1 - p), g - 1],
        (g - 1 - p) / 2,
    )
    return np.where(g <= 1, g - 1 - 2 * np.maximum(p, 0), beyond)


def slope_a(gamma: ArrayLike, gamma_prime: ArrayLike) -> Array:
    """Return S_a = d log RD(theta_a) / d log m at infinite width.

    gamma < 1: gamma - 1 + 2 min(gamma', 0);  gamma >= 1: gamma - 1 for gamma' >= gamma - 1,
    (gamma - 1 + gamma') / 2 for |gamma'| <= gamma - 1, 2 (gamma - 1 + gamma') for gamma' <= 1 - gamma.
    """
    g, p = np.broadcast_arrays(np.asarray(gamma, dtype=float), np.asarray(gamma_prime, dtype=float))
    beyond = np.select(
        [p >= g - 1, p <= 1 - g],
        [g - 1, 2 * (g - 1 + p)],
        (g - 1 + p) / 2,
    )
    return np.where(g < 1, g - 1 + 2 * np.minimum(p, 0), beyond)
