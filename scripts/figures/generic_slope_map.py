"""Kind of figure: slope S_w of RD over (gamma, gamma'), with the phase boundary."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures import slope_map as maps
from condensation.measures.own_runs import own_runs
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Slope of every cell (at least two gamma, two gamma' and three widths), zeros of each row, theory."""
    with own_runs(data) as runs:
        if runs["gamma"].nunique() < 2 or runs["gamma_prime"].nunique() < 2:
            raise ValueError("a slope map needs at least two gamma and two gamma_prime")
        return maps.slope_map(runs)


def draw(cells: pd.DataFrame, stars: pd.DataFrame, local_zeros: pd.DataFrame, boundary: pd.DataFrame) -> Figure:
    """Heat map of S_w with the phase boundary and the measured zeros."""
    return draw_slope_map(cells, stars, local_zeros, boundary)


@quantity
def signs_right(cells: pd.DataFrame) -> list[float]:
    """Share of the resolved cells whose S_w has the sign of theory, seed by seed."""
    return maps.share_of_right_signs(cells)
