"""Condensation against accuracy on held-out training images, over the rate at which the kernels learn."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.kernels import draw_selection
from condensation.measures.kernels import effective_rank, mean_similarity
from condensation.measures.lines import cosine_similarity
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "kernel_rate", "seed", "wrong", "accuracy", "held_out_accuracy", "kernel_similarity", "effective_rank",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """One row a run, at its end."""
    rows = []
    for _, run in data.runs["selection"].sort_values(["kernel_rate", "seed"]).iterrows():
        kernels = np.asarray(run["kernels"], dtype=float).reshape(-1, run["channels"], 9)[-1]
        cosine, right = cosine_similarity(kernels), int(run["train_right"][-1])
        rows.append(
            {
                "kernel_rate": run["kernel_rate"],
                "seed": run["seed"],
                "wrong": run["images"] - right,
                "accuracy": right / run["images"],
                "held_out_accuracy": run["held_out_right"][-1] / run["held_out_images"],
                "kernel_similarity": mean_similarity(cosine),
                "effective_rank": effective_rank(cosine),
            }
        )
    table = pd.DataFrame(rows)
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Similarity, held-out accuracy and training errors against the kernels' rate."""
    return draw_selection(table)


def _by_rate(table: pd.DataFrame, column: str) -> pd.Series:
    return table.groupby("kernel_rate")[column].mean().sort_index()


@quantity
def similarity_slow_over_fast(table: pd.DataFrame) -> float:
    """Mean |cos| at the end with the slowest kernels minus with the fastest."""
    values = _by_rate(table, "kernel_similarity")
    return float(values.iloc[0] - values.iloc[-1])


@quantity
def wrong_slow_over_fast(table: pd.DataFrame) -> float:
    """Training images wrong at the end with the slowest kernels minus with the fastest."""
    values = _by_rate(table, "wrong")
    return float(values.iloc[0] - values.iloc[-1])


@quantity
def least_held_out_accuracy(table: pd.DataFrame) -> float:
    """Smallest accuracy on the held-out training images over the kernels' rates."""
    return float(_by_rate(table, "held_out_accuracy").min())


@quantity
def least_similarity(table: pd.DataFrame) -> float:
    """Smallest mean |cos| at the end over the kernels' rates."""
    return float(_by_rate(table, "kernel_similarity").min())
