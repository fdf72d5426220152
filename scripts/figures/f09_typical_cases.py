"""Typical cases: output and features of a network in the linear, the critical and the condensed regime."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.features import draw_cases
from condensation.measures.features import by_seed, cases_table, directions_by_seed
from condensation.measures.orientation import share_near
from condensation.models.two_layer.phase_diagram import regime
from condensation.store.figure_data import FigureData

# the two directions the published network condenses in (Luo et al. 2021, figure 2)
DIRECTIONS = np.array([-0.165, -2.976])


def measure(data: FigureData) -> pa.Table:
    """Outputs on a grid and features of every seed at each gamma."""
    return cases_table(data.runs["typical_cases"])


def draw(table: pd.DataFrame) -> Figure:
    """Top: f and the four points; bottom: features at the start (cyan) and at the end (red)."""
    return draw_cases(table, titles=lambda gamma: rf"$\gamma = {gamma:g}$, $\gamma' = 0$: {regime(gamma, 0.0)}")


def _output_at_zero(table: pd.DataFrame, gamma: float) -> list[float]:
    return [float(np.interp(0.0, rows["x"], rows["y"])) for rows in by_seed(table, "output", gamma)]


@quantity
def output_at_zero_linear(table: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 0.5."""
    return _output_at_zero(table, 0.5)


@quantity
def output_at_zero_critical(table: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 1."""
    return _output_at_zero(table, 1.0)


@quantity
def output_at_zero_condensed(table: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 1.75."""
    return _output_at_zero(table, 1.75)


def _share(table: pd.DataFrame, gamma: float) -> list[float]:
    ends = by_seed(table, "end", gamma)
    return [share_near(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy(), DIRECTIONS) for rows in ends]


@quantity
def share_linear(table: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 0.5."""
    return _share(table, 0.5)


@quantity
def share_critical(table: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 1."""
    return _share(table, 1.0)


@quantity
def share_condensed(table: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 1.75."""
    return _share(table, 1.75)


@quantity
def directions_condensed(table: pd.DataFrame) -> list[float]:
    """N_eff at the end for gamma = 1.75."""
    return directions_by_seed(table, 1.75)
