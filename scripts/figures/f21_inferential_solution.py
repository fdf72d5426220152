"""The inferential solution: single mappings are composed."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.mechanisms import draw_solution
from condensation.measures.mechanisms import (
    attention_of,
    early_layers,
    kept_without,
    solution_table,
    target_contrast,
)
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Attention, last token's states and their cosines for the median inferential run.

    Of every run with either solution: the cosine of its states for (4, 3) and (3, 4), and which answers to (4, 3) stay
    when the attention that carries the key and the anchors is cut, or all other attention.
    """
    return solution_table(pd.concat(data.runs.values()), "inferential")


def draw(table: pd.DataFrame) -> Figure:
    """Flow of information, states of the 12 ordered pairs, their similarity by target."""
    return draw_solution(table)


@quantity
def kept_without_carrying_edges(table: pd.DataFrame) -> list[float]:
    """Share of the answers to (4, 3) that stay without the attention drawn in colour, inferential runs, one by one."""
    return kept_without(table, "carrying", "inferential")


@quantity
def kept_without_other_edges(table: pd.DataFrame) -> list[float]:
    """Share of the answers to (4, 3) that stay without all other attention, inferential runs, one by one."""
    return kept_without(table, "others", "inferential")


@quantity
def states_follow_the_target(table: pd.DataFrame) -> float:
    """Mean cosine of states with the same target minus that of states with different targets."""
    return target_contrast(table[table["series"] == "cosine"])


@quantity
def anchors_read_the_key(table: pd.DataFrame) -> float:
    """Attention to the key of the anchor that reads it less, in the layer before the last where it is largest."""
    return max(min(attention_of(table, layer, name, "key") for name in ("a1", "a2")) for layer in early_layers(table))


@quantity
def last_token_collects_the_anchors(table: pd.DataFrame) -> float:
    """Attention of the last token in the last layer to the anchor it reads less."""
    return min(attention_of(table, early_layers(table)[-1] + 1, "last", name) for name in ("a1", "a2"))
