"""Similarity matrices D, from -1 (blue) to 1 (red)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.image import AxesImage


def draw_similarity(axes: Axes, rows: pd.DataFrame, of: str = "") -> AxesImage:
    """Draw a matrix D from its rows (row, column, cosine); of: what is compared, such as `neuron`, for the labels."""
    matrix = rows.pivot(index="row", columns="column", values="cosine").to_numpy()
    image = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    if of:
        axes.set(xlabel=f"{of} $l$", ylabel=f"{of} $k$")
    return image
