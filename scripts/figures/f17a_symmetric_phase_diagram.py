"""Phase diagram of the symmetric solution: (4, 3) answered x - 6, like (3, 4), over initialisation and depth."""

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
    return draw_phase_diagram(table, "symmetric")


@quantity
def best_large_start(table: pd.DataFrame) -> list[float]:
    """Largest symmetric accuracy over the rates at gamma = .5, authors' size, seed by seed."""
    return best_over_rates(table, 0.5, "symmetric")


@quantity
def best_very_large_start(table: pd.DataFrame) -> list[float]:
    """The same at gamma = .3."""
    return best_over_rates(table, 0.3, "symmetric")


@quantity
def small_start(table: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .8, authors' size, of every run that fits."""
    rows = phase_runs(table, 0.8)
    return list(rows.loc[rows["fitted"] == 1.0, "symmetric"])


@quantity
def fall(table: pd.DataFrame) -> list[float]:
    """Mean symmetric accuracy over the rates at gamma = .5 minus that at gamma = .8, authors' size, seed by seed."""
    large, small = (phase_runs(table, gamma).groupby("seed")["symmetric"].mean() for gamma in (0.5, 0.8))
    return list(large - small)


@quantity
def precision_error(table: pd.DataFrame) -> float:
    """Largest difference of an accuracy between a run in bfloat16 and the same one in float32."""
    rows = table[(table["panel"] == "authors") & (table["series"] == "run")]
    both = rows[rows.duplicated(["gamma", "learning_rate", "seed"], keep=False)].sort_values("bits")
    names = ["train", "seen", "exception", "symmetric", "inferential"]
    same = both.groupby(["gamma", "learning_rate", "seed"])[names]
    return float((same.max() - same.min()).to_numpy().max())


@quantity
def small_network_large_start(table: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .5 of our two-layer networks, seed by seed."""
    return list(phase_runs(table, 0.5, panel="ours")["symmetric"])
