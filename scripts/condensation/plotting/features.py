"""Panels of typical cases: output above, features below."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.plotting.style import COLOURS, new_figure, pi_ticks

MANY = 500  # points beyond this are drawn as pixels in vector formats, which would take megabytes


def draw_output_panel(axes: Axes, shared: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw f (series `output` of rows) over the target function and the training points (of shared)."""
    target, data = (shared[shared["series"] == series] for series in ("target", "data"))
    curve = rows[rows["series"] == "output"]
    axes.plot(target["x"], target["y"], color=COLOURS["target"], linestyle="--", label="target")
    axes.plot(curve["x"], curve["y"], color=COLOURS["end"], label="$f$ after training")
    axes.plot(data["x"], data["y"], "o", color="black", markersize=4, label="data")
    axes.set_xlabel("$x$")


def draw_features_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw amplitude against orientation, the start cyan and the end red."""
    for series, size in (("start", 3.6), ("end", 2.2)):  # the start larger: it stays in sight where nothing moved
        points = rows[rows["series"] == series]
        (dots,) = axes.plot(
            points["orientation"], points["amplitude"], "o", color=COLOURS[series], markersize=size, mew=0, label=series
        )
        dots.set_rasterized(len(points) > MANY)
    axes.set_xlim(-np.pi, np.pi)
    axes.set_ylim(-0.04, 1.08)
    pi_ticks(axes.xaxis)
    axes.set_xlabel(r"orientation $\mathrm{atan2}(b_k, w_k)$")


def draw_cases(table: pd.DataFrame, *, title: Callable[[float], str]) -> Figure:
    """Draw one column a gamma of a `cases_table` (first seed): output above, features below."""
    gammas = sorted(table["gamma"].dropna().unique())
    figure, axes = new_figure(2, len(gammas), width=2.5 * len(gammas), height=4.6)
    first = table["seed"].min()
    for column, gamma in enumerate(gammas):
        rows = table[(table["gamma"] == gamma) & (table["seed"] == first)]
        draw_output_panel(axes[0, column], table, rows)
        draw_features_panel(axes[1, column], rows)
        axes[0, column].set_title(title(gamma))
    axes[0, 0].set_ylabel("$f(x)$")
    axes[1, 0].set_ylabel(r"$A_k = |a_k|\,\Vert w_k\Vert$ / max")
    handles = [handle for panel in axes[:, -1] for handle in panel.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, markerscale=1.5)
    return figure
