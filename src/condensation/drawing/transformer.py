"""Drawings of the transformer's task and maps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle

from condensation.drawing.palette import CLASSES
from condensation.drawing.style import COLOURS, new_figure

KINDS = {"inferential": "#CDE7F5", "non-inferential": "#F7C9A9", "unseen": "#FFFFFF"}


def _grid(panel: Axes, size: int = 4) -> None:
    panel.set(xlim=(0.5, size + 0.5), ylim=(size + 0.5, 0.5), aspect="equal")
    panel.set_xticks(range(1, size + 1))
    panel.set_yticks(range(1, size + 1))
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)


def _cell(panel: Axes, a1: int, a2: int, colour: str, text: str, **style: Any) -> None:
    panel.add_patch(Rectangle((a2 - 0.48, a1 - 0.48), 0.96, 0.96, facecolor=colour, edgecolor="0.35", **style))
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 2.0} if "hatch" in style else None
    panel.text(a2, a1, text, ha="center", va="center", fontsize=9, bbox=behind)


def draw_task(table: pd.DataFrame) -> Figure:
    """4 x 4 anchor pairs by what training says of them; above them one sequence."""
    figure, axes = new_figure(1, 1, width=5.6, height=4.9)
    panel = axes[0, 0]
    _grid(panel)
    for _, pair in table.iterrows():
        unseen = pair["series"] == "unseen"
        text = "unseen" if unseen else f"$x {pair['answer']:+.0f}$"
        style = {"hatch": "///", "linestyle": "--"} if unseen else {}
        _cell(panel, pair["a1"], pair["a2"], KINDS[pair["series"]], text, **style)
    panel.set(xlabel="second anchor $a_2$", ylabel="first anchor $a_1$")
    panel.set_title(
        "sequence:  21  57  $x$  $a_1$  $a_2$  90  33  48  76   $\\to$   $g(g(x;\\,a_1);\\,a_2)$", fontsize=9, pad=10
    )
    counts = table["series"].value_counts()
    handles = [
        Patch(
            facecolor=colour,
            edgecolor="0.35",
            hatch="///" if kind == "unseen" else None,
            label=f"{kind}: {counts.get(kind, 0)}",
        )
        for kind, colour in KINDS.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def draw_mechanisms(table: pd.DataFrame, functions: Mapping[int, int]) -> Figure:
    """(a) Every unordered pair is remembered by itself; (b) four functions are remembered and composed."""
    figure, axes = new_figure(1, 2, width=8.2, height=4.6, letters=True)
    left, right = axes[0]
    _grid(left)
    left.set_aspect("auto")  # equal scales would push the label out of the frame
    pairs = table[table["series"] == "symmetric"]
    classes = sorted(pairs["label"].unique())
    for _, pair in pairs.iterrows():
        colour = CLASSES[classes.index(pair["label"])]
        text = "{" + pair["label"] + "}\n" + f"$x {pair['answer']:+.0f}$"
        _cell(left, pair["a1"], pair["a2"], colour, text)
    left.set(xlabel="second anchor $a_2$", ylabel="first anchor $a_1$")
    left.set_title(f"Mechanism 1: {len(classes)} pairs, order lost")
    right.set_title(f"Mechanism 2: {len(functions)} functions, composed")
    right.set(xlim=(-0.3, 3.5), ylim=(4.6, 0.4))
    right.axis("off")
    for column, heading in enumerate(("$x$", "$g(x;\\,a_1)$", "$g(g(x;\\,a_1);\\,a_2)$")):
        right.text(1.5 * column, 0.55, heading, ha="center", va="center", fontsize=10)
    for number, (anchor, step) in enumerate(functions.items(), start=1):
        colour = CLASSES[number - 1]
        for place in (0.0, 1.5):
            right.add_patch(
                FancyArrowPatch(
                    (place + 0.15, number),
                    (place + 1.35, number),
                    arrowstyle="-|>",
                    mutation_scale=14,
                    linewidth=2.5,
                    color=colour,
                )
            )
            right.text(
                place + 0.75, number - 0.17, f"anchor {anchor}: ${step:+d}$", ha="center", va="bottom", fontsize=9
            )
        for place in (0.0, 1.5, 3.0):
            right.plot(place, number, "o", color="0.35", markersize=5)
    return figure


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
