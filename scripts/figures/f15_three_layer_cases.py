"""Typical cases of three-layer networks: output, features of both hidden layers, similarity in the second."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
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
def first_layer_gathers(numbers: pd.DataFrame) -> list[float]:
    """N_eff of the first layer at gamma3 = 3 over N_eff at gamma3 = 1, seed by seed."""
    pairs = zip(seeds_at(numbers, "n_eff", 0, 3), seeds_at(numbers, "n_eff", 0, 1), strict=True)
    return [one / two for one, two in pairs]


distance_linear = quantity_of(seeds_at, column="rd_1", gamma2=0, gamma3=1)
distance_critical = quantity_of(seeds_at, column="rd_1", gamma2=0, gamma3=1.5)
distance_condensed = quantity_of(seeds_at, column="rd_1", gamma2=0, gamma3=2)
second_layer_random = quantity_of(seeds_at, column="n_eff_span", gamma2=0, gamma3=1.5)
second_layer_gathers = quantity_of(seeds_at, column="n_eff_span", gamma2=0, gamma3=2)
second_layer_condensed = quantity_of(seeds_at, column="similarity", gamma2=0, gamma3=3)
