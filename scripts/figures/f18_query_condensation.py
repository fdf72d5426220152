"""Condensation of the first layer's query matrix, from a large and from a small initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.transformer import cosine_rows, large_and_small, matrix_rows, settings_row, weights
from condensation.plotting.mechanisms import draw_query_condensation
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData

_NAMES = (
    "series", "label", "layer", "layers", "gamma", "seed", "fitted", "symmetric", "inferential", "row", "column",
    "cosine", "mean_cosine", "mean_cosine_start", "mean_cosine_random", "participation",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """D of W_Q(1) of a run from a large and one from a small start (columns sorted), and mean |cos| of every run."""
    runs = pd.concat(data.runs.values())
    runs = runs[runs["layers"] == 2]
    numbers = matrix_rows(runs)
    rows = [numbers[(numbers["series"] == "W_Q") & (numbers["layer"] == 1)].assign(series="number"), settings_row(runs)]
    for name, run in large_and_small(pd.concat([data.runs["two_layers_large"], data.runs["two_layers_small"]])).items():
        labels = {"series": name, **{key: run[key] for key in ("gamma", "layers", "seed", "symmetric", "inferential")}}
        rows.append(cosine_rows(weights(run)["W_Q.1"]).assign(**labels))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Both similarity matrices and the mean |cos| against gamma."""
    return draw_query_condensation(table)


def _numbers(table: pd.DataFrame, gamma: float) -> pd.DataFrame:
    rows = table[(table["series"] == "number") & np.isclose(table["gamma"], gamma)]
    if rows.empty:
        raise ValueError(f"no run with gamma = {gamma}")
    return rows.sort_values("seed")


@quantity
def smallest_rise(table: pd.DataFrame) -> float:
    """Smallest difference of the seeds' mean |cos| between two neighbouring gammas; positive if it always rises."""
    mean = table[table["series"] == "number"].groupby("gamma")["mean_cosine"].mean()
    return float(mean.diff().min())


@quantity
def very_large_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .3 over its value for random directions, seed by seed."""
    rows = _numbers(table, 0.3)
    return list(rows["mean_cosine"] / rows["mean_cosine_random"])


@quantity
def large_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .5, seed by seed."""
    return list(_numbers(table, 0.5)["mean_cosine"])


@quantity
def small_start(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at gamma = .8, seed by seed."""
    return list(_numbers(table, 0.8)["mean_cosine"])


@quantity
def directions_small_start(table: pd.DataFrame) -> list[float]:
    """Participation ratio at gamma = .8, seed by seed."""
    return list(_numbers(table, 0.8)["participation"])


@quantity
def directions_very_large_start(table: pd.DataFrame) -> list[float]:
    """Participation ratio at gamma = .3, seed by seed."""
    return list(_numbers(table, 0.3)["participation"])
