"""Condensation against accuracy on held-out training images, over the rate at which the kernels learn."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.kernels import draw_selection
from condensation.geometry import TAPS
from condensation.measures.kernels import condensation_of
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

PILOT = 0  # seed from which the bounds come; the claims are about the others


def measure(data: FigureData) -> dict[str, pa.Table]:
    """One row a run, at its end."""
    rows = []
    for _, run in data.runs["selection"].sort_values(["kernel_rate", "seed"]).iterrows():
        kernels = np.asarray(run["kernels"], dtype=float).reshape(-1, run["channels"], TAPS)[-1]
        rows.append(
            {
                "kernel_rate": run["kernel_rate"],
                "seed": run["seed"],
                "wrong": run["images"] - int(run["train_right"][-1]),
                "held_out_accuracy": run["held_out_right"][-1] / run["held_out_images"],
                **condensation_of(kernels),
            }
        )
    return {"ends": metric_table(**pd.DataFrame(rows))}


def draw(ends: pd.DataFrame, failed: dict[str, str] | None = None) -> Figure:
    """Similarity, training errors and held-out errors against the kernels' rate."""
    return draw_selection(ends, failed or {})


def _slow_minus_fast(ends: pd.DataFrame, column: str) -> list[float]:
    """Return the value with the slowest kernels minus with the fastest, seed by seed, without the pilot's."""
    values = ends.pivot(index="seed", columns="kernel_rate", values=column).drop(index=PILOT)
    return [float(value) for value in values.iloc[:, 0] - values.iloc[:, -1]]


similarity_slow_over_fast = quantity_of(_slow_minus_fast, column="kernel_similarity")
wrong_slow_over_fast = quantity_of(_slow_minus_fast, column="wrong")
