"""Degree of condensation of every matrix: mean |cos| between its vectors and participation ratio."""

import math

import numpy as np
from numpy.typing import NDArray

from condensation.models.transformer.parameters import MATRICES, parameter_shapes, split
from condensation.models.transformer.run import TransformerRun

Array = NDArray[np.float32]


def mean_cosine(vectors: NDArray) -> float:
    """Return the mean |D_ij|, i != j, D_ij the cosine between rows i and j of (n, d); rows without length count 0."""
    x = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    unit = np.divide(x, length, out=np.zeros_like(x), where=length > 0)
    n = len(unit)
    return float((np.abs(unit @ unit.T).sum() - (length > 0).sum()) / (n * (n - 1)))


def participation_ratio(matrix: NDArray) -> float:
    """Return (sum s^2)^2 / sum s^4 over singular values s: the number of directions a matrix uses.

    sum s^2 = |W|^2 and sum s^4 = |W W^T|^2 in the Frobenius norm, so no singular value is computed.
    """
    w = np.asarray(matrix, dtype=np.float64)
    gram = w @ w.T if w.shape[0] < w.shape[1] else w.T @ w
    total = float((gram**2).sum())
    return float(np.trace(gram)) ** 2 / total if total > 0 else math.nan


def vectors_of(run: TransformerRun, theta: Array) -> dict[str, NDArray]:
    """Return name -> (n, d), the vectors whose directions are compared.

    Columns of every matrix, the weights with which a unit reads its input; rows of `embeddings`: those of the keys.
    """
    views = split(theta, parameter_shapes(run))
    found = {"embeddings": views["embeddings"][run.key_low : run.key_high]}
    for layer in range(1, run.layers + 1):
        found |= {f"{name}.{layer}": views[f"{name}.{layer}"].T for name in MATRICES}
    return found | {"output": views["output"].T}


def condensation_numbers(run: TransformerRun, theta: Array) -> dict[str, NDArray]:
    """Return `cosines` and `ratios`, one value a matrix in the order of `vectors_of`; NaN where it is not finite."""
    cosines, ratios = [], []
    for vectors in vectors_of(run, theta).values():
        finite = bool(np.isfinite(vectors).all())
        cosines.append(mean_cosine(vectors) if finite else math.nan)
        ratios.append(participation_ratio(vectors) if finite else math.nan)
    return {"cosines": np.array(cosines, np.float32), "ratios": np.array(ratios, np.float32)}


def embedding_eigenvalues(run: TransformerRun, theta: Array, number: int) -> NDArray:
    """Return the largest eigenvalues of the covariance of the key embeddings (over keys), descending; 0 beyond d."""
    keys = split(theta, parameter_shapes(run))["embeddings"][run.key_low : run.key_high].astype(np.float64)
    if not np.isfinite(keys).all():
        return np.full(number, math.nan)
    values = np.linalg.svd(keys - keys.mean(axis=0), compute_uv=False) ** 2 / len(keys)
    return np.pad(values[:number], (0, max(0, number - len(values))))
