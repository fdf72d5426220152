"""Regime identification on MNIST: S_w over (gamma, gamma') for the first 45 training images."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures import slope_map as maps
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """The slope map, and its published cells and stars."""
    return maps.slope_map(data.runs["slope_map"]) | maps.published_map(data.published, "jmlr_fig5")


def draw(
    cells: pd.DataFrame,
    stars: pd.DataFrame,
    local_zeros: pd.DataFrame,
    boundary: pd.DataFrame,
    published_stars: pd.DataFrame,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Figure:
    """Heat map of S_w with cells centred on their (gamma, gamma'), theory line, our zeros and the published ones."""
    return draw_slope_map(cells, stars, local_zeros, boundary, published_stars, failed=failed)


@quantity
def stars_from_published(stars: pd.DataFrame, published_stars: pd.DataFrame) -> float:
    """Largest |zero of the fitted line - published star| over the rows."""
    joined = maps.beside_published(stars, published_stars, ["gamma_prime"])
    return float((joined["gamma"] - joined["gamma_published"]).abs().max())


@quantity
def largest_zero_from_theory(local_zeros: pd.DataFrame) -> float:
    """Largest |local zero - phase boundary| over the rows."""
    return float(maps.zeros_from_boundary(local_zeros).max())


@quantity
def theory_error_linear(cells: pd.DataFrame) -> list[float]:
    """Largest |S_w - closed form| over gamma <= 0.9 and gamma' <= 0, seed by seed."""
    inside = maps.measured(cells)
    return maps.largest_slope_error(inside[(inside["gamma"] <= 0.9 + 1e-9) & (inside["gamma_prime"] <= 1e-9)])


signs_right = quantity_of(maps.share_of_right_signs)
local_zeros_from_theory = quantity_of(maps.mean_zero_error)
largest_seed_spread = quantity_of(maps.largest_spread)
cells_measured = quantity_of(maps.measured_share)
cells_from_published = quantity_of(maps.distance_from_published_cells)
linear_theorem_violations = quantity_of(maps.wrong_cells, side=-1)
condensed_theorem_violations = quantity_of(maps.wrong_cells, side=1)
