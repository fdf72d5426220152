"""The inferential solution: single mappings are composed."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.mechanisms import SOLUTION_COLUMNS, attention_of, solution_rows, target_contrast
from condensation.plotting.mechanisms import draw_solution
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Attention, last token's states and their cosines for the fitted run with the largest inferential accuracy.

    One row `solution` a fitted run of either kind: the cosine of its states for (4, 3) and (3, 4).
    """
    table = solution_rows(data.runs["kept"], "inferential").reindex(columns=list(SOLUTION_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in SOLUTION_COLUMNS})


def draw(table: pd.DataFrame) -> Figure:
    """Flow of attention, states of the 12 ordered pairs, their similarity by target."""
    return draw_solution(table)


def _run(table: pd.DataFrame) -> pd.Series:
    return table[table["series"] == "run"].iloc[0]


@quantity
def accuracy(table: pd.DataFrame) -> float:
    """The inferential accuracy of the run shown; NaN if it does not fit."""
    run = _run(table)
    return float(run["inferential"]) if run["fitted"] else float("nan")


@quantity
def swapped_states(table: pd.DataFrame) -> list[float]:
    """Cosine of the states for (4, 3) and (3, 4) of every inferential run."""
    rows = table[(table["series"] == "solution") & (table["label"] == "inferential")]
    return list(rows.sort_values(["gamma", "seed"])["swap_cosine"])


@quantity
def states_follow_the_target(table: pd.DataFrame) -> float:
    """Mean cosine of states with the same target minus that of states with different targets."""
    return target_contrast(table[table["series"] == "cosine"])


@quantity
def anchors_read_the_key(table: pd.DataFrame) -> float:
    """Attention of the two anchors to the key in layer 1, the smaller one."""
    return min(attention_of(table, 1, (anchor,), ("key",)) for anchor in ("a1", "a2"))


@quantity
def last_token_collects_the_anchors(table: pd.DataFrame) -> float:
    """Attention of the last token to the two anchors in layer 2, together."""
    return attention_of(table, 2, ("last",), ("a1", "a2"))
