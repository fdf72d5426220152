"""Condensation in a transformer: the attention formula and D of its four matrices at the start and the end."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.mechanisms import draw_attention_weights
from condensation.measures.lines import random_cosine
from condensation.measures.transformer import block_order, cosine_rows, large_and_small, settings_row, weights
from condensation.models.transformer.condensation import mean_cosine
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

MATRICES = ("W_Q", "W_K", "W_V", "W_O")
_NAMES = (
    "panel", "series", "label", "gamma", "layers", "seed", "symmetric", "inferential", "row", "column", "cosine",
    "mean_cosine", "mean_cosine_random",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """D of the first layer's attention matrices of the run from the small start, columns in the order of the end."""
    run = large_and_small(data.runs["two_layers_small"])["small"]
    labels = {name: run[name] for name in ("gamma", "layers", "seed", "symmetric", "inferential")}
    end, rows = weights(run), [settings_row(data.runs["two_layers_small"], shown=1)]
    for when, matrices in (("start", weights(run, "start")), ("end", end)):
        for name in MATRICES:
            matrix = matrices[f"{name}.1"]
            place = {**labels, "panel": when}
            rows.append(cosine_rows(matrix, block_order(end[f"{name}.1"])).assign(series=name, **place))
            numbers = {"mean_cosine": mean_cosine(matrix.T), "mean_cosine_random": random_cosine(len(matrix))}
            rows.append(pd.DataFrame([{**place, "series": f"number {name}", **numbers}]))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """The formula above two rows of similarity matrices."""
    return draw_attention_weights(table, MATRICES)


def _number(table: pd.DataFrame, matrix: str, when: str, column: str = "mean_cosine") -> float:
    return float(table.loc[(table["series"] == f"number {matrix}") & (table["panel"] == when), column].iloc[0])


@quantity
def query_at_start(table: pd.DataFrame) -> float:
    """Mean |cos| of W_Q at the start over its value for random directions."""
    return _number(table, "W_Q", "start") / _number(table, "W_Q", "start", "mean_cosine_random")


@quantity
def query_at_end(table: pd.DataFrame) -> float:
    """Mean |cos| of W_Q after training over its value for random directions."""
    return _number(table, "W_Q", "end") / _number(table, "W_Q", "end", "mean_cosine_random")


@quantity
def key_at_end(table: pd.DataFrame) -> float:
    """Mean |cos| of W_K after training over its value for random directions."""
    return _number(table, "W_K", "end") / _number(table, "W_K", "end", "mean_cosine_random")


@quantity
def query_over_value(table: pd.DataFrame) -> float:
    """Mean |cos| of W_Q after training over that of W_V."""
    return _number(table, "W_Q", "end") / _number(table, "W_V", "end")
