"""Condensation: query matrices and key embeddings, from a large and a small initialisation."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.weights import draw_embeddings
from condensation.measures.embeddings import covariance_growth, key_map, key_steps, share_of_two
from condensation.measures.transformer import (
    large_and_small,
    logged_runs,
    shown_row,
    similarity_table,
    weights,
    with_outcome,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_COLUMNS = 100  # of each query matrix, evenly taken: its panel is small


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Of the typical runs D of W_Q(1), the map of the key embeddings and the growth of their covariance.

    steps: mean cosine between embeddings of keys that differ by 1, ..., 8, of every run; shares: of every run's
    eigenvalues; seeds: mean |D| of W_Q(1) of the logged runs at the authors' size, mean over their rates.
    """
    shown, logged = large_and_small(data.runs), logged_runs(data.published)
    logged = logged[logged["bits"] == 16].groupby(["d_model", "gamma", "seed"], as_index=False)["mean_cosine"].mean()
    names = ["d_model", "layers", "gamma", "seed", "fitted"]
    runs = with_outcome(pd.concat(data.runs.values()))
    steps = [key_steps(run).assign(**run[names]) for _, run in runs.iterrows()]
    shares = runs[names].assign(share_of_two=[share_of_two(run) for _, run in runs.iterrows()])

    def of_shown(table: dict[float, pd.DataFrame]) -> pa.Table:
        return metric_table(**pd.concat([rows.assign(gamma=gamma) for gamma, rows in table.items()]))

    return {
        "shown": metric_table(**pd.concat([pd.DataFrame(shown_row(run)) for run in shown])),
        "similarity": of_shown({run["gamma"]: similarity_table(weights(run)["W_Q.1"], _COLUMNS) for run in shown}),
        "keys": of_shown({run["gamma"]: key_map(run) for run in shown}),
        "growth": of_shown({run["gamma"]: covariance_growth(run) for run in shown}),
        "steps": metric_table(**pd.concat(steps)),
        "shares": metric_table(**shares),
        "seeds": metric_table(**logged),
    }


def draw(
    shown: pd.DataFrame, similarity: pd.DataFrame, keys: pd.DataFrame, growth: pd.DataFrame, steps: pd.DataFrame,
    seeds: pd.DataFrame, failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Large start above small: D of W_Q(1), key embeddings as numerals, their covariance, their order in steps."""
    tables = {"similarity": similarity, "keys": keys, "growth": growth, "steps": steps, "seeds": seeds}
    return draw_embeddings(shown, tables, failed or {})


@quantity
def steps_of_three_and_four(steps: pd.DataFrame) -> list[float]:
    """Mean cosine of keys that differ by 3 or 4 minus that of keys that differ by 2 or 5, every run that fits."""
    fitted = steps[steps["fitted"] == 1.0]
    cosine = fitted.pivot_table(index=["d_model", "layers", "gamma", "seed"], columns="step_of_key", values="cosine")
    return list(cosine[[3, 4]].mean(axis=1) - cosine[[2, 5]].mean(axis=1))


@quantity
def few_eigenvalues(shares: pd.DataFrame) -> list[float]:
    """Share of the two largest eigenvalues: small minus large start of the same width and seed, two layers."""
    two = shares[shares["layers"] == 2].pivot_table(index=["d_model", "seed"], columns="gamma", values="share_of_two")
    differences: list[float] = []
    for _, of_width in two.groupby("d_model"):
        both = of_width.dropna(axis=1, how="all").dropna()
        if both.shape[1] > 1:
            differences.extend(both.iloc[:, -1] - both.iloc[:, 0])
    return differences
