"""Trajectories of networks of different scales, in their own time and in the normalised one."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from condensation.drawing import labels
from condensation.drawing.style import COLOURS, legend_outside, pair_of_panels, panel_title

_STYLES: tuple[dict[str, Any], ...] = (
    {"linestyle": "-", "linewidth": 3, "alpha": 0.45},
    {"linestyle": "--", "linewidth": 1.3},
)


def draw_normalised_flow(courses: pd.DataFrame) -> Figure:
    """Draw RD against (a) the time of the training and (b) t / (beta1 beta2), one curve a choice of scales."""
    figure, own, normalised, beside = pair_of_panels(3.0, sharey=True)
    m = float(courses["m"].iloc[0])
    gammas = sorted(courses["gamma"].unique())
    handles = []
    for gamma, rows in courses.groupby("gamma"):
        colour = COLOURS["linear" if gamma < 1 else "condensed"]
        for style, (log_m_beta2, course) in zip(_STYLES, list(rows.groupby("log_m_beta2"))[::-1], strict=False):
            course = course.sort_values("time")
            beta = m**log_m_beta2
            name = (
                rf"$\gamma = {gamma:g}$: $\beta_1 = \beta_2 = {_scale(beta)}$, $\alpha = {_scale(beta**2 * m**gamma)}$"
            )
            handles.append(Line2D([], [], color=colour, label=name, **style))
            spread = np.array(course["rd_w_by_seed"].tolist())
            for panel, time in ((own, "time"), (normalised, "time_normalised")):
                panel.plot(course[time], course["rd_w"], color=colour, **style)
                panel.fill_between(
                    course[time], spread.min(axis=1), spread.max(axis=1), color=colour, alpha=0.15, linewidth=0
                )
    for panel in (own, normalised):
        panel.set(xscale="log", yscale="log")
    own.set(xlabel="time of the training $t$", ylabel=labels.DISTANCE)
    normalised.set(xlabel=r"normalised time $t / (\beta_1 \beta_2)$")
    if not beside:
        normalised.set_ylabel(labels.DISTANCE)
    panel_title(own, "three scales, four courses")
    panel_title(normalised, rf"two coordinates, {'two' if len(gammas) == 2 else len(gammas)} courses")
    legend_outside(figure, handles)
    return figure


def _scale(value: float) -> str:
    """Write a scale as a number, or as 1/n where that is shorter."""
    return f"1/{1 / value:.0f}" if 1e-4 < value < 0.1 else labels.scientific(value)
