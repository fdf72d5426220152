"""Typical cases: output and features of a network in the linear, the critical and the condensed regime."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.features import Case, draw_cases
from condensation.measures.features import by_seed, cases_tables, number_by_seed
from condensation.measures.orientation import share_near
from condensation.models.two_layer.phase_diagram import regime
from condensation.store.figure_data import FigureData

# the two directions the published network condenses in (Luo et al. 2021, figure 2)
DIRECTIONS = np.array([-0.165, -2.976])


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Outputs on a grid and features of every seed at each gamma."""
    return cases_tables(data.runs["typical_cases"])


def draw(
    data: pd.DataFrame,
    target: pd.DataFrame,
    outputs: pd.DataFrame,
    start: pd.DataFrame,
    end: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """Top: f and the four points; bottom: features at the start (cyan) and at the end (red), the regime's name."""

    def case(gamma: float) -> Case:
        name = str(regime(gamma, 0.0))
        tags = [category for claim, category in (failed or {}).items() if claim.endswith(name)]
        return Case(rf"$\gamma = {gamma:g}$, $\gamma' = 0$", name, "; ".join(tags))

    return draw_cases(data, target, outputs, start, end, case=case)


def _output_at_zero(outputs: pd.DataFrame, gamma: float) -> list[float]:
    return [float(np.interp(0.0, rows["x"], rows["y"])) for rows in by_seed(outputs, gamma)]


@quantity
def output_at_zero_linear(outputs: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 0.5."""
    return _output_at_zero(outputs, 0.5)


@quantity
def output_at_zero_critical(outputs: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 1."""
    return _output_at_zero(outputs, 1.0)


@quantity
def output_at_zero_condensed(outputs: pd.DataFrame) -> list[float]:
    """f(0) at gamma = 1.75."""
    return _output_at_zero(outputs, 1.75)


def _share(end: pd.DataFrame, gamma: float) -> list[float]:
    ends = by_seed(end, gamma)
    return [share_near(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy(), DIRECTIONS) for rows in ends]


@quantity
def share_linear(end: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 0.5."""
    return _share(end, 0.5)


@quantity
def share_critical(end: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 1."""
    return _share(end, 1.0)


@quantity
def share_condensed(end: pd.DataFrame) -> list[float]:
    """Share of sum A within 0.05 of the two published directions, gamma = 1.75."""
    return _share(end, 1.75)


@quantity
def directions_condensed(networks: pd.DataFrame) -> list[float]:
    """N_eff at the end for gamma = 1.75."""
    return number_by_seed(networks, "n_eff", 1.75)
