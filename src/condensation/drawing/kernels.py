"""Condensation of the kernels of a convolutional network: learning curves and similarity matrices."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.similarity import draw_similarity
from condensation.drawing.style import (
    COLOURS,
    attribution,
    failed_tag,
    fitting_columns,
    legend_outside,
    letter_panels,
    mosaic_figure,
    new_figure,
    panel_title,
)
from condensation.geometry import TAPS, random_cosine

NAMES = {"condensed": "small initialisation", "ordinary": "ordinary initialisation"}
_COLOURS = {"condensed": COLOURS["condensed"], "ordinary": COLOURS["ours"]}
_MATRICES = {"condensed": "cde", "ordinary": "fgh"}
_IMAGES = {"accuracy": "training", "held_out_accuracy": "test"}
# least width in inches -> panels, height in inches
_LAYOUTS = {
    6.5: (("abcde", "fghii"), 4.2),
    5.0: (("aaabbb", "ccddee", "ffgghh", "iiiiii"), 7.4),
    0.0: (("ab", "cd", "ef", "gh", "ii"), 9.4),
}
# claim -> the panel it is about
_CLAIMS = {
    "f05_training": "b", "f05_test": "b", "f05_condensed": "e", "f05_condensed_rank": "e", "f05_midway": "d",
    "f05_first_epoch": "i", "f05_one_line": "i", "f05_decondenses": "i", "f05_ordinary": "h", "f05_ordinary_rank": "h",
}  # fmt: skip


def draw_kernels(
    history: pd.DataFrame, matrices: pd.DataFrame, published: Mapping[str, float], failed: Mapping[str, str]
) -> Figure:
    """(a) loss, (b) accuracy, D at start, midway, end of (c-e) the condensed, (f-h) the ordinary network, (i) mean |D|.

    published: accuracy and held_out_accuracy on the slide. failed: claims that do not hold, with their category.
    """
    figure, axes = mosaic_figure(_LAYOUTS)
    _draw_loss(axes["a"], history)
    _draw_accuracy(axes["b"], history, published)
    _draw_mean_similarity(axes["i"], history)
    for series, letters in _MATRICES.items():
        own = matrices[matrices["series"] == series]
        for epoch, letter in zip(np.sort(own["epoch"].unique()), letters, strict=True):
            panel = axes[letter]
            before = panel.get_title(loc="left")
            title = f"{before} {NAMES[series].split()[0]}\nepoch {epoch}"
            image = draw_similarity(panel, own[own["epoch"] == epoch], "kernel", title=title)
    for claim, category in failed.items():
        failed_tag(axes[_CLAIMS[claim]], category)
    # beside the last matrix of the slide's row
    figure.colorbar(image, ax=axes["e"], label="$D_{kl}$", fraction=0.05, pad=0.04, ticks=[-1, 0, 1])
    legend_outside(figure, [*axes["a"].get_lines(), *axes["b"].get_lines()[-2:]], loc="outside upper center")
    attribution(figure, "MNIST: Y. LeCun, C. Cortes, CC BY-SA 3.0")
    return figure


def _draw_curve(axes: Axes, history: pd.DataFrame, series: str, column: str, line: str, label: str = "") -> None:
    """Draw the mean over seeds and the band between the smallest and the largest."""
    seeds = history[history["series"] == series].groupby("epoch")[column]
    axes.plot(seeds.mean(), line, color=_COLOURS[series], label=label)
    axes.fill_between(seeds.mean().index, seeds.min(), seeds.max(), color=_COLOURS[series], alpha=0.2, linewidth=0)


def _draw_loss(axes: Axes, history: pd.DataFrame) -> None:
    for series, name in NAMES.items():
        _draw_curve(axes, history, series, "cross_entropy", "-", f"{name}, training")
        _draw_curve(axes, history, series, "held_out_cross_entropy", ":", f"{name}, test")
    axes.set(yscale="log", xlabel="epoch", ylabel="cross-entropy $R_S$")


def _draw_accuracy(axes: Axes, history: pd.DataFrame, published: Mapping[str, float]) -> None:
    for series in NAMES:
        _draw_curve(axes, history, series, "accuracy", "-")
        _draw_curve(axes, history, series, "held_out_accuracy", ":")
    for column, line in (("accuracy", (0, (6, 1.5, 1, 1.5))), ("held_out_accuracy", (0, (1, 3)))):
        label = f"slide: {100 * published[column]:g} % {_IMAGES[column]}"
        axes.axhline(published[column], color=COLOURS["published"], linestyle=line, zorder=0, label=label)
    end = history.loc[history["epoch"] == history["epoch"].max(), ["accuracy", "held_out_accuracy"]].min().min()
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(0.94 if end > 0.95 else 0.0, 1.004))


def _draw_mean_similarity(axes: Axes, history: pd.DataFrame) -> None:
    for series in NAMES:
        _draw_curve(axes, history, series, "kernel_similarity", "-")
    random = random_cosine(TAPS)
    axes.axhline(random, color=COLOURS["theory"], linestyle="--", linewidth=1)
    axes.text(0.98, random - 0.03, f"random directions: {random:.2f}", transform=axes.get_yaxis_transform(),
              ha="right", va="top", fontsize=7.5)  # fmt: skip
    panel_title(axes, "all seeds")
    axes.set(xlabel="epoch", ylabel=r"mean $|D_{kl}|$, $k \neq l$", ylim=(0, 1.05))


def draw_selection(ends: pd.DataFrame, failed: Mapping[str, str]) -> Figure:
    """(a) mean |D|, (b) training images wrong, (c) held-out images wrong, against the kernels' rate; all seeds.

    failed: claims that do not hold, with their category.
    """
    columns = fitting_columns(3, least=1.6)
    rows = -(-3 // columns)
    figure, axes = new_figure(rows, columns, height=2.5 * rows)
    letter_panels(axes.flat[:3])
    panels = (
        ("kernel_similarity", r"mean $|D_{kl}|$ at the end", 1),
        ("wrong", "training images wrong", 1),
        ("held_out_error", "held-out images wrong (%)", 100),
    )
    ends = ends.assign(held_out_error=1 - ends["held_out_accuracy"])
    for panel, (column, label, factor) in zip(axes.flat, panels, strict=False):
        panel.plot(ends.groupby("kernel_rate")[column].mean() * factor, "-", color=COLOURS["ours"])
        panel.plot(ends["kernel_rate"], ends[column] * factor, "o", color=COLOURS["ours"], alpha=0.6, mew=0)
        panel.set(ylabel=label, ylim=(0, 1.1 * factor * ends[column].max()))
        panel.set_xticks(np.sort(ends["kernel_rate"].unique()))
    for panel in axes.flat[3:]:
        panel.set_axis_off()
    random = random_cosine(TAPS)
    axes.flat[0].axhline(random, color=COLOURS["theory"], linestyle="--", linewidth=1)
    axes.flat[0].text(0.97, random - 0.03, f"random: {random:.2f}", transform=axes.flat[0].get_yaxis_transform(),
                      ha="right", va="top", fontsize=7.5)  # fmt: skip
    for claim, category in failed.items():
        words = f"{category}: one seed" if claim == "f05b_condensation" else category
        failed_tag(axes.flat[1 if claim == "f05b_training" else 0], words, at=(0.98, 0.6))
    figure.supxlabel("rate of the kernels / rate of the full layers", fontsize=9)
    return figure
