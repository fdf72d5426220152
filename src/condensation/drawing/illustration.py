"""Illustration of condensation: network graphs with neurons coloured by direction."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.palette import CATEGORIES
from condensation.drawing.style import COLOURS, SMALL, current_width, failed_tag, letter_panels, panel_title
from condensation.geometry import angular_distance

SHOWN = 10  # neurons of the wide network that are drawn
HEADINGS = {"start": "Initial: random", "end": "Training: condense", "merged": "Effect: equiv. to small net"}
_GAP = 0.8  # between the groups of neurons, in units of the distance inside one
_NARROW = 5.0  # inches: below it the panels stand in two rows


def representatives(end: pd.DataFrame) -> pd.DataFrame:
    """Return about ten trained neurons: of each direction the strongest, equally many where there are enough."""
    active = end[end["group"] >= 0].sort_values("amplitude", ascending=False)
    rank = active.groupby("group").cumcount()
    chosen = active.assign(rank=rank).sort_values(["rank", "amplitude"], ascending=[True, False]).head(SHOWN)
    return chosen.sort_values(["group", "orientation"])


def draw_illustration(
    start: pd.DataFrame,
    end: pd.DataFrame,
    merged: pd.DataFrame,
    outputs: pd.DataFrame,
    merged_outputs: pd.DataFrame,
    data: pd.DataFrame,
    *,
    tag: str = "",
) -> Figure:
    """Draw the wide network at the start and at the end, the small one, and, smaller, the outputs of the last two.

    start, end, merged: neurons of one seed (neuron, group, sign, orientation, amplitude); the rest have x and y.
    """
    width = current_width()
    rows = [["start", "end", "merged", "output"], ["start", "end", "merged", "legend"]]
    if width < _NARROW:
        rows = [["start", "end"], ["merged", "output"], ["merged", "legend"]]
    ratios: dict[str, Any] = {"height_ratios": (3, 2) if width >= _NARROW else (5, 3, 2)}
    figure = Figure(figsize=(width, 2.5 if width >= _NARROW else 4.6), layout="constrained")
    axes: dict[str, Axes] = figure.subplot_mosaic(rows, **ratios)  # type: ignore[arg-type]
    letter_panels(axes[name] for name in (*HEADINGS, "output"))
    shown = representatives(end)
    neurons = {"start": start.set_index("neuron").loc[shown["neuron"]], "end": shown, "merged": merged}
    largest = max(table["amplitude"].max() for table in neurons.values())
    directions = merged["orientation"].to_numpy()
    for name, table in neurons.items():
        nearest = angular_distance(table["orientation"].to_numpy()[:, None], directions[None, :]).argmin(axis=1)
        grouped = table["group"].to_numpy() if name != "start" else np.zeros(len(table))
        _draw_network(axes[name], table, nearest, _heights(grouped), largest)
        panel_title(axes[name], HEADINGS[name])
    axes["start"].text(1, -0.06, f"{len(start)} neurons, {len(shown)} drawn", ha="center", va="top", fontsize=SMALL)
    for name in ("start", "end"):
        if width >= _NARROW or name == "start":
            axes[name].annotate(
                "", xy=(1.1, 0.5), xytext=(0.97, 0.5), xycoords="axes fraction", annotation_clip=False,
                arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 1.5},
            ).set_in_layout(False)  # fmt: skip
    panel = axes["output"]
    panel.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=2, mew=0, label="data")
    panel.plot(outputs["x"], outputs["y"], color=COLOURS["end"], linewidth=2.4, label=f"{len(end)} neurons")
    small = f"{len(merged)} neurons"
    panel.plot(merged_outputs["x"], merged_outputs["y"], color="black", linewidth=1, linestyle="--", label=small)
    panel.set(xlabel=labels.INPUT, ylabel=labels.OUTPUT)
    if tag:
        failed_tag(panel, tag)
    axes["legend"].axis("off")
    axes["legend"].legend(*panel.get_legend_handles_labels(), loc="upper center", fontsize=SMALL)
    return figure


def _heights(group: np.ndarray) -> np.ndarray:
    """Return places from 1 down to 0 with a gap where the group changes."""
    steps = 1.0 + _GAP * (np.diff(group) != 0)
    places = np.concatenate(([0.0], np.cumsum(steps)))
    return 1 - places / places[-1] if len(places) > 1 else np.array([0.5])


def _draw_network(axes: Axes, neurons: pd.DataFrame, colours: np.ndarray, heights: np.ndarray, largest: float) -> None:
    """Draw inputs x and 1, hidden neurons and the output; the width of an edge is proportional to the amplitude."""
    sources = {"$x$": 0.68, "$1$": 0.32}
    rows = zip(heights, colours, neurons["amplitude"], neurons["sign"], strict=True)
    for place, number, strength, sign in rows:
        line = {"color": CATEGORIES[number % len(CATEGORIES)], "linewidth": 0.6 + 3.4 * strength / largest, "zorder": 1}
        for source in sources.values():
            axes.plot((0, 1), (source, place), solid_capstyle="round", **line)
        axes.plot((1, 2), (place, 0.5), linestyle="-" if sign > 0 else (0, (2.2, 1.2)), **line)
        axes.scatter(1, place, s=62, color=line["color"], edgecolors="black", linewidths=0.5, zorder=3)
    circles = {label: (0.0, source) for label, source in sources.items()} | {"$f$": (2.0, 0.5)}
    for label, place in circles.items():
        axes.scatter(*place, s=150, color="white", edgecolors="black", linewidths=0.7, zorder=3)
        axes.text(*place, label, ha="center", va="center", fontsize=9, zorder=4)
    axes.set(xlim=(-0.25, 2.25), ylim=(-0.16, 1.08))
    axes.axis("off")
