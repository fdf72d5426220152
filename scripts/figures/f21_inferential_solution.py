"""The inferential solution: single mappings are composed."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.solution import draw_solution
from condensation.measures.solutions import separation, solution_tables
from condensation.measures.transformer import widest
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Flow, states, cosines and values of the typical inferential run; cosines and ablations of every run."""
    return solution_tables(pd.concat(data.runs.values()), "inferential")


def draw(
    shown: pd.DataFrame, tokens: pd.DataFrame, attention: pd.DataFrame, states: pd.DataFrame, values: pd.DataFrame,
    cosines: pd.DataFrame, kept: pd.DataFrame, failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Flow of information, X^ao(1) of the ordered pairs, V(2) at the first anchor, cosines by target, ablation."""
    tables = {"shown": shown, "tokens": tokens, "attention": attention, "states": states}
    return draw_solution({**tables, "values": values, "cosines": cosines, "kept": kept}, "inferential", failed or {})


@quantity
def kept_without_pair(kept: pd.DataFrame) -> list[float]:
    """Share of the answers to (4, 3) that stay without the last token's early reading of the anchors, widest runs."""
    return list(widest(kept)["kept_without_pair"])


@quantity
def kept_without_single(kept: pd.DataFrame) -> list[float]:
    """Share of the answers to (4, 3) that stay without the anchors' early reading of the key, widest runs."""
    return list(widest(kept)["kept_without_single"])


@quantity
def states_follow_the_target(solutions: pd.DataFrame) -> float:
    """Mean cosine of states with the same target minus that with others: inferential runs' minus symmetric runs'."""
    return separation(solutions, "contrast", "inferential", "symmetric")
