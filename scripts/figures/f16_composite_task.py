"""The composite task: the 4 x 4 table of anchor pairs, read off the generator's sequences."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.transformer import draw_task
from condensation.models.transformer.task import PAIRS, composition, training_data
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

SEQUENCES = 30_000
KEYS = (20, 100)


def measure(data: FigureData) -> pa.Table:
    """One row an ordered pair: what its training sequences add to the key (NaN where there are none), their number."""
    del data  # the generator needs no run
    tokens, answers = training_data(SEQUENCES, *KEYS, generator=np.random.default_rng(0))
    place = np.argmax(tokens < KEYS[0], axis=1)  # of the first anchor; the key stands before it
    rows = np.arange(SEQUENCES)
    key, a1, a2 = (tokens[rows, place + shift] for shift in (-1, 0, 1))
    cells = []
    for pair in PAIRS:
        added = (answers - key)[(a1 == pair[0]) & (a2 == pair[1])]
        distinct = np.unique(added)
        answer = float(distinct[0]) if distinct.size == 1 else np.nan
        kind = "unseen" if not added.size else "inferential" if answer == composition(pair) else "non-inferential"
        cells.append({"a1": pair[0], "a2": pair[1], "series": kind, "answer": answer, "count": added.size})
    table = pd.DataFrame(cells)
    return metric_table(**{str(name): table[name].to_numpy() for name in table})


def draw(table: pd.DataFrame) -> Figure:
    """The table of pairs beside one sequence of the task."""
    return draw_task(table)


def _pairs(table: pd.DataFrame, kind: str) -> float:
    return float((table["series"] == kind).sum())


@quantity
def inferential_pairs(table: pd.DataFrame) -> float:
    """Pairs whose training answer is the composition of the single functions."""
    return _pairs(table, "inferential")


@quantity
def exceptions(table: pd.DataFrame) -> float:
    """Pairs with another training answer."""
    return _pairs(table, "non-inferential")


@quantity
def unseen_pairs(table: pd.DataFrame) -> float:
    """Pairs of which no training sequence was drawn."""
    return _pairs(table, "unseen")


@quantity
def exception_answer(table: pd.DataFrame) -> float:
    """What (3, 4) adds to the key in training."""
    return float(table.loc[(table["a1"] == 3) & (table["a2"] == 4), "answer"].iloc[0])


@quantity
def unseen_sequences(table: pd.DataFrame) -> float:
    """Training sequences of (4, 3)."""
    return float(table.loc[(table["a1"] == 4) & (table["a2"] == 3), "count"].iloc[0])
