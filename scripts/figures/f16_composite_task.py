"""The composite task: single functions, their 16 ordered pairs as the generator makes them, three real sequences."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.drawing.task import draw_task
from condensation.measures.task import example_tokens, trained_pairs
from condensation.models.transformer.task import EXCEPTION, UNSEEN
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

SEQUENCES = 30_000
KEYS = (20, 100)


def measure(data: FigureData) -> dict[str, pa.Table]:
    """pairs: what the training sequences of an ordered pair add to the key; tokens: one sequence of three pairs."""
    del data  # the generator needs no run
    pairs = trained_pairs(SEQUENCES, *KEYS, generator=np.random.default_rng(0))
    tokens = example_tokens(((1, 2), EXCEPTION, UNSEEN), *KEYS, generator=np.random.default_rng(0))
    return {"pairs": metric_table(**pairs), "tokens": metric_table(**tokens)}


def draw(pairs: pd.DataFrame, tokens: pd.DataFrame) -> Figure:
    """Single functions at left, pairs of anchors, the question about (4, 3); below them the token strings."""
    return draw_task(pairs, tokens)
