"""Condensation: query matrices and the order of the key embeddings, from a large and a small initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.mechanisms import key_components, key_order
from condensation.measures.transformer import large_and_small, settings_row, weights, with_outcome
from condensation.plotting.mechanisms import draw_embeddings
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData

_NAMES = (
    "panel", "series", "label", "gamma", "layers", "seed", "fitted", "row", "column", "x", "y", "key", "variance_x",
    "variance_y", "rank_correlation",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """W_Q(1) and principal components of the key embeddings of both runs; rank correlation of PC 1 of every run."""
    runs = with_outcome(pd.concat([data.runs["two_layers_large"], data.runs["two_layers_small"]]))
    rows = [settings_row(runs, shown=2)]
    for _, run in runs.iterrows():
        labels = {name: run[name] for name in ("gamma", "layers", "seed", "fitted")}
        rows.append(pd.DataFrame([{**labels, "series": "order", "rank_correlation": key_order(key_components(run))}]))
    for name, run in large_and_small(runs).items():
        labels = {"panel": name, **{key: run[key] for key in ("gamma", "layers", "seed", "fitted")}}
        matrix, keys = weights(run)["W_Q.1"], key_components(run)
        row, column = np.divmod(np.arange(matrix.size), matrix.shape[1])
        values = pd.DataFrame({"row": row, "column": column, "y": matrix.ravel()})
        rows.append(values.assign(series="weight", **labels))
        rows.append(keys.assign(series="key", rank_correlation=key_order(keys), **labels))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Query matrices side by side with the embeddings of the keys."""
    return draw_embeddings(table)


def _order(table: pd.DataFrame, smallest: bool) -> list[float]:
    rows = table[table["series"] == "order"]
    gamma = rows["gamma"].min() if smallest else rows["gamma"].max()
    return list(rows[rows["gamma"] == gamma].sort_values("seed")["rank_correlation"])


@quantity
def order_small_start(table: pd.DataFrame) -> list[float]:
    """|Rank correlation| of the first principal component with the key, small start, seed by seed."""
    return _order(table, smallest=False)


@quantity
def order_gained(table: pd.DataFrame) -> list[float]:
    """The same minus that of the large start, seed by seed."""
    pairs = zip(_order(table, smallest=False), _order(table, smallest=True), strict=True)
    return [small - large for small, large in pairs]
