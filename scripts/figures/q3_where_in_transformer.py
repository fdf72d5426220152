"""Question: where in a transformer does condensation happen, by matrix and initialisation."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.measures.transformer import matrix_rows, settings_row
from condensation.plotting.mechanisms import draw_where
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData

_NAMES = (
    "series", "label", "layer", "layers", "gamma", "seed", "fitted", "mean_cosine", "mean_cosine_start",
    "mean_cosine_random", "participation",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """One row a (run of two layers, matrix)."""
    runs = pd.concat(data.runs.values())
    runs = runs[runs["layers"] == 2]
    table = pd.concat([matrix_rows(runs), settings_row(runs)]).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Mean |cos| of every matrix, one colour a gamma, beside the value of random directions."""
    return draw_where(table)
