"""Illustration of condensation: network graphs with neurons coloured by direction."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, new_figure

_SHADES = colormaps["hsv"]  # a direction is an angle: the colours have to close a circle


def _draw_network(axes: Axes, neurons: pd.DataFrame) -> None:
    """Draw inputs x and 1, hidden neurons ordered by group and direction, and the output."""
    order = neurons.sort_values(["group", "sign", "orientation"])
    height = np.linspace(1, 0, len(order)) if len(order) > 1 else np.array([0.5])
    largest = order["amplitude"].max()
    crowd = min(1.0, 5.0 * largest / order["amplitude"].sum())  # many strong edges would cover each other
    sources = {"$x$": 0.68, "$1$": 0.32}
    for place, (_, neuron) in zip(height, order.iterrows(), strict=True):
        colour = _SHADES((neuron["orientation"] + np.pi) / (2 * np.pi)) if neuron["group"] >= 0 else COLOURS["static"]
        strength = neuron["amplitude"] / largest
        line = {
            "color": colour,
            "linewidth": 0.3 + 1.7 * strength * crowd,
            "alpha": 0.3 + 0.6 * strength * crowd,
            "zorder": 1,
        }
        for source in sources.values():
            axes.plot((0, 1), (source, place), **line)
        axes.plot((1, 2), (place, 0.5), linestyle="-" if neuron["sign"] > 0 else "--", **line)
        size = 24 if len(order) > 20 else 130
        axes.scatter(1, place, s=size, color=colour, edgecolors="black", linewidths=0.4, zorder=3)
    circles = {label: (0.0, source) for label, source in sources.items()} | {"$f$": (2.0, 0.5)}
    for label, place in circles.items():
        axes.scatter(*place, s=190, color="white", edgecolors="black", zorder=3)
        axes.text(*place, label, ha="center", va="center", fontsize=9, zorder=4)
    axes.set(xlim=(-0.2, 2.2), ylim=(-0.06, 1.06))
    axes.axis("off")


def draw_illustration(table: pd.DataFrame) -> Figure:
    """Draw the wide network at the start and at the end, the merged one, and the outputs of the last two."""
    figure, axes = new_figure(1, 4, width=10.5, height=3.1)
    table = table[table["seed"].isna() | (table["seed"] == table["seed"].min())]
    titles = {
        "start": "random start\n({} neurons)",
        "end": "after training\n({} neurons)",
        "merged": "merged\n({} neurons)",
    }
    for panel, (series, title) in zip(axes[0], titles.items(), strict=False):
        neurons = table[table["series"] == series]
        shown = neurons.assign(group=0) if series == "start" else neurons
        _draw_network(panel, shown)
        panel.set_title(title.format(len(neurons)))
    panel = axes[0, 3]
    for series, style in (
        ("wide output", {"color": COLOURS["end"], "linewidth": 3}),
        ("merged output", {"color": "black", "linestyle": "--"}),
    ):
        rows = table[table["series"] == series]
        panel.plot(rows["x"], rows["y"], label=series.replace(" output", " network"), **style)
    data = table[table["series"] == "data"]
    panel.plot(data["x"], data["y"], "o", color=COLOURS["published"], markersize=2.5, label="data", zorder=0)
    panel.set(xlabel="$x$", ylabel="$f(x)$", title="their outputs")
    panel.legend(loc="best")
    return figure
