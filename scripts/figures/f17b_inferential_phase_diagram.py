"""Phase diagram of the inferential solution: (4, 3) answered x - 10, the composition, over initialisation and depth."""

import numpy as np
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
    """Heat map of the inferential accuracy with the share of seeds in every cell."""
    return draw_solution_map(table, "inferential")


@quantity
def share_small_start(table: pd.DataFrame) -> float:
    """Share of the seeds with an inferential solution at gamma = .8, L = 2."""
    return float(map_cell(table, 0.8)["share_inferential"])


@quantity
def share_small_start_deep(table: pd.DataFrame) -> float:
    """Share of the seeds with an inferential solution at gamma = .8, L = 3."""
    return float(map_cell(table, 0.8, 3)["share_inferential"])


@quantity
def fitted_small_start(table: pd.DataFrame) -> float:
    """Share of the seeds that fit at gamma = .8, L = 2."""
    return 1.0 - float(map_cell(table, 0.8)["share_not_fit"])


@quantity
def accuracy_large_start(table: pd.DataFrame) -> list[float]:
    """Inferential accuracy at gamma = .5, L = 2, seed by seed."""
    return list(map_cell(table, 0.5)["inferential_by_seed"])


@quantity
def rise(table: pd.DataFrame) -> list[float]:
    """Inferential accuracy at gamma = .8 minus that at gamma = .5, L = 2, seed by seed."""
    large, small = (map_cell(table, gamma)["inferential_by_seed"] for gamma in (0.5, 0.8))
    return [float(two - one) for one, two in zip(large, small, strict=True)]


@quantity
def rise_deep(table: pd.DataFrame) -> list[float]:
    """Mean inferential accuracy at gamma = .65 minus that at gamma = .3, at L = 3 and at L = 4."""
    means = [
        [np.mean(map_cell(table, gamma, layers)["inferential_by_seed"]) for gamma in (0.3, 0.65)] for layers in (3, 4)
    ]
    return [float(small - large) for large, small in means]
