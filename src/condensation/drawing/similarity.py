"""Similarity matrices D, neurons grouped into blocks, from -1 (blue) to 1 (red)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from condensation.drawing.palette import SIMILARITY_MAP

BLOCK = 0.7  # neurons with |D| above this belong to one block (arXiv 2105.11686)


def block_order(cosine: NDArray[np.float64], *, threshold: float = BLOCK) -> NDArray[np.int64]:
    """Return the order of neurons, shape (neurons,), that puts those of one direction beside each other.

    The neuron with most partners (|D| > threshold) leads a block of them, first those with D > 0, then D < 0, each by
    its angle in the plane of the block's two leading eigenvectors, so that neighbours are alike; then the same among
    the rest. Blocks come out largest first.
    """
    left = np.arange(len(cosine))
    order: list[int] = []
    while left.size:
        near = np.abs(cosine[np.ix_(left, left)]) > threshold
        leader = left[int(np.argmax(near.sum(axis=1)))]
        with_leader = cosine[leader, left]
        member = (np.abs(with_leader) > threshold) | (left == leader)
        block = left[member]
        sign = np.where(cosine[leader, block] < 0, -1.0, 1.0)
        order += block[np.lexsort((_angles(sign[:, None] * cosine[np.ix_(block, block)] * sign), sign < 0))].tolist()
        left = left[~member]
    return np.array(order, dtype=np.int64)


def _angles(cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return every neuron's angle in the plane of the two leading eigenvectors; their signs are fixed."""
    values, vectors = np.linalg.eigh(cosine)
    plane = vectors[:, :-3:-1] * np.sqrt(np.abs(values[:-3:-1]))
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])])
    return np.arctan2(plane[:, 1], plane[:, 0]) if len(cosine) > 1 else np.zeros(1)


def blocks(rows: pd.DataFrame, *, grouped: bool = True) -> NDArray[np.float64]:
    """Return D from its rows (row, column, cosine), in blocks; grouped: False keeps the order of the rows."""
    matrix = rows.pivot(index="row", columns="column", values="cosine").to_numpy(float)
    order = block_order(matrix) if grouped else np.arange(len(matrix))
    return matrix[np.ix_(order, order)]


def mean_off_diagonal(cosine: NDArray[np.float64]) -> float:
    """Return the mean |D_kl| over k != l."""
    n = len(cosine)
    return float((np.abs(cosine).sum() - np.abs(np.diag(cosine)).sum()) / (n * (n - 1)))


def draw_similarity(
    axes: Axes,
    rows: pd.DataFrame,
    of: str = "",
    *,
    grouped: bool = True,
    random: float | None = None,
    title: str | None = None,
) -> AxesImage:
    """Draw D from its rows (row, column, cosine), in blocks, with index axes.

    of: what is compared, such as `neuron`; grouped: False keeps the order of the rows; title: written above, followed
    by the mean |D| and its value at random.
    """
    matrix = blocks(rows, grouped=grouped)
    n = len(matrix)
    image = axes.imshow(
        matrix, cmap=SIMILARITY_MAP, vmin=-1, vmax=1, interpolation="nearest",
        extent=(0.5, n + 0.5, n + 0.5, 0.5),
    )  # fmt: skip
    axes.set(xticks=[1, n], yticks=[1, n])
    axes.tick_params(length=2)
    axes.spines[:].set_visible(True)
    if of:
        axes.set(xlabel=f"{of} $l$", ylabel=f"{of} $k$")
        axes.xaxis.labelpad = axes.yaxis.labelpad = -4  # between the two tick labels
    if title is not None:
        number = similarity_text(mean_off_diagonal(matrix), random)
        axes.set_title(f"{title}\n{number}" if title else number, loc="left")
    return image


def similarity_text(mean: float, random: float | None = None) -> str:
    """Return `mean |D| = .80 (random .27)` for a title."""
    beside = "" if random is None else f" (random {random:.2f})"
    return f"mean $|D|$ = {mean:.2f}{beside}"
