"""Change of the large matrix as a product of thin factors, left' right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROWS = 64  # of the factors that are not worth recompressing
_NEGLIGIBLE = 1e-10  # singular values relative to the largest


@dataclass(frozen=True)
class LowRank:
    """left' right with left (r, m), right (r, m + 1); its last column belongs to the bias."""

    left: Array
    right: Array
    most: int = _ROWS  # rows beyond which they are recompressed: twice the rank last found

    def plus(self, left: Array, right: Array) -> "LowRank":
        """Return the sum with left' right."""
        return LowRank(np.concatenate((self.left, left)), np.concatenate((self.right, right)), self.most)

    def thinned(self) -> "LowRank":
        """Return the same matrix, recompressed where its factors have become thick."""
        return self.compressed() if len(self.left) > self.most else self

    def compressed(self) -> "LowRank":
        """Return the same matrix with as few rows as its rank, up to round-off."""
        q_left, r_left = np.linalg.qr(self.left.T)
        q_right, r_right = np.linalg.qr(self.right.T)
        u, singular, v = np.linalg.svd(r_left @ r_right.T, full_matrices=False)
        keep = singular > _NEGLIGIBLE * singular[0]
        root = np.sqrt(singular[keep])[:, None]
        return LowRank(root * (q_left @ u[:, keep]).T, root * (v[keep] @ q_right.T), max(_ROWS, 2 * int(keep.sum())))

    def forward(self, h: Array) -> Array:
        """Return left' right (h_i, 1) for the rows of h (n, m), shape (n, m)."""
        return (h @ self.right[:, :-1].T + self.right[:, -1]) @ self.left

    def backward(self, d: Array) -> Array:
        """Return the transpose applied to the rows of d (n, m), without the bias, shape (n, m)."""
        return (d @ self.left.T) @ self.right[:, :-1]

    def squares(self) -> float:
        """Return the squared Frobenius norm."""
        return float(((self.left @ self.left.T) * (self.right @ self.right.T)).sum())

    def operator_norm(self) -> float:
        """Return the largest singular value."""
        if not len(self.left):
            return 0.0
        r_left, r_right = (np.linalg.qr(factor.T, mode="r") for factor in (self.left, self.right))
        return float(np.linalg.svd(r_left @ r_right.T, compute_uv=False)[0])  # type: ignore[attr-defined, call-overload]

    @property
    def bias(self) -> Array:
        """The last column, shape (m,)."""
        return self.right[:, -1] @ self.left
