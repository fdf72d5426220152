"""Condensation in a convolutional network on MNIST: loss, accuracy, and similarity of its kernels."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.kernels import draw_kernels
from condensation.measures.kernels import effective_rank, mean_similarity, order
from condensation.measures.lines import cosine_similarity, number_of_lines, random_cosine, similarity_rows
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

SLIDE = {"accuracy": 1.0, "held_out_accuracy": 0.9762}  # "100 % training, 97.62 % test"
_TAPS = 9
_NAMES = (
    "panel", "series", "seed", "epoch", "cross_entropy", "held_out_cross_entropy", "accuracy", "held_out_accuracy",
    "wrong", "kernel_similarity", "effective_rank", "kernel_lines", "row", "column", "cosine",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """Every epoch of every run; D at start, midway (half of the epochs) and end of each first seed, sorted."""
    rows = []
    for series in ("condensed", "ordinary"):
        for number, (_, run) in enumerate(data.runs[series].sort_values("seed").iterrows()):
            kernels = np.asarray(run["kernels"], dtype=float).reshape(-1, run["channels"], _TAPS)
            labels = {"series": series, "seed": run["seed"]}
            right = np.asarray(run["train_right"])
            history = pd.DataFrame([_numbers(value) for value in kernels]).assign(
                **labels,
                panel="history",
                epoch=np.arange(len(kernels)),
                cross_entropy=run["train_loss"],
                held_out_cross_entropy=run["held_out_loss"],
                accuracy=right / run["images"],
                wrong=run["images"] - right,
                held_out_accuracy=np.asarray(run["held_out_right"]) / run["held_out_images"],
            )
            rows.append(history)
            if number == 0:
                last = len(kernels) - 1
                for moment, epoch in (("start", 0), ("midway", last // 2), ("end", last)):
                    matrix = similarity_rows(cosine_similarity(kernels[epoch][order(kernels[epoch])])).assign(
                        **labels, panel=moment, epoch=epoch
                    )
                    rows.append(matrix.assign(kernel_similarity=history["kernel_similarity"][epoch]))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def _numbers(kernels: np.ndarray) -> dict[str, float]:
    cosine = cosine_similarity(kernels)
    return {
        "kernel_similarity": mean_similarity(cosine),
        "effective_rank": effective_rank(cosine),
        "kernel_lines": number_of_lines(kernels, np.ones(len(kernels))),
    }


def draw(table: pd.DataFrame) -> Figure:
    """Loss, accuracy and similarity by epoch; D at three moments for both initialisations."""
    return draw_kernels(table, SLIDE)


def _by_seed(table: pd.DataFrame, series: str, column: str, moment: str = "end") -> np.ndarray:
    """Return one value a seed at the start, after the first epoch, midway, or at the end."""
    rows = table[(table["panel"] == "history") & (table["series"] == series)]
    last = int(rows["epoch"].max())
    epoch = {"start": 0, "first": min(1, last), "midway": last // 2, "end": last}[moment]
    return rows[rows["epoch"] == epoch].sort_values("seed")[column].to_numpy(float)


@quantity
def most_wrong(table: pd.DataFrame) -> float:
    """Training images classified wrong by the condensed network, largest over seeds."""
    return float(_by_seed(table, "condensed", "wrong").max())


@quantity
def least_test_accuracy(table: pd.DataFrame) -> float:
    """Test accuracy of the condensed network, smallest over seeds."""
    return float(_by_seed(table, "condensed", "held_out_accuracy").min())


@quantity
def condensed_train_accuracy(table: pd.DataFrame) -> list[float]:
    """Training accuracy of the condensed network, seed by seed."""
    return list(_by_seed(table, "condensed", "accuracy"))


@quantity
def condensed_test_accuracy(table: pd.DataFrame) -> list[float]:
    """Test accuracy of the condensed network, seed by seed."""
    return list(_by_seed(table, "condensed", "held_out_accuracy"))


@quantity
def least_similarity_end(table: pd.DataFrame) -> float:
    """Mean |cos| of the condensed network's kernels at the end, smallest over seeds."""
    return float(_by_seed(table, "condensed", "kernel_similarity").min())


@quantity
def largest_rank_end(table: pd.DataFrame) -> float:
    """Effective rank of the condensed network's kernels at the end, largest over seeds."""
    return float(_by_seed(table, "condensed", "effective_rank").max())


@quantity
def similarity_midway(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels halfway, seed by seed."""
    return list(_by_seed(table, "condensed", "kernel_similarity", "midway"))


@quantity
def similarity_after_an_epoch(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels after the first epoch, seed by seed."""
    return list(_by_seed(table, "condensed", "kernel_similarity", "first"))


@quantity
def lines_after_an_epoch(table: pd.DataFrame) -> list[float]:
    """Lines on which the condensed network's kernels lie after the first epoch, seed by seed."""
    return list(_by_seed(table, "condensed", "kernel_lines", "first"))


@quantity
def largest_similarity_start(table: pd.DataFrame) -> float:
    """Mean |cos| of the kernels at the start, largest over seeds and both initialisations."""
    return float(max(_by_seed(table, s, "kernel_similarity", "start").max() for s in ("condensed", "ordinary")))


@quantity
def start_against_random(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at the small start over its closed form for independent directions in R^9, seed by seed."""
    return list(_by_seed(table, "condensed", "kernel_similarity", "start") / random_cosine(_TAPS))


@quantity
def ordinary_largest_similarity_end(table: pd.DataFrame) -> float:
    """Mean |cos| of the ordinary network's kernels at the end, largest over seeds."""
    return float(_by_seed(table, "ordinary", "kernel_similarity").max())


@quantity
def ordinary_rank_end(table: pd.DataFrame) -> list[float]:
    """Effective rank of the ordinary network's kernels at the end, seed by seed."""
    return list(_by_seed(table, "ordinary", "effective_rank"))


@quantity
def ordinary_train_accuracy(table: pd.DataFrame) -> list[float]:
    """Training accuracy of the ordinary network, seed by seed."""
    return list(_by_seed(table, "ordinary", "accuracy"))


@quantity
def similarity_lost(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the condensed network's kernels at the end minus after the first epoch, seed by seed."""
    end, first = (_by_seed(table, "condensed", "kernel_similarity", moment) for moment in ("end", "first"))
    return list(end - first)


@quantity
def similarity_ratio(table: pd.DataFrame) -> list[float]:
    """Mean |cos| at the end: condensed over ordinary, seed by seed."""
    pair = (_by_seed(table, series, "kernel_similarity") for series in ("condensed", "ordinary"))
    condensed, ordinary = pair
    return list(condensed / ordinary)


@quantity
def plateau_loss(table: pd.DataFrame) -> list[float]:
    """Cross-entropy of the small start over log 10, that of an output of zero, seed by seed."""
    return list(_by_seed(table, "condensed", "cross_entropy", "start") / np.log(10))
