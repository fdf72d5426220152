"""The symmetric solution: the order of the anchors is lost."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.mechanisms import (
    attention_of,
    early_layers,
    shown_accuracy,
    solution_table,
    swap_cosines_of,
)
from condensation.plotting.mechanisms import draw_solution
from condensation.records.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Attention, last token's states and their cosines for the fitted run with the largest symmetric accuracy.

    One row `solution` a fitted run of either kind: the cosine of its states for (4, 3) and (3, 4).
    """
    return solution_table(pd.concat(data.runs.values()), "symmetric")


def draw(table: pd.DataFrame) -> Figure:
    """Flow of attention, states of the 12 ordered pairs, their similarity by target."""
    return draw_solution(table)


@quantity
def accuracy(table: pd.DataFrame) -> float:
    """The symmetric accuracy of the run shown; NaN if it does not fit."""
    return shown_accuracy(table, "symmetric")


@quantity
def swapped_states(table: pd.DataFrame) -> float:
    """Smallest cosine of the last token's states for (4, 3) and (3, 4) over all symmetric runs; NaN without one."""
    return float(swap_cosines_of(table, "symmetric").min())


@quantity
def last_token_reads_the_anchors(table: pd.DataFrame) -> float:
    """Attention of the last token to the anchor it reads less, in the layer before the last where it is largest."""
    return max(min(attention_of(table, layer, "last", name) for name in ("a1", "a2")) for layer in early_layers(table))


@quantity
def last_token_reads_the_key(table: pd.DataFrame) -> float:
    """Attention of the last token to the key in the last layer."""
    return attention_of(table, early_layers(table)[-1] + 1, "last", "key")
