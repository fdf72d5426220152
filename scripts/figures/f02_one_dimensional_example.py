"""One-dimensional example: output and features before and after training, for three initialisations m^-g."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.features import draw_cases
from condensation.measures.features import by_seed, cases_table, directions_by_seed
from condensation.measures.orientation import directions
from condensation.store.figure_data import FigureData

KINK = 1 / 3  # the target vanishes between -1/3 and 1/3


def measure(data: FigureData) -> pa.Table:
    """Outputs on a grid and features of every seed; gamma = 2 g for standard deviations m^-g."""
    return cases_table(data.runs["one_dimensional_example"])


def draw(table: pd.DataFrame) -> Figure:
    """Top: f and the data; bottom: features at the start (cyan) and at the end (red), one column an initialisation."""
    return draw_cases(table, titles=lambda gamma: rf"$a_k, w_k, b_k \sim N(0, (m^{{-{gamma / 2:g}}})^2)$")


def _two_directions(table: pd.DataFrame) -> list[np.ndarray]:
    """Two directions with most amplitude at g = 1, sorted, one pair a seed."""
    ends = by_seed(table, "end", 2.0)
    found = [directions(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy())[0] for rows in ends]
    return [np.sort(angle[:2]) for angle in found]


@quantity
def right_direction(table: pd.DataFrame) -> list[float]:
    """Larger orientation of the two directions with most amplitude at g = 1."""
    return [float(pair[-1]) for pair in _two_directions(table)]


@quantity
def left_direction(table: pd.DataFrame) -> list[float]:
    """Smaller orientation of the two directions with most amplitude at g = 1."""
    return [float(pair[0]) for pair in _two_directions(table)]


@quantity
def directions_small_initialisation(table: pd.DataFrame) -> list[float]:
    """N_eff at the end for g = 1."""
    return directions_by_seed(table, 2.0)


@quantity
def directions_large_initialisation(table: pd.DataFrame) -> list[float]:
    """N_eff at the end for g = 0.1."""
    return directions_by_seed(table, 0.2)


@quantity
def flat_between_kinks(table: pd.DataFrame) -> list[float]:
    """Largest |f| between the kinks relative to the largest target value, g = 1."""
    scale = table.loc[table["series"] == "target", "y"].max()
    outputs = by_seed(table, "output", 2.0)
    return [float(rows.loc[rows["x"].abs() < KINK, "y"].abs().max() / scale) for rows in outputs]


def _bending(rows: pd.DataFrame) -> float:
    """Total variation of f'."""
    slope = np.diff(rows["y"].to_numpy()) / np.diff(rows["x"].to_numpy())
    return float(np.abs(np.diff(slope)).sum())


@quantity
def jaggedness_ratio(table: pd.DataFrame) -> list[float]:
    """Total variation of f' at g = 0.1 over that at g = 1, seed by seed."""
    rough, smooth = (by_seed(table, "output", gamma) for gamma in (0.2, 2.0))
    return [_bending(first) / _bending(second) for first, second in zip(rough, smooth, strict=True)]
