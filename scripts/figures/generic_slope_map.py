"""Kind of figure: slope S_w of RD over (gamma, gamma'), with the phase boundary."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures import slope_map as maps
from condensation.measures.own_runs import own_runs
from condensation.store.figure_data import FigureData

# what the plan checks before anything starts (condensation.plan.kinds)
NEEDS = {
    "families": ("two_layer", "custom"),
    "shows": ("gamma", "gamma_prime", "m"),
    "least": {"gamma": 2, "gamma_prime": 2, "m": 3},
}


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Slope of every cell (at least two gamma, two gamma' and three widths), zeros of each row, theory."""
    with own_runs(data) as runs:
        return maps.slope_map(runs)


def draw(cells: pd.DataFrame, stars: pd.DataFrame, local_zeros: pd.DataFrame, boundary: pd.DataFrame) -> Figure:
    """Heat map of S_w with the phase boundary and the measured zeros."""
    return draw_slope_map(cells, stars, local_zeros, boundary)


signs_right = quantity_of(maps.share_of_right_signs)
