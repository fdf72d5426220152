"""Condensation of a layer's kernels: mean similarity, effective rank, lines."""

import numpy as np
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity, number_of_lines

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


def condensation_of(kernels: Array) -> dict[str, float]:
    """Return mean |D|, effective rank and number of lines of kernels (C, taps), by the names of their columns."""
    cosine = cosine_similarity(kernels)
    return {
        "kernel_similarity": mean_similarity(cosine),
        "effective_rank": effective_rank(cosine),
        "kernel_lines": number_of_lines(kernels, np.ones(len(kernels))),
    }
