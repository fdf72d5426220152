"""Drawings of the transformer's task and maps."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, new_figure


def draw_phase_diagram(table: pd.DataFrame, solution: str) -> Figure:
    """(a) Two layers at the authors' size, every run and the paper's statistic; (b) our smaller networks by depth."""
    figure, axes = new_figure(1, 2, width=7.0, height=3.5, letters=True, width_ratios=(1.15, 1), sharey=True)
    runs = table[table["series"] == "run"]
    _draw_authors_size(axes[0, 0], runs[(runs["panel"] == "authors") & (runs["bits"] == 16)], table, solution)
    _draw_by_depth(axes[0, 1], runs[runs["panel"] == "ours"], solution)
    answer = {"symmetric": "x-6", "inferential": "x-10"}[solution]
    axes[0, 0].set(ylabel=f"{solution} accuracy: (4, 3) answered ${answer}$", ylim=(-0.05, 1.05))
    return figure


def _draw_authors_size(panel: Axes, runs: pd.DataFrame, table: pd.DataFrame, solution: str) -> None:
    rates = np.sort(runs["learning_rate"].unique())
    for number, rate in enumerate(rates):
        rows = runs[runs["learning_rate"] == rate]
        x = rows["gamma"] + 0.012 * (number - (len(rates) - 1) / 2)
        fitted = rows["fitted"] == 1.0
        marker = ("v", "o", "^")[number % 3]
        label = rf"${1e4 * rate:g} \times 10^{{-4}}$"
        style: dict[str, Any] = {"color": COLOURS[solution], "markersize": 4.5, "alpha": 0.75, "mew": 0}
        panel.plot(x[fitted], rows[solution][fitted], marker, label=label, **style)
        panel.plot(x[~fitted], rows[solution][~fitted], marker, color="0.5", markersize=4.5, mfc="none")
    best = table[table["series"] == "best"].groupby("gamma")[solution].mean()
    panel.plot(best.index, best, "_-", color="black", markersize=14, linewidth=0.9, label="best rate, mean")
    panel.set_xlabel(r"initialisation rate $\gamma$")
    panel.set_title("$d$ = 400, $L$ = 2, batch 2048", fontsize=8.5, loc="right")
    panel.legend(title="peak rate", fontsize=7, title_fontsize=7, loc="best")


def _draw_by_depth(panel: Axes, runs: pd.DataFrame, solution: str) -> None:
    depths = np.sort(runs["layers"].unique())
    for number, layers in enumerate(depths):
        rows = runs[runs["layers"] == layers]
        colour = (COLOURS["ours"], COLOURS["linearised"], COLOURS["published"])[number % 3]
        x = rows["gamma"] + 0.014 * (number - (len(depths) - 1) / 2)
        fitted, marker = rows["fitted"] == 1.0, ("o", "s", "D")[number % 3]
        panel.plot(x[fitted], rows[solution][fitted], marker, color=colour, markersize=4.5, alpha=0.75, mew=0,
                   label=f"$L$ = {layers:.0f}")  # fmt: skip
        panel.plot(x[~fitted], rows[solution][~fitted], marker, color="0.5", markersize=4.5, mfc="none")
        mean = rows.groupby("gamma")[solution].mean()
        panel.plot(mean.index, mean, "-", color=colour, linewidth=0.9)
    panel.set_xlabel(r"initialisation rate $\gamma$")
    panel.set_title("$d$ = 64, batch 256", fontsize=8.5, loc="right")
    panel.legend(fontsize=7, loc="best")
