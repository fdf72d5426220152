"""Question: where in a transformer does condensation happen, by matrix and initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.mechanisms import draw_where
from condensation.measures.transformer import matrix_rows, settings_row
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "series", "label", "layer", "layers", "gamma", "seed", "fitted", "mean_cosine", "mean_cosine_start",
    "mean_cosine_random", "participation",
)  # fmt: skip
_LARGE, _SMALL = 0.5, 0.93  # gammas of the large and the small start


def measure(data: FigureData) -> pa.Table:
    """One row a (run of two layers, matrix)."""
    runs = pd.concat(data.runs.values())
    runs = runs[runs["layers"] == 2]
    table = pd.concat([matrix_rows(runs), settings_row(runs)]).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Mean |cos| of every matrix, one colour a gamma, beside the value of random directions."""
    return draw_where(table)


def _ratio(table: pd.DataFrame, one: str, other: str) -> list[float]:
    """Mean |cos| of one matrix over that of another at gamma = .93, seed by seed; layer 1, embeddings of none."""
    found = []
    for name in (one, other):
        layer = 0 if name == "embeddings" else 1
        rows = table[(table["series"] == name) & (table["layer"] == layer) & np.isclose(table["gamma"], _SMALL)]
        found.append(rows.set_index("seed")["mean_cosine"].sort_index())
    if found[0].empty:
        raise ValueError(f"no run with gamma = {_SMALL}")
    return list(found[0] / found[1])


@quantity
def query_over_value(table: pd.DataFrame) -> list[float]:
    """W_Q over W_V at gamma = .93."""
    return _ratio(table, "W_Q", "W_V")


@quantity
def key_over_value(table: pd.DataFrame) -> list[float]:
    """W_K over W_V at gamma = .93."""
    return _ratio(table, "W_K", "W_V")


@quantity
def value_over_embeddings(table: pd.DataFrame) -> list[float]:
    """W_V over the key embeddings at gamma = .93."""
    return _ratio(table, "W_V", "embeddings")


@quantity
def value_over_feed_forward(table: pd.DataFrame) -> list[float]:
    """W_V over the first feed-forward matrix at gamma = .93."""
    return _ratio(table, "W_V", "W_1")


@quantity
def everywhere(table: pd.DataFrame) -> float:
    """Share of the matrices of layer 1 that are more condensed at gamma = .93 than at gamma = .5, means over seeds."""
    rows = table[table["layer"] == 1]
    mean = rows.pivot_table(index="series", columns="gamma", values="mean_cosine")
    return float((mean[_SMALL] > mean[_LARGE]).mean())
