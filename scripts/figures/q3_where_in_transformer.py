"""Question: where in a transformer does condensation happen, by matrix and initialisation."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.where import draw_where
from condensation.measures.transformer import at_gamma, large_and_small, matrix_rows
from condensation.measures.transformer import narrow as narrow_runs
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_SMALL = 0.93  # gamma of the small start at d = 64
_COLUMNS = (
    "d_model", "matrix", "layer", "layers", "gamma", "seed", "fitted", "mean_cosine", "mean_cosine_start",
    "mean_cosine_random",
)  # fmt: skip


def measure(data: FigureData) -> dict[str, pa.Table]:
    """wide, narrow: one row a (run, matrix), of the runs shown at the authors' size and of ours."""
    of_size = {"wide": pd.concat(large_and_small(data.runs), axis=1).T, "narrow": narrow_runs(data.runs)}
    return {name: metric_table(**matrix_rows(runs)[list(_COLUMNS)]) for name, runs in of_size.items()}


def draw(wide: pd.DataFrame, narrow: pd.DataFrame, failed: dict[str, str] | None = None) -> Figure:
    """Mean |D| of every matrix over its value for random directions: the authors' size, and ours by gamma."""
    return draw_where(wide, narrow, failed or {})


def _ratio(narrow: pd.DataFrame, one: str, other: str) -> list[float]:
    """Mean |D| of one matrix over that of another at gamma = .93, seed by seed; layer 1, embeddings of none."""
    rows = at_gamma(narrow, _SMALL)
    rows = rows[rows["layer"] <= 1].pivot(index="seed", columns="matrix", values="mean_cosine")
    return list(rows[one] / rows[other])


query_over_value = quantity_of(_ratio, one="W_Q", other="W_V")
key_over_value = quantity_of(_ratio, one="W_K", other="W_V")
value_over_embeddings = quantity_of(_ratio, one="W_V", other="embeddings")
value_over_feed_forward = quantity_of(_ratio, one="W_V", other="W_1")
