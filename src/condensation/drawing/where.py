"""Where a transformer condenses: mean |D| of every matrix over its value for random directions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from condensation.drawing.palette import COLOURS
from condensation.drawing.style import LEAST, pair_of_panels, panel_title
from condensation.drawing.weights import RATE, tag

_WORDS = {"embeddings": "key embeddings", "output": "output", "W_1": "FFN in", "W_2": "FFN out"}


def draw_where(wide: pd.DataFrame, narrow: pd.DataFrame, failed: Mapping[str, str]) -> Figure:
    """(a) Every matrix of the widest runs, one dot a run; (b) the narrower runs by gamma, mean over seeds."""
    figure, left, right, beside = pair_of_panels(3.9, least=2.5)
    names = list(dict.fromkeys(zip(wide["matrix"], wide["layer"], strict=True)))
    labels = [matrix_name(*name) for name in names]
    gammas = np.sort(wide["gamma"].unique())
    for gamma in gammas:
        large = gamma == gammas[0] and len(gammas) > 1
        rows = wide[wide["gamma"] == gamma]
        places = [names.index(name) for name in zip(rows["matrix"], rows["layer"], strict=True)]
        left.plot(_ratio(rows), places, "o", color=COLOURS["linear"] if large else COLOURS["condensed"],
                  markersize=5.5, label=rf"$\gamma = {gamma:g}$")  # fmt: skip
    left.axvline(1, linestyle=":", color=COLOURS["theory"], linewidth=1, label="random")
    left.set(xscale="log", xlabel="mean $|D|$ / random", ylabel="matrix (layer)", ylim=(len(names) - 0.5, -0.5))
    left.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    left.minorticks_off()
    left.set_yticks(range(len(names)), labels)
    left.grid(axis="y", color=COLOURS["guide"], linewidth=0.4)
    left.legend(fontsize=LEAST, loc="lower right", frameon=True, facecolor="white", framealpha=1)
    panel_title(left, f"$d$ = {wide['d_model'].iloc[0]:.0f}")
    gammas = np.sort(narrow["gamma"].unique())
    mean = narrow.assign(ratio=_ratio(narrow)).groupby(["matrix", "layer", "gamma"])["ratio"].mean()
    values = np.array([[mean.get((*name, gamma), np.nan) for gamma in gammas] for name in names])
    image = right.imshow(values, cmap="viridis", norm="log", aspect="auto")
    low, high = np.log(np.nanmin(values)), np.log(np.nanmax(values))
    for (row, column), value in np.ndenumerate(values):
        light = np.log(value) > low + 0.6 * (high - low)
        right.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=LEAST,
                   color="black" if light else "white")  # fmt: skip
    right.set_xticks(range(len(gammas)), [f"{gamma:g}" for gamma in gammas])
    right.set_yticks(range(len(names)), labels)
    right.set(xlabel=RATE, ylabel="" if beside else "matrix (layer)")
    panel_title(right, f"$d$ = {narrow['d_model'].iloc[0]:.0f}, mean over seeds")
    colorbar = figure.colorbar(image, ax=right, label="mean $|D|$ / random", fraction=0.06, pad=0.03)
    colorbar.set_ticks([1, 2, 4, 8], labels=["1", "2", "4", "8"])
    colorbar.minorticks_off()
    tag(left, failed, ("q3_query", "q3_key", "q3_embeddings", "q3_feed_forward"))
    return figure


def _ratio(rows: pd.DataFrame) -> pd.Series:
    return rows["mean_cosine"] / rows["mean_cosine_random"]


def matrix_name(name: str, layer: float) -> str:
    """Name a matrix as the paper does; the feed-forward ones in words."""
    if layer == 0:
        return _WORDS[name]
    return f"{_WORDS[name]} ({layer:.0f})" if name in _WORDS else f"$W^{{{name[-1]}({layer:.0f})}}$"
