"""Condensation in a transformer: the attention formula and D of its four matrices at the start and the end."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.weights import draw_attention_weights
from condensation.measures.transformer import shown_row, similarity_table, typical, vector_numbers, weights
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

MATRICES = ("W_Q", "W_K", "W_V", "W_O")
_COLUMNS = 100  # of each matrix, evenly taken: eight panels share the width


def measure(data: FigureData) -> dict[str, pa.Table]:
    """start, end: D of layer 1's attention matrices, typical run from the small start; numbers: mean |D|."""
    run = typical(data.runs["authors_small"], "inferential")
    matrices = {when: weights(run, when) for when in ("start", "end")}
    tables = {
        when: pd.concat([similarity_table(of[f"{name}.1"], _COLUMNS).assign(matrix=name) for name in MATRICES])
        for when, of in matrices.items()
    }
    numbers = vector_numbers(run)
    numbers = numbers[(numbers["layer"] == 1) & numbers["matrix"].isin(MATRICES)]
    return {
        "shown": metric_table(**shown_row(run)),
        "numbers": metric_table(**numbers),
        **{when: metric_table(**table) for when, table in tables.items()},
    }


def draw(start: pd.DataFrame, end: pd.DataFrame, numbers: pd.DataFrame, shown: pd.DataFrame) -> Figure:
    """The formula above two rows of similarity matrices."""
    return draw_attention_weights(start, end, numbers, shown.iloc[0])


def _ratio(numbers: pd.DataFrame, matrix: str, other: str | None = None) -> float:
    """Mean |D| of a matrix at the end over its random value, or over that of another matrix."""
    mean = numbers.set_index("matrix")
    below = mean["mean_cosine_random"][matrix] if other is None else mean["mean_cosine"][other]
    return float(mean["mean_cosine"][matrix] / below)


query_at_end = quantity_of(_ratio, matrix="W_Q")
key_at_end = quantity_of(_ratio, matrix="W_K")
query_over_value = quantity_of(_ratio, matrix="W_Q", other="W_V")
