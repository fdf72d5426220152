"""Panels of typical cases: output above, features below, start and end on one amplitude axis."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.style import COLOURS, current_width, legend_outside, new_figure, panel_title, pi_ticks

MANY = 500  # points beyond this are drawn as pixels in vector formats, which would take megabytes
NARROW = 1.75  # inches: with less room for a case its panels stand beside each other instead


def draw_output_panel(axes: Axes, shared: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw f (series `output` of rows) over the target function and the training points (of shared)."""
    target, data = (shared[shared["series"] == series] for series in ("target", "data"))
    curve = rows[rows["series"] == "output"]
    axes.plot(target["x"], target["y"], color=COLOURS["target"], linestyle="--", label="target")
    axes.plot(curve["x"], curve["y"], color=COLOURS["end"], label="$f$ after training")
    axes.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=4, zorder=4, label="data")
    axes.set_xlabel(labels.INPUT)


def draw_features_panel(axes: Axes, rows: pd.DataFrame, *, column: str = "amplitude", label: str = "") -> None:
    """Draw amplitude against orientation, start cyan and end red, both on one linear axis without any scaling.

    rows: series `start` and `end` with `orientation` and the amplitude's column; label: of the ordinate.
    """
    largest = 0.0
    for series, size, text in (("start", 3.4, "before training"), ("end", 2.4, "after training")):
        points = rows[rows["series"] == series]
        (dots,) = axes.plot(
            points["orientation"], points[column], "o", color=COLOURS[series], markersize=size, mew=0, label=text
        )
        dots.set_rasterized(len(points) > MANY)
        largest = max(largest, float(points[column].max()))
    axes.set(xlim=(-np.pi, np.pi), ylim=(-0.04 * largest, 1.08 * largest), xlabel=labels.ORIENTATION)
    pi_ticks(axes.xaxis, few=True)
    if label:
        axes.set_ylabel(label)


def draw_cases(
    table: pd.DataFrame, *, titles: Callable[[float], str], regimes: Callable[[float], str] = lambda gamma: ""
) -> Figure:
    """Draw one case a gamma of a `cases_table` (first seed): output and features; all f share one ordinate.

    titles: above each case; regimes: written into its panel of features.
    """
    gammas = sorted(table["gamma"].dropna().unique())
    figure, pairs, stacked = case_panels(len(gammas), width=min(7.0, 2.3 * len(gammas) + 0.3))
    first = table["seed"].min()
    for place, ((top, bottom), gamma) in enumerate(zip(pairs, gammas, strict=True)):
        rows = table[(table["gamma"] == gamma) & (table["seed"] == first)]
        draw_output_panel(top, table, rows)
        draw_features_panel(bottom, rows)
        panel_title(top, titles(gamma))
        panel_title(bottom, regimes(gamma))
        if place == 0 or stacked:
            top.set_ylabel(labels.OUTPUT)
            bottom.set_ylabel(labels.AMPLITUDE)
    shared = [limit for top, _ in pairs for limit in top.get_ylim()]
    for top, _ in pairs:
        top.set_ylim(min(shared), max(shared))
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
