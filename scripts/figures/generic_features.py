"""Kind of figure: output and features of every gamma of its experiments, before and after training."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.features import draw_cases
from condensation.measures.features import cases_table, directions_by_seed
from condensation.measures.own_runs import own_runs
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Outputs on a grid and features of every seed at each gamma (experiments with keep = parameters)."""
    with own_runs(data) as runs:
        return cases_table(runs)


def draw(table: pd.DataFrame) -> Figure:
    """Top: f, target and data of the first seed; bottom: features at the start (cyan) and at the end (red)."""
    return draw_cases(table, titles=lambda gamma: rf"$\gamma = {gamma:.3g}$")


@quantity
def directions_at_smallest_gamma(table: pd.DataFrame) -> list[float]:
    """N_eff at the end for the smallest gamma."""
    return directions_by_seed(table, float(table["gamma"].min()))


@quantity
def directions_at_largest_gamma(table: pd.DataFrame) -> list[float]:
    """N_eff at the end for the largest gamma."""
    return directions_by_seed(table, float(table["gamma"].max()))
