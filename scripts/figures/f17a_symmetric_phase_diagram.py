"""Phase diagram of the symmetric solution: (4, 3) answered x - 6, like (3, 4), over initialisation and depth."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.transformer import map_cell, map_table
from condensation.plotting.transformer import draw_solution_map
from condensation.records.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """One row a (gamma, L): accuracies over seeds, shares of outcomes, and whether the cell is masked."""
    return map_table(pd.concat(data.runs.values()))


def draw(table: pd.DataFrame) -> Figure:
    """Heat map of the symmetric accuracy with the share of seeds in every cell."""
    return draw_solution_map(table, "symmetric")


@quantity
def share_large_start(table: pd.DataFrame) -> float:
    """Share of the seeds with a symmetric solution at gamma = .5, L = 2."""
    return float(map_cell(table, 0.5)["share_symmetric"])


@quantity
def fitted_large_start(table: pd.DataFrame) -> float:
    """Share of the seeds that fit at gamma = .5, L = 2."""
    return 1.0 - float(map_cell(table, 0.5)["share_not_fit"])


@quantity
def accuracy_small_start(table: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .8, L = 2, seed by seed."""
    return list(map_cell(table, 0.8)["symmetric_by_seed"])


@quantity
def accuracy_small_start_deep(table: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .8, L = 3, seed by seed."""
    return list(map_cell(table, 0.8, 3)["symmetric_by_seed"])


@quantity
def fall(table: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .5 minus that at gamma = .8, L = 2, seed by seed."""
    large, small = (map_cell(table, gamma)["symmetric_by_seed"] for gamma in (0.5, 0.8))
    return [float(one - two) for one, two in zip(large, small, strict=True)]
