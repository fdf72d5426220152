"""Typical cases of three-layer networks: output, features of both hidden layers, similarity in the second."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.three_layer import draw_three_layer_cases
from condensation.measures.three_layer_cases import case_tables, seeds_at
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Training data; output, features of both hidden layers and cosines of the median run; numbers of every run."""
    return case_tables(data.runs["cases"])


def draw(
    data: pd.DataFrame, outputs: pd.DataFrame, first_start: pd.DataFrame, first_end: pd.DataFrame,
    second_start: pd.DataFrame, second_end: pd.DataFrame, cosines: pd.DataFrame, numbers: pd.DataFrame,
    failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """One column a gamma3 (the seed with the median RD of layer 1)."""
    features = (first_start, first_end), (second_start, second_end)
    return draw_three_layer_cases(data, outputs, features, cosines, numbers, failed or {})


@quantity
def converged(numbers: pd.DataFrame) -> float:
    """Share of the runs that reached the stop loss."""
    return float(numbers["converged"].mean())


@quantity
def distance_linear(numbers: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 1, seed by seed."""
    return seeds_at(numbers, "rd_1", 0, 1)


@quantity
def distance_critical(numbers: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 1.5, seed by seed."""
    return seeds_at(numbers, "rd_1", 0, 1.5)


@quantity
def distance_condensed(numbers: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 2, seed by seed."""
    return seeds_at(numbers, "rd_1", 0, 2)


@quantity
def first_layer_gathers(numbers: pd.DataFrame) -> list[float]:
    """N_eff of the first layer at gamma3 = 3 over N_eff at gamma3 = 1, seed by seed."""
    pairs = zip(seeds_at(numbers, "n_eff", 0, 3), seeds_at(numbers, "n_eff", 0, 1), strict=True)
    return [one / two for one, two in pairs]


@quantity
def second_layer_random(numbers: pd.DataFrame) -> list[float]:
    """N_eff of the second layer in the span of its inputs at gamma3 = 1.5, seed by seed."""
    return seeds_at(numbers, "n_eff_span", 0, 1.5)


@quantity
def second_layer_gathers(numbers: pd.DataFrame) -> list[float]:
    """N_eff of the second layer in the span of its inputs at gamma3 = 2, seed by seed."""
    return seeds_at(numbers, "n_eff_span", 0, 2)


@quantity
def second_layer_condensed(numbers: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer's neurons by share of amplitude at gamma3 = 3, seed by seed."""
    return seeds_at(numbers, "similarity", 0, 3)
