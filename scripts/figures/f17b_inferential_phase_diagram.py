"""Phase diagram of the inferential solution: (4, 3) answered x - 10, the composition, over initialisation and depth."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.transformer import draw_phase_diagram
from condensation.measures.transformer import best_over_rates, phase_runs, phase_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """One row a run, at the authors' size and at ours, and the paper's statistic of the former."""
    return phase_table(pd.concat(data.runs.values()), data.published)


def draw(table: pd.DataFrame) -> Figure:
    """Accuracy of every run against gamma: two layers at the authors' size, and smaller networks by depth."""
    return draw_phase_diagram(table, "inferential")


@quantity
def best_small_start(table: pd.DataFrame) -> list[float]:
    """Largest inferential accuracy over the rates at gamma = .8, authors' size, seed by seed."""
    return best_over_rates(table, 0.8, "inferential")


@quantity
def large_start(table: pd.DataFrame) -> list[float]:
    """Inferential accuracy at gamma = .5, authors' size, of every run."""
    return list(phase_runs(table, 0.5)["inferential"])


@quantity
def very_large_start(table: pd.DataFrame) -> list[float]:
    """Inferential accuracy at gamma = .3, authors' size, of every run."""
    return list(phase_runs(table, 0.3)["inferential"])


@quantity
def rise(table: pd.DataFrame) -> list[float]:
    """Mean inferential accuracy over the rates at gamma = .8 minus that at gamma = .5, authors' size, seed by seed."""
    large, small = (phase_runs(table, gamma).groupby("seed")["inferential"].mean() for gamma in (0.5, 0.8))
    return list(small - large)


@quantity
def small_network_small_start(table: pd.DataFrame) -> list[float]:
    """Inferential minus symmetric accuracy at gamma = .93 of our two-layer networks, seed by seed."""
    rows = phase_runs(table, 0.93, panel="ours")
    return list(rows["inferential"] - rows["symmetric"])
