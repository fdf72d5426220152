"""Scaling theory of three-layer networks: slopes of RD against the width over (gamma2, gamma3), and their zero lines.

Derived here, by the growth of the layers' aligned parts s_l (f = c s1 s2 s3, s_l^2 - s_k^2 conserved); beta3 = beta1.
Up to gamma3 = 3/2 features are frozen. Beyond, W2 grows first for gamma2 > 0 and the outer layers first for gamma2 < 0,
until all are balanced at s = c^(-1/3) = m^((gamma3 - gamma2) / 3).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def slope_1(gamma2: ArrayLike, gamma3: ArrayLike) -> Array:
    """Return S_W1 = d log RD(W1) / d log m at infinite width.

    gamma3 <= 3/2: gamma3 - 3/2 - 2 max(gamma2, 0). Then 2 (gamma3 - gamma2) - 3 up to 3/2 + gamma2 (gamma2 >= 0), or
    gamma3 / 2 - 3/4 up to 3/2 - 2 gamma2 (gamma2 < 0). Beyond: (gamma3 - gamma2) / 3 - 1/2.
    """
    g2, g3 = np.broadcast_arrays(np.asarray(gamma2, dtype=float), np.asarray(gamma3, dtype=float))
    between = np.where(g2 >= 0, 2 * (g3 - g2) - 3, g3 / 2 - 0.75)
    return np.select(
        [g3 <= 1.5, g3 <= balanced_from(g2)],
        [g3 - 1.5 - 2 * np.maximum(g2, 0), between],
        (g3 - g2) / 3 - 0.5,
    )


def slope_2(gamma2: ArrayLike, gamma3: ArrayLike) -> Array:
    """Return S_W2 = d log RD(W2) / d log m at infinite width.

    gamma3 - 2 + 2 min(gamma2, 0) until the layers are balanced, (gamma3 + 2 gamma2) / 3 - 1 beyond.
    """
    g2, g3 = np.broadcast_arrays(np.asarray(gamma2, dtype=float), np.asarray(gamma3, dtype=float))
    return np.where(g3 <= balanced_from(g2), g3 - 2 + 2 * np.minimum(g2, 0), (g3 + 2 * g2) / 3 - 1)


def slope_2_operator(gamma2: ArrayLike, gamma3: ArrayLike) -> Array:
    """Return S_W2 with both lengths in the operator norm: S_W2 + 1/2.

    The change of W2 has a rank that does not grow, so that its norms agree, but |W2(0)| ~ beta2 m in the Frobenius norm
    and 2 beta2 m^(1/2) in the operator norm.
    """
    return slope_2(gamma2, gamma3) + 0.5


def balanced_from(gamma2: ArrayLike) -> Array:
    """Return the gamma3 beyond which all layers grow alike: 3/2 + gamma2 for gamma2 >= 0, 3/2 - 2 gamma2 below."""
    g2 = np.asarray(gamma2, dtype=float)
    return 1.5 + np.where(g2 >= 0, g2, -2 * g2)


def zero_line_1(gamma2: ArrayLike) -> Array:
    """Return the gamma3 at which S_W1 = 0: 3/2 + max(gamma2, 0)."""
    return 1.5 + np.maximum(np.asarray(gamma2, dtype=float), 0)


def zero_line_2(gamma2: ArrayLike) -> Array:
    """Return the gamma3 at which S_W2 = 0: 3 - 2 gamma2 for gamma2 <= 1/2, 2 beyond."""
    g2 = np.asarray(gamma2, dtype=float)
    return np.where(g2 <= 0.5, 3 - 2 * g2, 2.0)


def zero_line_2_operator(gamma2: ArrayLike) -> Array:
    """Return the gamma3 at which S_W2 = 0 in the operator norm: 3/2 - 2 min(gamma2, 0)."""
    return 1.5 - 2 * np.minimum(np.asarray(gamma2, dtype=float), 0)
