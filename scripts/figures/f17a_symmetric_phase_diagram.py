"""Phase diagram of the symmetric solution: (4, 3) answered x - 6, like (3, 4), over initialisation and depth."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.transformer import draw_phase_diagram
from condensation.measures.transformer import at_gamma, phase_tables
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Every run, at the authors' size and at ours, and the paper's statistic of both."""
    return phase_tables(data.runs, data.published)


def draw(authors: pd.DataFrame, ours: pd.DataFrame, best: pd.DataFrame, failed: dict[str, str] | None = None) -> Figure:
    """The paper's diagram, gamma by depth, with every seed; every run at the authors' size against gamma."""
    return draw_phase_diagram(authors, ours, best, "symmetric", failed or {})


def _best(best: pd.DataFrame, gamma: float) -> list[float]:
    """Return the largest symmetric accuracy over the rates, authors' size, seed by seed."""
    rows = best[best["d_model"] == best["d_model"].max()]
    return list(at_gamma(rows, gamma)["symmetric"])


best_large_start = quantity_of(_best, gamma=0.5)
best_very_large_start = quantity_of(_best, gamma=0.3)


@quantity
def small_start(authors: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .8, authors' size, of every run that fits."""
    return list(at_gamma(authors[authors["fitted"] == 1.0], 0.8)["symmetric"])


@quantity
def fall(authors: pd.DataFrame) -> list[float]:
    """Mean symmetric accuracy over the rates at gamma = .5 minus that at gamma = .8, authors' size, seed by seed."""
    large, small = (at_gamma(authors, gamma).groupby("seed")["symmetric"].mean() for gamma in (0.5, 0.8))
    return list(large - small)


@quantity
def precision_error(control: pd.DataFrame) -> float:
    """Largest difference of an accuracy between a run in bfloat16 and the same one in float32."""
    names = ["train", "seen", "exception", "symmetric", "inferential"]
    same = control.groupby(["gamma", "learning_rate", "seed"])[names]
    return float((same.max() - same.min()).to_numpy().max())


@quantity
def small_network_large_start(ours: pd.DataFrame) -> list[float]:
    """Symmetric accuracy at gamma = .5 of our two-layer networks, seed by seed."""
    return list(at_gamma(ours, 0.5)["symmetric"])
