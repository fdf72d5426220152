"""Condensation of a layer's kernels: mean similarity, effective rank, order."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mean_similarity(cosine: Array) -> float:
    """Return mean |D_kl| over k != l of a similarity matrix (C, C), C > 1."""
    size = len(cosine)
    return float((np.abs(cosine).sum() - np.abs(np.diag(cosine)).sum()) / (size * (size - 1)))


def effective_rank(cosine: Array) -> float:
    """Return exp(entropy of the eigenvalues of D / size), D (C, C): 1 for one line, at most min(C, dimension)."""
    eigenvalues = np.linalg.eigvalsh(cosine / len(cosine))
    positive = eigenvalues[eigenvalues > 1e-12]
    return float(np.exp(-(positive * np.log(positive)).sum()))


def order(kernels: Array) -> NDArray[np.int64]:
    """Return the order in which kernels (C, d) are drawn: by their cosine with the main direction, falling.

    The main direction is the first right singular vector of the unit kernels, with the sign that most kernels have (of
    equally many, the one with the larger sum): a condensed layer becomes a block of +1 and, after it, one of -1.
    """
    length = np.linalg.norm(kernels, axis=1, keepdims=True)
    unit = np.divide(kernels, length, out=np.zeros_like(kernels), where=length > 0)
    projection = unit @ np.linalg.svd(unit, full_matrices=False)[2][0]
    if (np.sign(projection).sum(), projection.sum()) < (0.0, 0.0):
        projection = -projection
    return np.argsort(-projection, kind="stable")
