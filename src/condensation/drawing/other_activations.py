"""Lines of the direction field by degree and dimension, and slopes of RD by activation."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.palette import CATEGORIES
from condensation.drawing.style import (
    COLOURS,
    SMALL,
    failed_tag,
    legend_outside,
    pair_of_panels,
    panel_title,
    tint,
)
from condensation.geometry import local_zero

ACTIVATIONS = {"leaky_relu": "leaky ReLU", "tanh": r"$\tanh$", "relu2": r"ReLU$^2$"}
_MARKERS = ("o", "s", "^")
_COLOURS = (CATEGORIES[0], CATEGORIES[3], CATEGORIES[2])  # tanh as in the figure of what facilitates condensation


def draw_other_activations(field: pd.DataFrame, slopes: pd.DataFrame, failed: Mapping[str, str]) -> Figure:
    """(a) lines by multiplicity p and dimension d: mean (largest) over seeds; (b) S_w against gamma, all seeds."""
    figure, lines, curves, _ = pair_of_panels(3.3)
    _draw_field(lines, field)
    _draw_slopes(curves, slopes)
    for claim, category in failed.items():
        failed_tag(lines if claim == "n5_more_lines" else curves, category)
    legend_outside(figure, curves.get_legend_handles_labels()[0], loc="outside upper center")
    return figure


def _draw_field(axes: Axes, field: pd.DataFrame) -> None:
    """Write mean (largest) number of lines into a table; cells where it exceeds p are shaded."""
    cells = field.groupby(["multiplicity", "dimension"])["n_attractors"].agg(["mean", "max"])
    degrees, dimensions = (sorted(field[name].unique()) for name in ("multiplicity", "dimension"))
    for row, column in np.ndindex(len(degrees), len(dimensions)):
        mean, most = cells.loc[(degrees[row], dimensions[column])]
        more = most > degrees[row]
        colour = tint("neither", 0.7) if more else "white"
        axes.axvspan(column - 0.5, column + 0.5, row / len(degrees), (row + 1) / len(degrees), color=colour, lw=0)
        axes.text(column, row, f"{mean:.1f} ({most:.0f})", ha="center", va="center", fontsize=SMALL,
                  weight="bold" if more else "normal")  # fmt: skip
    # where at most p lines are proved: one input, or p < 3
    corner = [-0.5, 0.5, 0.5, len(dimensions) - 0.5], [len(degrees) - 0.5, len(degrees) - 0.5, 1.5, 1.5]
    axes.plot(*corner, color=COLOURS["published"], linewidth=1.6, clip_on=False, zorder=3)
    axes.set(
        xticks=range(len(dimensions)), xticklabels=dimensions, yticks=range(len(degrees)), yticklabels=degrees,
        xlim=(-0.5, len(dimensions) - 0.5), ylim=(-0.5, len(degrees) - 0.5),
        xlabel="number of inputs $d$", ylabel=r"multiplicity $p$ of $\sigma(z) \sim z^p$",
    )  # fmt: skip
    axes.tick_params(length=0)
    panel_title(axes, "lines: mean (largest)")


def _draw_slopes(axes: Axes, slopes: pd.DataFrame) -> None:
    axes.axhline(0, color=COLOURS["guide"], linewidth=1, zorder=0)
    axes.axvline(1, color=COLOURS["critical"], linewidth=1, zorder=0)
    for (name, title), colour, marker in zip(ACTIVATIONS.items(), _COLOURS, _MARKERS, strict=False):
        own = slopes[slopes["activation"] == name]
        mean = own.groupby("gamma")["slope"].mean()
        zero = local_zero(mean.index.to_numpy(), mean.to_numpy())
        axes.plot(own["gamma"], own["slope"], marker, color=colour, alpha=0.4, markersize=3.5, mew=0)
        label = rf"{title}: $S_w = 0$ at $\gamma = {zero:.2f}$"
        axes.plot(mean, marker + "-", color=colour, linewidth=0.9, label=label)
    for p, line in ((1, "--"), (2, ":")):
        theory = slopes[slopes["multiplicity"] == p].groupby("gamma")["slope_theory"].mean()
        axes.plot(theory, line, color=COLOURS["theory"], linewidth=1, label=f"theory, $p = {p}$")
    axes.set(xlabel=r"exponent $\gamma$ of $\kappa = \beta_1 \beta_2^p / \alpha = m^{-\gamma}$", ylabel="slope $S_w$")
    axes.set_xticks(np.sort(slopes["gamma"].unique()))
    axes.xaxis.set_major_formatter("{x:g}")
    panel_title(axes, r"RD$(\theta_w) \sim m^{S_w}$")
