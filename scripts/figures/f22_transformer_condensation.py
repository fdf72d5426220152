"""Condensation: query matrices and key embeddings, from a large and a small initialisation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.mechanisms import draw_embeddings
from condensation.measures.mechanisms import key_components, key_steps
from condensation.measures.transformer import cosine_rows, large_and_small, settings_row, weights, with_outcome
from condensation.models.transformer.condensation import mean_cosine
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "panel", "series", "label", "gamma", "layers", "seed", "fitted", "outcome", "row", "column", "cosine",
    "mean_cosine", "x", "y", "key", "variance_x", "variance_y", "step_of_key", "training_step", "number", "eigenvalue",
)  # fmt: skip
_EIGENVALUES = 8  # followed during training


def measure(data: FigureData) -> pa.Table:
    """D of W_Q(1), principal components of the key embeddings and growth of their covariance for the typical runs.

    Of every run: mean cosine between embeddings of keys that differ by 1, ..., 8 (series `steps`).
    """
    runs = with_outcome(pd.concat([data.runs["two_layers_large"], data.runs["two_layers_small"]]))
    rows = [settings_row(runs, shown=2)]
    for _, run in runs.iterrows():
        labels = {name: run[name] for name in ("gamma", "layers", "seed", "fitted", "outcome")}
        steps = key_steps(run)
        found = pd.DataFrame({"step_of_key": list(steps), "cosine": list(steps.values())})
        rows.append(found.assign(series="steps", **labels))
    for name, run in large_and_small(runs).items():
        labels = {"panel": name, **{key: run[key] for key in ("gamma", "layers", "seed", "fitted", "outcome")}}
        matrix = weights(run)["W_Q.1"]
        rows.append(cosine_rows(matrix).assign(series="weight", mean_cosine=mean_cosine(matrix.T), **labels))
        rows.append(key_components(run).assign(series="key", **labels))
        values = np.asarray(run["eigenvalues_course"], dtype=float).reshape(-1, _EIGENVALUES)
        done = np.isfinite(values).all(axis=1)  # a run may end before its last step
        for number in range(_EIGENVALUES):
            course = {"training_step": np.asarray(run["step"])[done], "eigenvalue": values[done, number]}
            rows.append(pd.DataFrame(course).assign(series="growth", number=number + 1, **labels))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """D of the query matrices, key embeddings as numerals, and the growth of their covariance."""
    return draw_embeddings(table)


@quantity
def steps_of_three_and_four(table: pd.DataFrame) -> list[float]:
    """Mean cosine of keys that differ by 3 or 4 minus that of keys that differ by 2 or 5, every run that fits."""
    rows = table[(table["series"] == "steps") & (table["fitted"] == 1.0)]
    cosine = rows.pivot_table(index=["gamma", "seed"], columns="step_of_key", values="cosine")
    return list(cosine[[3, 4]].mean(axis=1) - cosine[[2, 5]].mean(axis=1))


@quantity
def few_eigenvalues(table: pd.DataFrame) -> float:
    """Share of the two largest of the followed eigenvalues in their sum at the end: small start minus large start."""
    shares = []
    for panel in ("small", "large"):
        rows = table[(table["series"] == "growth") & (table["panel"] == panel)]
        last = rows[rows["training_step"] == rows["training_step"].max()].sort_values("number")["eigenvalue"]
        shares.append(last.iloc[:2].sum() / last.sum())
    return float(shares[0] - shares[1])
