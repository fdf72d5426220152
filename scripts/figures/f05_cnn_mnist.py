"""Condensation in a convolutional network on MNIST: loss, accuracy, and similarity of its kernels."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
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


def _by_seed(history: pd.DataFrame, series: str, column: str, moment: str = "end") -> np.ndarray:
    """Return one value a seed after the first epoch, midway, or at the end."""
    rows = history[history["series"] == series]
    last = int(rows["epoch"].max())
    epoch = {"first": min(1, last), "midway": last // 2, "end": last}[moment]
    return rows[rows["epoch"] == epoch].sort_values("seed")[column].to_numpy(float)


@quantity
def most_wrong(history: pd.DataFrame) -> float:
    """Training images classified wrong by the condensed network, largest over seeds."""
    return float(_by_seed(history, "condensed", "wrong").max())


@quantity
def least_test_accuracy(history: pd.DataFrame) -> float:
    """Test accuracy of the condensed network, smallest over seeds."""
    return float(_by_seed(history, "condensed", "held_out_accuracy").min())


@quantity
def least_similarity_end(history: pd.DataFrame) -> float:
    """Mean |cos| of the condensed network's kernels at the end, smallest over seeds."""
    return float(_by_seed(history, "condensed", "kernel_similarity").min())


@quantity
def largest_rank_end(history: pd.DataFrame) -> float:
    """Effective rank of the condensed network's kernels at the end, largest over seeds."""
    return float(_by_seed(history, "condensed", "effective_rank").max())


@quantity
def similarity_midway(history: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels halfway, seed by seed."""
    return list(_by_seed(history, "condensed", "kernel_similarity", "midway"))


@quantity
def similarity_after_an_epoch(history: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels after the first epoch, seed by seed."""
    return list(_by_seed(history, "condensed", "kernel_similarity", "first"))


@quantity
def lines_after_an_epoch(history: pd.DataFrame) -> list[float]:
    """Lines on which the condensed network's kernels lie after the first epoch, seed by seed."""
    return list(_by_seed(history, "condensed", "kernel_lines", "first"))


@quantity
def ordinary_largest_similarity_end(history: pd.DataFrame) -> float:
    """Mean |cos| of the ordinary network's kernels at the end, largest over seeds."""
    return float(_by_seed(history, "ordinary", "kernel_similarity").max())


@quantity
def ordinary_rank_end(history: pd.DataFrame) -> list[float]:
    """Effective rank of the ordinary network's kernels at the end, seed by seed."""
    return list(_by_seed(history, "ordinary", "effective_rank"))


@quantity
def ordinary_train_accuracy(history: pd.DataFrame) -> list[float]:
    """Training accuracy of the ordinary network, seed by seed."""
    return list(_by_seed(history, "ordinary", "accuracy"))


@quantity
def similarity_lost(history: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels at the end minus after the first epoch, seed by seed."""
    end, first = (_by_seed(history, "condensed", "kernel_similarity", moment) for moment in ("end", "first"))
    return list(end - first)
