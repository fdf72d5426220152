"""Phase diagrams of the transformer's two solutions: initialisation and depth, every run shown."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from condensation.drawing.palette import COLOURS
from condensation.drawing.style import legend_outside, pair_of_panels, panel_title
from condensation.drawing.weights import RATE, tag

_MAP = "viridis"
_MARKERS = ("v", "o", "^", "s", "D", "<", ">", "p", "h")  # peak rates


def draw_phase_diagram(
    authors: pd.DataFrame, ours: pd.DataFrame, best: pd.DataFrame, solution: str, failed: Mapping[str, str]
) -> Figure:
    """(a) The paper's diagram, gamma by depth: its statistic, and every seed; (b) every run at the authors' size."""
    figure, left, right, _ = pair_of_panels(3.6, least=2.5)
    image = _draw_cells(left, best, solution)
    figure.colorbar(image, ax=left, label=f"{solution} accuracy", fraction=0.05, pad=0.02)
    _draw_runs(right, authors, best, solution)
    dot: dict[str, Any] = {"marker": "o", "linestyle": "none", "mfc": COLOURS["neither"]}
    handles = [
        *right.get_legend_handles_labels()[0],
        Line2D([], [], mec=COLOURS["end"], label="not fitted (a)", **dot),
        Line2D([], [], color=COLOURS["static"], marker="o", linestyle="none", mfc="none", label="not fitted (b)"),
    ]
    legend_outside(figure, handles)
    answer = {"symmetric": "x-6", "inferential": "x-10"}[solution]
    right.set(ylabel=f"(4, 3) answered ${answer}$", ylim=(-0.05, 1.05))
    words = {"f17b_small_start": r": $\gamma$ = 0.8"}
    wide = {name: why + words.get(name, "") for name, why in failed.items() if not name.endswith("small_network")}
    tag(right, wide, failed, at=(0.5, 0.9))
    tag(left, {name: f"$d$ = 64: {failed[name]}" for name in failed if name.endswith("small_network")}, failed)
    panel_title(right, f"every run, $d$ = {authors['d_model'].iloc[0]:.0f}, $L$ = 2")
    return figure


def _draw_cells(panel: Axes, best: pd.DataFrame, solution: str) -> AxesImage:
    """A cell a (width and depth, gamma), coloured by the mean over seeds; dots: the seeds; hatched: not fitted."""
    rows = sorted(best.groupby(["layers", "d_model"]).groups, key=lambda row: (-row[1], row[0]))  # shallow ones below
    gammas = np.sort(best["gamma"].unique())
    for (layers, width, gamma), seeds in best.groupby(["layers", "d_model", "gamma"]):
        x, y = int(np.searchsorted(gammas, gamma)), rows.index((layers, width))
        image = panel.imshow([[seeds[solution].mean()]], cmap=_MAP, vmin=0, vmax=1, aspect="auto",
                             extent=(x - 0.5, x + 0.5, y - 0.5, y + 0.5))  # fmt: skip
        share = float((seeds["fitted"] == 0.0).mean())
        if share > 0.5:
            panel.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="none", edgecolor="white", hatch="////",
                                      linewidth=0))  # fmt: skip
        places = x + 0.26 * (np.arange(len(seeds)) - (len(seeds) - 1) / 2)
        panel.scatter(places, np.full(len(seeds), y), s=26, c=seeds[solution], cmap=_MAP, vmin=0, vmax=1,
                      edgecolors=list(np.where(seeds["fitted"] == 1.0, "white", COLOURS["end"])),
                      linewidths=1)  # fmt: skip
    panel.set(
        xlim=(-0.5, len(gammas) - 0.5), ylim=(-0.5, len(rows) - 0.5), xlabel=RATE, ylabel="depth $L$ and width $d$"
    )
    panel.set_xticks(range(len(gammas)), [f"{gamma:g}" for gamma in gammas])
    panel.set_yticks(range(len(rows)), [f"$L$ = {layers:.0f}\n$d$ = {width:.0f}" for layers, width in rows])
    panel.tick_params(length=0)
    panel_title(panel, "best rate, mean over seeds; dots: seeds")
    return image


def _draw_runs(panel: Axes, runs: pd.DataFrame, best: pd.DataFrame, solution: str) -> None:
    """Accuracy of every run against gamma, a marker a peak rate, grey where it does not fit; bars: the statistic."""
    rates = np.sort(runs["learning_rate"].unique())
    for number, rate in enumerate(rates):
        rows = runs[runs["learning_rate"] == rate]
        x = rows["gamma"] + 0.012 * (number - (len(rates) - 1) / 2)
        fitted, marker = rows["fitted"] == 1.0, _MARKERS[number % len(_MARKERS)]
        style: dict[str, Any] = {"marker": marker, "markersize": 4.5, "linestyle": "none"}
        label = rf"peak rate ${1e4 * rate:g} \times 10^{{-4}}$"
        panel.plot(x[fitted], rows[solution][fitted], color=COLOURS[solution], alpha=0.75, mew=0, label=label, **style)
        panel.plot(x[~fitted], rows[solution][~fitted], color=COLOURS["static"], mfc="none", **style)
    mean = best[best["d_model"] == runs["d_model"].iloc[0]].groupby("gamma")[solution].mean()
    panel.plot(mean.index, mean, "_-", color="black", markersize=14, linewidth=0.9, label="best rate, mean")
    panel.set_xlabel(RATE)
