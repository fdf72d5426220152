"""Condensation of the first layer's query matrix, from a large and from a small initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.weights import draw_query_condensation
from condensation.measures.transformer import (
    at_gamma,
    large_and_small,
    logged_runs,
    matrix_rows,
    narrow,
    shown_row,
    similarity_table,
    vector_numbers,
    weights,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NUMBERS = ("d_model", "layers", "gamma", "seed", "fitted", "mean_cosine", "mean_cosine_random", "participation")


def measure(data: FigureData) -> dict[str, pa.Table]:
    """D of W_Q(1) of a typical run from a large and one from a small start, and mean |D| of every run.

    authors: the logged runs at the authors' size; ours: the narrower ones of the tables; grid: D of these by depth and
    gamma, where the runs kept their weights.
    """
    shown, logged = large_and_small(data.runs), logged_runs(data.published)
    ours = _first_query(matrix_rows(narrow(data.runs)))
    similarity = [similarity_table(weights(run)["W_Q.1"]).assign(gamma=run["gamma"]) for run in shown]
    return {
        "shown": metric_table(**pd.concat([_shown_numbers(run) for run in shown])),
        "similarity": metric_table(**pd.concat(similarity)),
        "grid": metric_table(**_grid(narrow(data.runs))),
        "authors": metric_table(**logged[logged["bits"] == 16][[*_NUMBERS[:-1], "learning_rate"]]),
        "ours": metric_table(**ours[list(_NUMBERS)]),
    }


def _grid(runs: pd.DataFrame) -> pd.DataFrame:
    """D of W_Q(1) of the seed with the median mean |D|, for every depth and gamma whose runs kept their weights."""
    numbers = _first_query(matrix_rows(runs[runs["keep"] == "weights"]))
    rows = []
    for (layers, gamma), seeds in numbers.groupby(["layers", "gamma"]):
        seed = seeds.sort_values("mean_cosine")["seed"].iloc[len(seeds) // 2]
        run = runs[(runs["layers"] == layers) & (runs["gamma"] == gamma) & (runs["seed"] == seed)].iloc[0]
        rows.append(similarity_table(weights(run)["W_Q.1"]).assign(layers=layers, gamma=gamma))
    return pd.concat(rows)


def _first_query(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["matrix"] == "W_Q") & (numbers["layer"] == 1)]


def _shown_numbers(run: pd.Series) -> pd.DataFrame:
    """What a figure says of a run it shows, with its mean |D| and the value of random directions."""
    numbers = _first_query(vector_numbers(run)).iloc[0]
    return pd.DataFrame(shown_row(run)).assign(**numbers[["mean_cosine", "mean_cosine_random"]])


def draw(
    shown: pd.DataFrame, similarity: pd.DataFrame, grid: pd.DataFrame, authors: pd.DataFrame, ours: pd.DataFrame,
    failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Both similarity matrices, the mean |D| of every run against gamma, D by depth and gamma."""
    return draw_query_condensation(shown, similarity, grid, authors, ours, failed or {})


def _by_seed(authors: pd.DataFrame, gamma: float, column: str = "mean_cosine") -> list[float]:
    """Return the mean over the rates at the authors' size, seed by seed."""
    return list(at_gamma(authors, gamma).groupby("seed")[column].mean())


def _ours(ours: pd.DataFrame, gamma: float, column: str) -> list[float]:
    """Return a number of the two-layer networks of d = 64, seed by seed."""
    return list(at_gamma(ours, gamma)[column])


@quantity
def authors_size_very_large_start(authors: pd.DataFrame) -> list[float]:
    """Mean |D| at gamma = .3 over its value for random directions at the authors' size, seed by seed."""
    return list(np.divide(_by_seed(authors, 0.3), _by_seed(authors, 0.3, "mean_cosine_random")))


authors_size_large_start = quantity_of(_by_seed, gamma=0.5)
authors_size_small_start = quantity_of(_by_seed, gamma=0.8)
small_start = quantity_of(_ours, gamma=0.93, column="mean_cosine")
directions_small_start = quantity_of(_ours, gamma=0.93, column="participation")
directions_very_large_start = quantity_of(_ours, gamma=0.3, column="participation")
