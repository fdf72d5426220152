"""The symmetric solution: the order of the anchors is lost."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.solution import draw_solution
from condensation.measures.solutions import kept_share, separation, solution_tables
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Flow, states, cosines and values of the typical symmetric run; cosines and ablations of every run."""
    return solution_tables(pd.concat(data.runs.values()), "symmetric")


def draw(
    shown: pd.DataFrame, tokens: pd.DataFrame, attention: pd.DataFrame, states: pd.DataFrame, values: pd.DataFrame,
    cosines: pd.DataFrame, kept: pd.DataFrame, failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Flow of information, X^ao(1) of the ordered pairs, V(2) at the first anchor, cosines by target, ablation."""
    tables = {"shown": shown, "tokens": tokens, "attention": attention, "states": states}
    return draw_solution({**tables, "values": values, "cosines": cosines, "kept": kept}, "symmetric", failed or {})


kept_without_pair = quantity_of(kept_share, column="kept_without_pair")
kept_without_single = quantity_of(kept_share, column="kept_without_single")
order_lost = quantity_of(separation, column="swap_cosine", first="symmetric", second="inferential")
