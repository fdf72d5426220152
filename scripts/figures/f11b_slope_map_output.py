"""Regime identification by the output weights: S_a over (gamma, gamma') for the four points of x^2."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures import slope_map as maps
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """The slope map of RD(theta_a)."""
    return maps.slope_map(data.runs["slope_map"], "rd_a")


def draw(
    cells: pd.DataFrame,
    stars: pd.DataFrame,
    local_zeros: pd.DataFrame,
    boundary: pd.DataFrame,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Figure:
    """Heat map of S_a with the line where theory has S_a = 0 and our zeros."""
    words = {"f11b_local_zeros": "zero line", "f11b_signs": "signs"}
    tags = {words.get(claim, claim): category for claim, category in failed.items()}
    return draw_slope_map(cells, stars, local_zeros, boundary, symbol="S_a", failed=tags)


signs_right = quantity_of(maps.share_of_right_signs)
local_zeros_from_theory = quantity_of(maps.mean_zero_error)
largest_seed_spread = quantity_of(maps.largest_spread)
