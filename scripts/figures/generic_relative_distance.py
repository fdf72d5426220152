"""Kind of figure: RD of the input weights against the width, one curve a gamma."""

import pandas as pd
import pyarrow as pa
from matplotlib import colormaps
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing import labels
from condensation.drawing.style import new_figure
from condensation.measures.own_runs import own_runs
from condensation.measures.slopes import log_log_slope
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = ("gamma", "m", "seed", "rd_w", "converged")

# what the plan checks before anything starts (condensation.plan.kinds)
NEEDS = {"families": ("two_layer", "custom"), "shows": ("gamma", "m"), "least": {"m": 2}}


def measure(data: FigureData) -> pa.Table:
    """RD of every run."""
    with own_runs(data) as runs:
        table = runs.assign(converged=(runs["status"] == "converged").astype(float))
        table = table.sort_values(["gamma", "m", "seed"])
        return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Mean and spread over seeds, with the fitted slope S_w; runs that did not converge are hollow."""
    figure, axes = new_figure(1, 1, width=5.2, height=3.6)
    panel = axes[0, 0]
    gammas = sorted(table["gamma"].unique())
    for place, gamma in enumerate(gammas):
        rows = table[table["gamma"] == gamma]
        colour = colormaps["viridis"](0.85 * place / max(len(gammas) - 1, 1))
        groups = rows.groupby("m")["rd_w"]
        slopes = _slopes(rows)
        fit = rf", $S_w = {sum(slopes) / len(slopes):.2f}$" if slopes else ""
        panel.errorbar(
            groups.mean().index, groups.mean(), groups.std().fillna(0.0), marker="o", capsize=2, color=colour,
            label=rf"$\gamma = {gamma:.3g}${fit}",
        )  # fmt: skip
        failed = rows[rows["converged"] < 1]
        panel.plot(failed["m"], failed["rd_w"], "o", color=colour, markersize=9, markerfacecolor="none")
    panel.set(xscale="log", yscale="log", xlabel="width $m$", ylabel=labels.DISTANCE)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def _slopes(rows: pd.DataFrame) -> list[float]:
    """Return S_w of each seed with at least three widths, all converged."""
    seeds = [group for _, group in rows.groupby("seed")]
    fitted = [g for g in seeds if g["m"].nunique() >= 3 and (g["converged"] == 1).all()]
    return [log_log_slope(g["m"].to_numpy(float), g["rd_w"].to_numpy(float))[0] for g in fitted]


@quantity
def slope_at_smallest_gamma(table: pd.DataFrame) -> list[float]:
    """S_w at the smallest gamma."""
    return _slopes(table[table["gamma"] == table["gamma"].min()])


@quantity
def slope_at_largest_gamma(table: pd.DataFrame) -> list[float]:
    """S_w at the largest gamma."""
    return _slopes(table[table["gamma"] == table["gamma"].max()])
