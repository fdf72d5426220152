"""Regime identification: S_w over (gamma, gamma') for the four points of x^2."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures.slope_map import (
    COLUMNS,
    error_of_linear_theory,
    measured_cells,
    share_measured,
    share_of_right_signs,
    slope_map,
    violations_of_condensed_theorem,
    violations_of_linear_theorem,
    zeros_from_boundary,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Slope of every cell with its spread over seeds; zeros of each row: line fit, local, published, theory."""
    stars = data.published["jmlr_fig4_stars"].assign(series="published")
    table = pd.concat([slope_map(data.runs["slope_map"]), stars]).reindex(columns=list(COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in COLUMNS})


def draw(table: pd.DataFrame) -> Figure:
    """Heat map of S_w with cells centred on their (gamma, gamma'), theory line, our zeros and the published ones."""
    return draw_slope_map(table)


def _stars(table: pd.DataFrame, series: str = "line zero") -> pd.DataFrame:
    """Our zero beside the reference's of each row gamma'."""
    ours = table[table["series"] == series][["gamma", "gamma_prime"]]
    theirs = table[table["series"] == "published"][["gamma", "gamma_prime"]]
    key = {"key": lambda frame: (frame["gamma_prime"] * 1000).round().astype(int)}
    joined = ours.assign(**key).merge(theirs.assign(**key), on="key", suffixes=("", "_published"))
    if joined.empty:
        raise ValueError("no row of the map was published")
    return joined.assign(difference=(joined["gamma"] - joined["gamma_published"]).abs())


@quantity
def stars_from_published(table: pd.DataFrame) -> float:
    """Largest |zero of the fitted line - published star| over the rows gamma' < 0.4."""
    stars = _stars(table)
    return float(stars.loc[stars["gamma_prime"] < 0.35, "difference"].max())


@quantity
def last_star_from_published(table: pd.DataFrame) -> float:
    """|zero of the fitted line - published star| at gamma' = 0.4."""
    stars = _stars(table)
    return float(stars.loc[np.isclose(stars["gamma_prime"], 0.4), "difference"].iloc[0])


@quantity
def local_zeros_from_theory(table: pd.DataFrame) -> float:
    """Mean |local zero - phase boundary| over the rows."""
    return float(zeros_from_boundary(table).mean())


@quantity
def signs_right(table: pd.DataFrame) -> list[float]:
    """Share of the cells off the boundary whose S_w has the sign of the closed form, seed by seed."""
    return share_of_right_signs(table)


@quantity
def linear_theorem_violations(table: pd.DataFrame) -> float:
    """Cells of the linear regime (theorem 1: RD -> 0) with S_w >= 0, off the boundary."""
    return violations_of_linear_theorem(table)


@quantity
def condensed_theorem_violations(table: pd.DataFrame) -> float:
    """Cells of the condensed regime (theorem 2: RD -> infinity) with S_w <= 0, off the boundary."""
    return violations_of_condensed_theorem(table)


@quantity
def theory_error_linear(table: pd.DataFrame) -> float:
    """Largest |S_w - closed form| over gamma <= 0.9 and gamma' <= 0, where the value is exact too."""
    return error_of_linear_theory(table)


@quantity
def largest_seed_spread(table: pd.DataFrame) -> float:
    """Largest standard deviation of S_w over seeds."""
    return float(measured_cells(table)["slope_w_spread"].max())


@quantity
def cells_measured(table: pd.DataFrame) -> float:
    """Share of cells whose runs all converged (the others are masked)."""
    return share_measured(table)
