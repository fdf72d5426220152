"""Condensation of the kernels of a convolutional network: learning curves and similarity matrices."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.similarity import draw_similarity
from condensation.drawing.style import COLOURS, attribution, new_figure
from condensation.measures.lines import random_cosine

NAMES = {"condensed": "small initialisation", "ordinary": "ordinary initialisation"}
_COLOURS = {"condensed": COLOURS["condensed"], "ordinary": COLOURS["ours"]}
_MOMENTS = ("start", "midway", "end")
_PUBLISHED = {"accuracy": "slide: 100 % training", "held_out_accuracy": "slide: 97.62 % test"}


def draw_kernels(table: pd.DataFrame, published: dict[str, float]) -> Figure:
    """(a) loss, (b) accuracy and (i) similarity by epoch; D at start, midway, end: (c-e) condensed, (f-h) ordinary.

    published: accuracy and held_out_accuracy on the slide.
    """
    figure = Figure(figsize=(8.6, 8.4), layout="constrained")
    axes = figure.subplot_mosaic([["a", "b", "i"], ["c", "d", "e"], ["f", "g", "h"]], height_ratios=[1.15, 1, 1])
    for letter, panel in axes.items():
        panel.set_title(f"({letter})", loc="left", fontweight="bold")
    history = table[table["panel"] == "history"]
    _draw_loss(axes["a"], history)
    _draw_accuracy(axes["b"], history, published)
    _draw_mean_similarity(axes["i"], history)
    for series, letters in (("condensed", "cde"), ("ordinary", "fgh")):
        for moment, letter in zip(_MOMENTS, letters, strict=True):
            image = _draw_matrix(axes[letter], table, series, moment)
    figure.colorbar(image, ax=[axes[letter] for letter in "cdefgh"], label="$D_{kl}$", fraction=0.03, pad=0.02)
    handles, labels = axes["a"].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    attribution(
        figure,
        "slide values: Y. Zhang, FAU MoD course 2025, lecture III; settings ours (see the table's notes)."
        " MNIST: Y. LeCun, C. Cortes, CC BY-SA 3.0",
    )
    return figure


def _mean(history: pd.DataFrame, series: str, column: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return epochs, mean over seeds, and (2, epochs) smallest and largest value over seeds."""
    groups = history[history["series"] == series].groupby("epoch")[column]
    return groups.mean().index.to_numpy(), groups.mean().to_numpy(), np.array([groups.min(), groups.max()])


def _draw_curve(axes: Axes, history: pd.DataFrame, series: str, column: str, line: str, label: str | None) -> None:
    epoch, mean, (low, high) = _mean(history, series, column)
    axes.plot(epoch, mean, line, color=_COLOURS[series], label=label)
    axes.fill_between(epoch, low, high, color=_COLOURS[series], alpha=0.2, linewidth=0)


def _draw_loss(axes: Axes, history: pd.DataFrame) -> None:
    for series, name in NAMES.items():
        _draw_curve(axes, history, series, "cross_entropy", "-", f"{name}, training")
        _draw_curve(axes, history, series, "held_out_cross_entropy", ":", f"{name}, test")
    axes.set(yscale="log", xlabel="epoch", ylabel="cross-entropy $R_S$")


def _draw_accuracy(axes: Axes, history: pd.DataFrame, published: dict[str, float]) -> None:
    for series in NAMES:
        _draw_curve(axes, history, series, "accuracy", "-", None)
        _draw_curve(axes, history, series, "held_out_accuracy", ":", None)
    for column, line in (("accuracy", "-"), ("held_out_accuracy", ":")):
        axes.axhline(published[column], color=COLOURS["published"], linestyle=line, label=_PUBLISHED[column], zorder=0)
    end = history.loc[history["epoch"] == history["epoch"].max(), ["accuracy", "held_out_accuracy"]].min().min()
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(0.94 if end > 0.95 else 0.0, 1.004))
    axes.legend(loc="lower right")


def _draw_mean_similarity(axes: Axes, history: pd.DataFrame) -> None:
    for series in NAMES:
        _draw_curve(axes, history, series, "kernel_similarity", "-", None)
    axes.axhline(random_cosine(9), color=COLOURS["theory"], linestyle="--", linewidth=1, label="random directions")
    axes.set(xlabel="epoch", ylabel=r"mean $|D_{kl}|$, $k \neq l$", ylim=(0, 1.05))
    axes.legend(loc="best")


def _draw_matrix(axes: Axes, table: pd.DataFrame, series: str, moment: str):
    rows = table[(table["panel"] == moment) & (table["series"] == series)]
    image = draw_similarity(axes, rows, "kernel")
    epoch = int(rows["epoch"].iloc[0])
    axes.set_title(
        f"{NAMES[series]}, epoch {epoch}\nmean $|D|$ = {rows['kernel_similarity'].iloc[0]:.2f}", fontsize=8.5
    )
    return image


def draw_selection(table: pd.DataFrame) -> Figure:
    """(a) mean |D|, (b) accuracy on held-out training images, (c) training images wrong, against the kernels' rate."""
    figure, axes = new_figure(1, 3, width=8.4, height=2.9, letters=True)
    panels = (
        ("kernel_similarity", r"mean $|D_{kl}|$ at the end", COLOURS["condensed"]),
        ("held_out_accuracy", "accuracy, 10,000 held-out\ntraining images", COLOURS["ours"]),
        ("wrong", "training images wrong", COLOURS["path"]),
    )
    for panel, (column, label, colour) in zip(axes.flat, panels, strict=True):
        mean = table.groupby("kernel_rate")[column].mean()
        panel.plot(mean.index, mean, "-", color=colour)
        panel.plot(table["kernel_rate"], table[column], "o", color=colour)
        panel.set_xlabel("rate of the kernels / rate\nof the full layers")
        panel.set_ylabel(label)
    axes[0, 0].axhline(random_cosine(9), color="black", linestyle="--", linewidth=1, label="random directions")
    axes[0, 0].set_ylim(0, 1.05)
    axes[0, 0].legend(loc="lower left", bbox_to_anchor=(0, 0.28))
    axes[0, 2].set_ylim(bottom=0)
    attribution(figure, "settings ours; no test image was used. MNIST: Y. LeCun, C. Cortes, CC BY-SA 3.0")
    return figure
