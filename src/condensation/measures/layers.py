"""Measures of three-layer runs: slopes by layer, features of both hidden layers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.lines import similarity_rows
from condensation.measures.orientation import number_of_directions, orientation
from condensation.measures.slopes import over_seeds, slopes
from condensation.models.three_layer.phase_diagram import slope_1, slope_2

Array = NDArray[np.float64]

LAYERS = (1, 2)
LARGEST_DRIFT = 0.1  # of the conserved quantity; a run beyond it has crossed a plateau too fast and is masked
_THEORY = {1: slope_1, 2: slope_2}
_BY = ["gamma2", "gamma3"]


def accurate(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with status `inaccurate` where a conserved quantity has drifted by more than 10 %."""
    status = runs["status"].where(runs["conserved_drift"] <= LARGEST_DRIFT, "inaccurate")
    return runs.assign(status=status)


def slope_rows(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a (layer, gamma2, gamma3): slope of log RD against log m over seeds, beside theory."""
    rows, runs = [], accurate(runs)
    for layer in LAYERS:
        table = over_seeds(slopes(runs, f"rd_{layer}", _BY), _BY)
        table["slope_theory"] = _THEORY[layer](table["gamma2"].to_numpy(), table["gamma3"].to_numpy())
        rows.append(table.assign(layer=layer))
    names = {"spread": "slope_spread", "standard_error": "slope_error", "by_seed": "slope_by_seed"}
    return pd.concat(rows, ignore_index=True).rename(columns=names)


def distance_rows(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a (layer, gamma2, gamma3, m): RD, mean and standard deviation over seeds that converged accurately."""
    rows, runs = [], accurate(runs)
    converged = runs[runs["status"] == "converged"]
    for layer in LAYERS:
        groups = converged.groupby([*_BY, "m"])[f"rd_{layer}"]
        table = groups.agg(rd="mean", rd_spread="std").fillna({"rd_spread": 0.0}).reset_index()
        rows.append(table.assign(layer=layer))
    return pd.concat(rows, ignore_index=True)


def first_layer_features(run: pd.Series, when: str) -> tuple[Array, Array]:
    """Return orientation and length |(w_k, b_k)| of the first layer's neurons at `start` or `end`.

    The outgoing weights belong to the second layer, which may condense alone: they do not count here.
    """
    w, b = (np.asarray(run[f"layer1_{name}_{when}"], dtype=float) for name in ("w", "b"))
    return orientation(w, b), np.hypot(w, b)


def feature_numbers(run: pd.Series) -> dict[str, float]:
    """Return N_eff of the first layer at the end and mean |cos| of the second layer's strong neurons, end and start."""
    return {
        "n_eff": number_of_directions(*first_layer_features(run, "end")),
        "similarity": float(run["similarity_end"]),
        "similarity_random": float(run["similarity_start"]),
    }


def cosine_rows(cosines: Sequence[float]) -> pd.DataFrame:
    """A similarity matrix D as rows (row, column, cosine), neurons ordered by their sign and cosine with the first."""
    matrix = np.asarray(cosines, dtype=float)
    size = int(np.sqrt(matrix.size))
    matrix = matrix.reshape(size, size)
    order = np.argsort(-matrix[0], kind="stable")
    return similarity_rows(matrix[np.ix_(order, order)])
