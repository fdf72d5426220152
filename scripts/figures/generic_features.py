"""Kind of figure: output and features of every gamma of its experiments, before and after training."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.features import Case, draw_cases
from condensation.measures.features import cases_tables, directions_kept, number_by_seed
from condensation.measures.own_runs import own_runs
from condensation.store.figure_data import FigureData

# what the plan checks before anything starts (condensation.plan.kinds)
NEEDS = {"families": ("two_layer", "custom"), "shows": ("gamma",), "keep": "parameters"}


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Outputs on a grid and features of every seed at each gamma (experiments with keep = parameters)."""
    with own_runs(data) as runs:
        return cases_tables(runs)


def draw(
    data: pd.DataFrame, target: pd.DataFrame, outputs: pd.DataFrame, start: pd.DataFrame, end: pd.DataFrame
) -> Figure:
    """Top: f, target and data of the first seed; bottom: features at the start (cyan) and at the end (red)."""
    return draw_cases(data, target, outputs, start, end, case=lambda gamma: Case(rf"$\gamma = {gamma:.3g}$"))


@quantity
def directions_kept_at_smallest_gamma(networks: pd.DataFrame) -> list[float]:
    """N_eff at the end over N_eff at the start for the smallest gamma."""
    return directions_kept(networks, float(networks["gamma"].min()))


@quantity
def directions_at_largest_gamma(networks: pd.DataFrame) -> list[float]:
    """N_eff at the end for the largest gamma."""
    return number_by_seed(networks, "n_eff", float(networks["gamma"].max()))
