"""Time of the first condensation over the phase diagram, its course, and deviations from infinite width."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from condensation.drawing.palette import CATEGORIES
from condensation.drawing.style import COLOURS, SMALL, failed_tag, fitting_columns, new_figure, panel_title
from condensation.models.two_layer.phase_diagram import regime

_SIDES = {
    -1: ("v", ":", r"$\gamma\prime < 0$"),
    0: ("o", "-", r"$\gamma\prime = 0$"),
    1: ("^", "--", r"$\gamma\prime > 0$"),
}
_STARTS = LinearSegmentedColormap.from_list("starts", [COLOURS["critical"], COLOURS["condensed"]])
_PANELS = {"n4_deviation": 3, "n4_directions": 2, "n4_alignment": 2, "n4_distance": 1}  # other claims: panel 0


def draw_condensation_time(
    falls: pd.DataFrame,
    limits: pd.DataFrame,
    courses: pd.DataFrame,
    linear_stage: pd.DataFrame,
    mean_field: pd.DataFrame,
    failed: Mapping[str, str],
) -> Figure:
    """(a) Time of the first fall against X; (b, c) RD and N_eff until it and after; (d) deviations against m."""
    columns = fitting_columns(4, least=2.6)
    figure, axes = new_figure(4 // columns, columns, height=5.6 if columns == 2 else 11.0, letters=True)
    _draw_falls(axes.flat[0], falls, limits)
    _draw_courses(axes.flat[1], courses, linear_stage, "rd_w", r"RD$(\theta_w)$")
    _draw_courses(axes.flat[2], courses, linear_stage, "n_eff", r"effective number $N_{\mathrm{eff}}$")
    _draw_deviations(axes.flat[3], mean_field)
    panel_title(axes.flat[0], "the wait for the first fall of the loss")
    panel_title(axes.flat[1], "one course until the loss falls")
    panel_title(axes.flat[2], "a race: align before the loss falls")
    panel_title(axes.flat[3], r"critical line, distance from $m = 10^6$")
    for claim, category in failed.items():
        place = next((panel for start, panel in _PANELS.items() if claim.startswith(start)), 0)
        words = f"{category}: waits" if claim == "n4_growth" else category
        failed_tag(axes.flat[place], words, at=(0.45, 0.97) if place == 0 else (0.98, 0.97))
    return figure


def _draw_falls(axes: Axes, falls: pd.DataFrame, limits: pd.DataFrame) -> None:
    """Draw every point of the diagram (mean over seeds), coloured by its regime, between the limits."""
    points = falls.groupby(["gamma", "gamma_prime", "m"])[["growth_needed", "time_flow"]].mean().reset_index()
    sides = np.sign(points["gamma_prime"]).astype(int)
    regimes = regime(points["gamma"], points["gamma_prime"])
    for side, (marker, line, _) in _SIDES.items():
        for name in ("linear", "critical", "condensed"):
            own = points[(sides == side) & (regimes == name)]
            axes.plot(
                own["growth_needed"], own["time_flow"], marker, color=COLOURS[name], markersize=3.6, mew=0, alpha=0.75,
                zorder=4 if name == "condensed" else 2,
            )  # fmt: skip
        own = limits[limits["gamma_prime"] == side].sort_values("growth_needed")
        x = own["growth_needed"]
        for column, shown in (("time_kernel", x < 0.3), ("time_growth", x > 1.5)):
            axes.plot(x[shown], own[column][shown], line, color=COLOURS["theory"], linewidth=0.9)
    axes.axvline(0, color=COLOURS["guide"], linewidth=1, zorder=0)
    axes.set(yscale="log", xlabel=r"$X = (\gamma - 1 - |\gamma\prime|)\, \ln m$", ylabel=r"time $s = t / \alpha$")
    handles = [
        Line2D([], [], marker=marker, ls=line, color=COLOURS["theory"], markersize=4, linewidth=0.9, label=label)
        for marker, line, label in _SIDES.values()
    ] + [
        Line2D([], [], marker="s", linestyle="", color=COLOURS[name], markersize=4, label=name)
        for name in ("linear", "critical", "condensed")
    ]
    axes.legend(handles=handles, loc="lower right", fontsize=SMALL, frameon=False)


def _draw_courses(axes: Axes, courses: pd.DataFrame, linear_stage: pd.DataFrame, column: str, label: str) -> None:
    """Draw a column against time, one colour a start, every seed; a dot where the loss falls first."""
    gammas = sorted(courses["gamma"].unique())
    for number, gamma in enumerate(gammas):
        colour = _STARTS(number / max(len(gammas) - 1, 1))
        for seed, rows in courses[courses["gamma"] == gamma].groupby("seed"):
            first = seed == courses["seed"].min()
            rows = rows[rows["time"] > 0]
            axes.plot(
                rows["time"], rows[column], color=colour, linewidth=1.2 if first else 0.7, alpha=1 if first else 0.45,
                label=rf"$\gamma = {gamma:.3g}$" if first else None,
            )  # fmt: skip
            fallen = rows["time_flow"].iloc[0]  # NaN where the loss does not fall
            height = np.exp(np.interp(fallen, rows["time"], np.log(rows[column])))
            axes.plot(fallen, height, "o", color=colour, markersize=4.5, mec="white", mew=0.5, zorder=4)
    theory = linear_stage[linear_stage["time"] > 0].groupby("time")[column].mean()
    axes.plot(theory, "--", color=COLOURS["theory"], linewidth=1.1, zorder=3, label="zero output")
    axes.plot([], [], "o", color=COLOURS["static"], markersize=4.5, label="the loss falls")
    axes.set(xscale="log", yscale="log", xlabel=r"time $s = t / \alpha$", ylabel=label)
    axes.set_ylim(courses.loc[courses["time"] > 0, column].min() * 0.7, courses[column].max() * 1.6)
    if column == "n_eff":
        axes.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
        axes.tick_params(axis="y", which="minor", length=0, labelleft=False)
    axes.legend(loc="upper left" if column == "rd_w" else "lower left", fontsize=SMALL, frameon=False)


def _draw_deviations(axes: Axes, mean_field: pd.DataFrame) -> None:
    """Draw root mean squares over the seeds against m, their fitted slopes, and the random start's closed form."""
    names = {"deviation_orientation": r"orientation, $U$", "deviation_rd": r"RD$(\theta_w) / \mathrm{RD}_\infty - 1$"}
    for (column, name), colour, marker, side in zip(names.items(), CATEGORIES, "os", (0.94, 1.06), strict=False):
        axes.plot(
            mean_field["m"] * side, mean_field[column].abs(), ".", color=colour, markersize=2, alpha=0.35, zorder=1
        )
        mean = np.sqrt((mean_field[column] ** 2).groupby(mean_field["m"]).mean())
        slope, height = np.polyfit(np.log(mean.index), np.log(mean), 1)
        axes.plot(mean, marker, color=colour, markersize=4.5, label=rf"{name}: slope ${slope:.2f}$")
        axes.plot(mean.index, np.exp(height) * mean.index**slope, color=colour, linewidth=0.8)
    start = mean_field.groupby("m")["deviation_start"].mean()
    axes.plot(start, "--", color=COLOURS["theory"], linewidth=1, label=r"orientation at the start, $(6m)^{-1/2}$")
    axes.set(xscale="log", yscale="log", xlabel="width $m$", ylabel="deviation")
    low = np.sqrt((mean_field["deviation_orientation"] ** 2).groupby(mean_field["m"]).mean()).min()
    axes.set_ylim(low / 5, mean_field["deviation_rd"].abs().max() * 5)  # room for the legend
    axes.legend(loc="upper right", fontsize=SMALL, frameon=False)
