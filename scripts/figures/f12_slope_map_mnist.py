"""Regime identification on MNIST: S_w over (gamma, gamma') for the first 45 training images."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
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
def cells_from_published(cells: pd.DataFrame, published_cells: pd.DataFrame) -> float:
    """Root mean square of S_w - S_w published over the published cells that are not clipped."""
    return maps.distance_from_published_cells(cells, published_cells)


@quantity
def stars_from_published(stars: pd.DataFrame, published_stars: pd.DataFrame) -> float:
    """Largest |zero of the fitted line - published star| over the rows."""
    joined = maps.beside_published(stars, published_stars, ["gamma_prime"])
    return float((joined["gamma"] - joined["gamma_published"]).abs().max())


@quantity
def local_zeros_from_theory(local_zeros: pd.DataFrame) -> float:
    """Mean |local zero - phase boundary| over the rows."""
    return float(maps.zeros_from_boundary(local_zeros).mean())


@quantity
def largest_zero_from_theory(local_zeros: pd.DataFrame) -> float:
    """Largest |local zero - phase boundary| over the rows."""
    return float(maps.zeros_from_boundary(local_zeros).max())


@quantity
def signs_right(cells: pd.DataFrame) -> list[float]:
    """Share of the resolved cells whose S_w has the sign of the closed form, seed by seed."""
    return maps.share_of_right_signs(cells)


@quantity
def linear_theorem_violations(cells: pd.DataFrame) -> float:
    """Resolved cells of the linear regime (theorem 1: RD -> 0) with S_w >= 0."""
    return maps.wrong_cells(cells, -1)


@quantity
def condensed_theorem_violations(cells: pd.DataFrame) -> float:
    """Resolved cells of the condensed regime (theorem 2: RD -> infinity) with S_w <= 0."""
    return maps.wrong_cells(cells, 1)


@quantity
def theory_error_linear(cells: pd.DataFrame) -> float:
    """Largest |S_w - closed form| over gamma <= 0.9 and gamma' <= 0."""
    inside = maps.measured(cells)
    inside = inside[(inside["gamma"] <= 0.9 + 1e-9) & (inside["gamma_prime"] <= 1e-9)]
    return float((inside["slope"] - inside["slope_theory"]).abs().max())


@quantity
def largest_seed_spread(cells: pd.DataFrame) -> float:
    """Largest standard deviation of S_w over seeds."""
    return float(cells["slope_spread"].max())


@quantity
def cells_measured(cells: pd.DataFrame) -> float:
    """Share of cells whose runs all converged (the others are masked)."""
    return float(cells["slope"].notna().mean())
