"""Key embeddings of a trained transformer: their map, their order in steps, the growth of their covariance."""

import numpy as np
import pandas as pd

from condensation.measures.lines import cosine_similarity
from condensation.measures.states import neighbour_map
from condensation.measures.transformer import run_of, weights

STEPS = range(1, 9)  # differences of keys whose embeddings are compared
_PERPLEXITY = 10.0  # neighbours of a key, of 80


def key_map(row: pd.Series) -> pd.DataFrame:
    """t-SNE x, y of the embeddings of the keys."""
    run = run_of(row)
    x, y = neighbour_map(weights(row)["embeddings"][run.key_low : run.key_high], perplexity=_PERPLEXITY).T
    return pd.DataFrame({"key": np.arange(run.key_low, run.key_high), "x": x, "y": y})


def key_steps(row: pd.Series) -> pd.DataFrame:
    """Mean cosine between the embeddings of keys that differ by 1, ..., 8, after their mean is taken away.

    The answers of the pairs are steps of the key, and the embeddings order by steps of 3 and 4 (arXiv 2405.05409).
    """
    run = run_of(row)
    keys = weights(row)["embeddings"][run.key_low : run.key_high]
    cosines = cosine_similarity(keys - keys.mean(axis=0))
    return pd.DataFrame({"step_of_key": STEPS, "cosine": [float(np.diagonal(cosines, step).mean()) for step in STEPS]})


def covariance_growth(row: pd.Series) -> pd.DataFrame:
    """The largest eigenvalues of the covariance of the key embeddings during training, `number` 1 the largest."""
    step = np.asarray(row["step"])
    values = np.asarray(row["eigenvalues_course"], dtype=float).reshape(len(step), -1)
    done = np.isfinite(values).all(axis=1)  # a run may end before its last step
    place, number = np.indices(values[done].shape)
    columns = {"training_step": step[done][place], "number": number + 1, "eigenvalue": values[done]}
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()})


def share_of_two(row: pd.Series) -> float:
    """Share of the two largest of the followed eigenvalues in their sum when training ends, (0, 1]."""
    growth = covariance_growth(row)
    last = growth.loc[growth["training_step"] == growth["training_step"].max(), "eigenvalue"]
    return float(last.nlargest(2).sum() / last.sum())
