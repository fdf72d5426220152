"""Condensation of the first layer's query matrix, from a large and from a small initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.mechanisms import draw_query_condensation
from condensation.measures.lines import random_cosine
from condensation.measures.transformer import (
    AUTHORS_SIZE,
    cosine_rows,
    large_and_small,
    matrix_rows,
    settings_row,
    weights,
    with_outcome,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "panel", "series", "label", "layer", "layers", "gamma", "seed", "fitted", "outcome", "symmetric", "inferential",
    "row", "column", "cosine", "mean_cosine", "mean_cosine_start", "mean_cosine_random", "participation",
)  # fmt: skip
_AUTHORS_WIDTH = 400  # of the embeddings: the dimension of the columns of W_Q(1) at the authors' size


def measure(data: FigureData) -> pa.Table:
    """D of W_Q(1) of a typical run from a large and one from a small start, and mean |cos| of every run.

    panel `authors`: the logged runs at the authors' size; `ours`: those of the tables.
    """
    runs = pd.concat(data.runs.values())
    runs = runs[runs["layers"] == 2]
    numbers = matrix_rows(runs)
    logged = with_outcome(data.published[AUTHORS_SIZE].assign(layers=2))
    logged = logged[logged["bits"] == 16].assign(mean_cosine_random=random_cosine(_AUTHORS_WIDTH))
    rows = [
        numbers[(numbers["series"] == "W_Q") & (numbers["layer"] == 1)].assign(series="number", panel="ours"),
        logged.assign(series="number", panel="authors", layer=1),
        settings_row(runs),
    ]
    for name, run in large_and_small(pd.concat([data.runs["two_layers_large"], data.runs["two_layers_small"]])).items():
        labels = {key: run[key] for key in ("gamma", "layers", "seed", "outcome", "symmetric", "inferential")}
        rows.append(cosine_rows(weights(run)["W_Q.1"]).assign(series=name, **labels))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Both similarity matrices and the mean |cos| against gamma."""
    return draw_query_condensation(table)


def _numbers(table: pd.DataFrame, gamma: float, panel: str = "ours") -> pd.DataFrame:
    rows = table[(table["series"] == "number") & (table["panel"] == panel) & np.isclose(table["gamma"], gamma)]
    if rows.empty:
        raise ValueError(f"no run with gamma = {gamma}")
    return rows.sort_values("seed")


@quantity
def rises(table: pd.DataFrame) -> list[float]:
    """Smallest difference of the mean |cos| between two neighbouring gammas, seeds that have all, seed by seed."""
    rows = table[(table["series"] == "number") & (table["panel"] == "ours")]
    by_seed = rows.pivot_table(index="seed", columns="gamma", values="mean_cosine").dropna()
    return list(by_seed.diff(axis=1).min(axis=1))


@quantity
def authors_size_large_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .5 at the authors' size, mean over the rates, seed by seed."""
    return list(_numbers(table, 0.5, "authors").groupby("seed")["mean_cosine"].mean())


@quantity
def authors_size_small_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .8 at the authors' size, mean over the rates, seed by seed."""
    return list(_numbers(table, 0.8, "authors").groupby("seed")["mean_cosine"].mean())


@quantity
def authors_size_very_large_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .3 over its value for random directions at the authors' size, seed by seed."""
    rows = _numbers(table, 0.3, "authors").groupby("seed")[["mean_cosine", "mean_cosine_random"]].mean()
    return list(rows["mean_cosine"] / rows["mean_cosine_random"])


@quantity
def large_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .5, seed by seed."""
    return list(_numbers(table, 0.5)["mean_cosine"])


@quantity
def small_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .93, seed by seed."""
    return list(_numbers(table, 0.93)["mean_cosine"])


@quantity
def directions_small_start(table: pd.DataFrame) -> list[float]:
    """Participation ratio at gamma = .93, seed by seed."""
    return list(_numbers(table, 0.93)["participation"])


@quantity
def directions_very_large_start(table: pd.DataFrame) -> list[float]:
    """Participation ratio at gamma = .3, seed by seed."""
    return list(_numbers(table, 0.3)["participation"])
