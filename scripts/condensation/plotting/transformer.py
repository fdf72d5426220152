"""Drawings of the transformer's task and maps."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle

from condensation.plotting.style import attribution, new_figure

KINDS = {"inferential": "#CDE7F5", "non-inferential": "#F7C9A9", "unseen": "#FFFFFF"}
# ten unordered pairs, told apart by their label as well
_CLASSES = (
    "#A6CEE3",
    "#FDBF6F",
    "#B2DF8A",
    "#FB9A99",
    "#CAB2D6",
    "#FFFF99",
    "#DDDDDD",
    "#F4CAE4",
    "#9FE0D0",
    "#E5C494",
)


def settings(table: pd.DataFrame) -> str:
    """Return the text of the row `settings`, in lines that fit below a figure: how the runs differ from the paper's."""
    return textwrap.fill(str(table.loc[table["series"] == "settings", "label"].iloc[0]), 110, break_on_hyphens=False)


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
        colour = _CLASSES[classes.index(pair["label"])]
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
        colour = _CLASSES[number - 1]
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


def draw_solution_map(table: pd.DataFrame, solution: str) -> Figure:
    """Mean accuracy on (4, 3) under one answer over gamma x depth; masked cells hatched, share of seeds below."""
    layers = np.sort(table["layers"].dropna().unique())
    cells = table[table["series"] == "cell"]
    gammas = np.sort(cells["gamma"].unique())
    figure, axes = new_figure(1, 1, width=max(8.2, 1.05 * len(gammas) + 1.6), height=1.3 + 1.0 * len(layers))
    panel = axes[0, 0]
    values = cells.pivot(index="layers", columns="gamma", values=solution).reindex(index=layers, columns=gammas)
    edges = np.arange(len(gammas) + 1) - 0.5, np.arange(len(layers) + 1) - 0.5
    mesh = panel.pcolormesh(*edges, np.ma.masked_invalid(values.to_numpy(float)), cmap="viridis", vmin=0.0, vmax=1.0)
    figure.colorbar(mesh, ax=panel, label=f"{solution} accuracy on (4, 3)")
    for _, cell in cells.iterrows():
        x, y = np.searchsorted(gammas, cell["gamma"]), np.searchsorted(layers, cell["layers"])
        seeds = len(cell[f"{solution}_by_seed"])
        other = "inferential" if solution == "symmetric" else "symmetric"
        first, second = (f"{cell['share_' + name] * seeds:.0f} {name[:3]}." for name in (solution, other))
        share = f"{first}, {second}\n"
        others = f"{cell['share_neither'] * seeds:.0f} neither, {cell['share_not_fit'] * seeds:.0f} not fit"
        if cell["masked"]:
            panel.add_patch(
                Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="0.88", edgecolor="0.6", hatch="///", linewidth=0)
            )
        light = cell["masked"] or cell[solution] > 0.6
        head = "masked" if cell["masked"] else f"{cell[solution]:.2f}"
        panel.text(
            x, y, f"{head}\n{share}{others}", ha="center", va="center", fontsize=6.5,
            color="black" if light else "white",
            bbox={"facecolor": "0.88", "edgecolor": "none", "pad": 1.0} if cell["masked"] else None,
        )  # fmt: skip
    panel.set_xticks(range(len(gammas)), [f"{gamma:g}" for gamma in gammas])
    panel.set_yticks(range(len(layers)), [f"{value:.0f}" for value in layers])
    panel.set(xlabel=r"initialisation rate $\gamma$ (larger: smaller start)", ylabel="depth $L$")
    attribution(figure, settings(table))
    return figure
