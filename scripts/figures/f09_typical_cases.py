"""Typical cases: output and features of a network in the linear, the critical and the condensed regime."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
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
        return Case(rf"$\gamma = {gamma:g}$, $\gamma\prime = 0$", name, "; ".join(tags))

    return draw_cases(data, target, outputs, start, end, case=case)


def _output_at_zero(outputs: pd.DataFrame, gamma: float) -> list[float]:
    """Return f(0) of every seed."""
    return [float(np.interp(0.0, rows["x"], rows["y"])) for rows in by_seed(outputs, gamma)]


def _share(end: pd.DataFrame, gamma: float) -> list[float]:
    """Return the share of sum A within 0.05 of the two published directions."""
    ends = by_seed(end, gamma)
    return [share_near(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy(), DIRECTIONS) for rows in ends]


output_at_zero_linear = quantity_of(_output_at_zero, gamma=0.5)
output_at_zero_critical = quantity_of(_output_at_zero, gamma=1.0)
output_at_zero_condensed = quantity_of(_output_at_zero, gamma=1.75)
share_linear = quantity_of(_share, gamma=0.5)
share_critical = quantity_of(_share, gamma=1.0)
share_condensed = quantity_of(_share, gamma=1.75)
directions_condensed = quantity_of(number_by_seed, column="n_eff", gamma=1.75)
