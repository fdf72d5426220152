"""Phase diagram of the inferential solution: (4, 3) answered x - 10, the composition, over initialisation and depth."""

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
    return draw_phase_diagram(authors, ours, best, "inferential", failed or {})


@quantity
def best_small_start(best: pd.DataFrame) -> list[float]:
    """Largest inferential accuracy over the rates at gamma = .8, authors' size, seed by seed."""
    rows = best[best["d_model"] == best["d_model"].max()]
    return list(at_gamma(rows, 0.8)["inferential"])


def _accuracy(authors: pd.DataFrame, gamma: float) -> list[float]:
    """Return the inferential accuracy of every run at the authors' size."""
    return list(at_gamma(authors, gamma)["inferential"])


large_start = quantity_of(_accuracy, gamma=0.5)
very_large_start = quantity_of(_accuracy, gamma=0.3)


@quantity
def rise(authors: pd.DataFrame) -> list[float]:
    """Mean inferential accuracy over the rates at gamma = .8 minus that at gamma = .5, authors' size, seed by seed."""
    large, small = (at_gamma(authors, gamma).groupby("seed")["inferential"].mean() for gamma in (0.5, 0.8))
    return list(small - large)


@quantity
def small_network_small_start(ours: pd.DataFrame) -> list[float]:
    """Inferential minus symmetric accuracy at gamma = .93 of our two-layer networks, seed by seed."""
    rows = at_gamma(ours, 0.93)
    return list(rows["inferential"] - rows["symmetric"])
