"""Condensation in a convolutional network on MNIST: loss, accuracy, and similarity of its kernels."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.kernels import draw_kernels
from condensation.geometry import TAPS
from condensation.measures.kernels import condensation_of
from condensation.measures.lines import cosine_similarity, similarity_rows
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

SLIDE = {"accuracy": 1.0, "held_out_accuracy": 0.9762}  # "100 % training, 97.62 % test"


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Every epoch of every run, and D at start, midway (half of the epochs) and end of each first seed."""
    history, matrices = [], []
    for series in ("condensed", "ordinary"):
        runs = data.runs[series].sort_values("seed")
        for _, run in runs.iterrows():
            kernels = np.asarray(run["kernels"], dtype=float).reshape(-1, run["channels"], TAPS)
            right = np.asarray(run["train_right"])
            history.append(
                pd.DataFrame([condensation_of(value) for value in kernels]).assign(
                    series=series,
                    seed=run["seed"],
                    epoch=np.arange(len(kernels)),
                    cross_entropy=run["train_loss"],
                    held_out_cross_entropy=run["held_out_loss"],
                    accuracy=right / run["images"],
                    held_out_accuracy=np.asarray(run["held_out_right"]) / run["held_out_images"],
                    wrong=run["images"] - right,
                )
            )
            if run["seed"] == runs["seed"].iloc[0]:
                last = len(kernels) - 1
                for epoch in (0, last // 2, last):
                    rows = similarity_rows(cosine_similarity(kernels[epoch]))
                    matrices.append(rows.assign(series=series, epoch=epoch))
    return {"history": metric_table(**pd.concat(history)), "matrices": metric_table(**pd.concat(matrices))}


def draw(history: pd.DataFrame, matrices: pd.DataFrame, failed: dict[str, str] | None = None) -> Figure:
    """Loss, accuracy and D at three moments as on the slide; below, the ordinary network, and mean |D| by epoch."""
    return draw_kernels(history, matrices, SLIDE, failed or {})


def _by_seed(history: pd.DataFrame, series: str, column: str, moment: str = "end") -> list[float]:
    """Return a column at the end, halfway (`midway`) or after the `first` epoch, seed by seed."""
    rows = history[history["series"] == series]
    last = int(rows["epoch"].max())
    epoch = {"first": min(1, last), "midway": last // 2, "end": last}[moment]
    return rows[rows["epoch"] == epoch].sort_values("seed")[column].astype(float).tolist()


def _largest(history: pd.DataFrame, series: str, column: str) -> float:
    """Return the largest value at the end over seeds."""
    return max(_by_seed(history, series, column))


def _smallest(history: pd.DataFrame, series: str, column: str) -> float:
    """Return the smallest value at the end over seeds."""
    return min(_by_seed(history, series, column))


most_wrong = quantity_of(_largest, series="condensed", column="wrong")
least_test_accuracy = quantity_of(_smallest, series="condensed", column="held_out_accuracy")
least_similarity_end = quantity_of(_smallest, series="condensed", column="kernel_similarity")
largest_rank_end = quantity_of(_largest, series="condensed", column="effective_rank")
similarity_midway = quantity_of(_by_seed, series="condensed", column="kernel_similarity", moment="midway")
similarity_after_an_epoch = quantity_of(_by_seed, series="condensed", column="kernel_similarity", moment="first")
lines_after_an_epoch = quantity_of(_by_seed, series="condensed", column="kernel_lines", moment="first")
ordinary_largest_similarity_end = quantity_of(_largest, series="ordinary", column="kernel_similarity")
ordinary_rank_end = quantity_of(_by_seed, series="ordinary", column="effective_rank")
ordinary_train_accuracy = quantity_of(_by_seed, series="ordinary", column="accuracy")


@quantity
def similarity_lost(history: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels at the end minus after the first epoch, seed by seed."""
    end, first = (_by_seed(history, "condensed", "kernel_similarity", moment) for moment in ("end", "first"))
    return [after - before for after, before in zip(end, first, strict=True)]
