"""Kind of figure: slope S_w of RD over (gamma, gamma'), with the phase boundary."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures.own_runs import own_runs
from condensation.measures.slopes import line_zero, local_zero, over_seeds, slopes
from condensation.models.two_layer.phase_diagram import phase_boundary, regime
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "series",
    "gamma",
    "gamma_prime",
    "slope_w",
    "slope_w_spread",
    "slope_w_error",
    "slope_w_by_seed",
    "converged",
)
_RENAMED = {
    "slope": "slope_w",
    "spread": "slope_w_spread",
    "standard_error": "slope_w_error",
    "by_seed": "slope_w_by_seed",
}

# what the plan checks before anything starts (condensation.plan.kinds)
NEEDS = {
    "families": ("two_layer", "custom"),
    "shows": ("gamma", "gamma_prime", "m"),
    "least": {"gamma": 2, "gamma_prime": 2, "m": 3},
}


def measure(data: FigureData) -> pa.Table:
    """Slope of every cell (at least two gamma, two gamma' and three widths), zeros of each row, theory."""
    by = ["gamma", "gamma_prime"]
    with own_runs(data) as runs:
        cells = over_seeds(slopes(runs, "rd_w", by), by).rename(columns=_RENAMED).assign(series="cell")
    points: list[tuple[str, float, object]] = []
    for gamma_prime, row in cells.groupby("gamma_prime"):
        x, y = row["gamma"].to_numpy(), row["slope_w"].to_numpy()
        points += [("line zero", line_zero(x, y), gamma_prime), ("local zero", local_zero(x, y), gamma_prime)]
    line = np.linspace(cells["gamma_prime"].min(), cells["gamma_prime"].max(), 81)
    points += [("theory", float(gamma), float(value)) for gamma, value in zip(phase_boundary(line), line, strict=True)]
    table = pd.concat([cells, pd.DataFrame(points, columns=["series", *by])]).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Heat map of S_w with the phase boundary and the measured zeros."""
    return draw_slope_map(table)


@quantity
def signs_right(table: pd.DataFrame) -> float:
    """Share of the measured cells off the boundary whose S_w has the sign of theory."""
    cells = table[(table["series"] == "cell") & table["slope_w"].notna()]
    side = regime(cells["gamma"].to_numpy(), cells["gamma_prime"].to_numpy())
    off = cells[side != "critical"]
    condensed = side[side != "critical"] == "condensed"
    return float(((off["slope_w"] > 0).to_numpy() == condensed).mean())
