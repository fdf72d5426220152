"""Panels of typical cases: output above, features below, start and end on one amplitude axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from condensation.drawing import labels
from condensation.drawing.style import (
    COLOURS,
    current_width,
    failed_tag,
    legend_outside,
    new_figure,
    panel_title,
    pi_ticks,
    share_ordinate,
)

MANY = 500  # points beyond this are drawn as pixels in vector formats, which would take megabytes
NARROW = 1.75  # inches: with less room for a case its panels stand beside each other instead


def draw_output_panel(axes: Axes, data: pd.DataFrame, target: pd.DataFrame, output: pd.DataFrame) -> None:
    """Draw f over the target function and the training points; each has columns x and y."""
    axes.plot(target["x"], target["y"], color=COLOURS["target"], linestyle="--", label="target")
    axes.plot(output["x"], output["y"], color=COLOURS["end"], label="$f$ after training")
    axes.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=4, zorder=4, label="data")
    axes.set_xlabel(labels.INPUT)


def draw_start_and_end(
    axes: Axes, start: pd.DataFrame, end: pd.DataFrame, *, angle: str = "orientation", size: str = "amplitude"
) -> None:
    """Draw amplitude against orientation, start cyan and end red, both on one linear axis without any scaling.

    start, end: neurons, with the columns `angle` and `size`.
    """
    largest = max(float(points[size].max()) for points in (start, end))
    for points, colour, marker, text in ((start, "start", 3.4, "before training"), (end, "end", 2.4, "after training")):
        (dots,) = axes.plot(
            points[angle], points[size], "o", color=COLOURS[colour], markersize=marker, mew=0, label=text
        )
        dots.set_rasterized(len(points) > MANY)
    axes.set(xlim=(-np.pi, np.pi), ylim=(-0.04 * largest, 1.08 * largest), xlabel=labels.ORIENTATION)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    pi_ticks(axes.xaxis, few=True)


@dataclass(frozen=True)
class Case:
    """What is written at a case: titles above its output and its features, and the tag of a claim that failed."""

    output: str
    features: str = ""
    failed: str = ""


def draw_cases(
    data: pd.DataFrame,
    target: pd.DataFrame,
    outputs: pd.DataFrame,
    start: pd.DataFrame,
    end: pd.DataFrame,
    *,
    case: Callable[[float], Case],
) -> Figure:
    """Draw output and features of one case a gamma (first seed) from `cases_tables`; all f share one ordinate."""
    gammas = sorted(outputs["gamma"].unique())
    figure, pairs, stacked = case_panels(len(gammas), width=min(7.0, 2.3 * len(gammas) + 0.3))
    first = outputs["seed"].min()
    for place, ((top, bottom), gamma) in enumerate(zip(pairs, gammas, strict=True)):
        curve, before, after = (t[(t["gamma"] == gamma) & (t["seed"] == first)] for t in (outputs, start, end))
        draw_output_panel(top, data, target, curve)
        draw_start_and_end(bottom, before, after)
        words = case(gamma)
        panel_title(top, words.output)
        panel_title(bottom, words.features)
        if words.failed:
            failed_tag(bottom, words.failed)
        if place == 0 or stacked:
            bottom.set_ylabel(labels.AMPLITUDE)
    share_ordinate([top for top, _ in pairs], label=labels.OUTPUT, beside=not stacked)
    handles = [handle for panel in pairs[-1] for handle in panel.get_legend_handles_labels()[0]]
    legend_outside(figure, handles, markerscale=1.6)
    return figure


def case_panels(cases: int, *, width: float, height: float = 4.0) -> tuple[Figure, list[Sequence[Axes]], bool]:
    """Return a figure with a pair of lettered panels a case, and whether the cases stand below each other.

    The two panels of a case stand above each other; in a narrow figure side by side, one case below the other.
    """
    if current_width(width) / cases >= NARROW:
        figure, axes = new_figure(2, cases, width=width, height=height, letters=True)
        return figure, list(axes.T), False
    figure, axes = new_figure(cases, 2, width=width, height=1.75 * cases + 0.5, letters=True)
    return figure, list(axes), True
