"""Measures of three-layer runs: slopes by layer, features of both hidden layers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.lines import similarity_rows
from condensation.measures.orientation import number_of_directions, orientation
from condensation.measures.slopes import over_seeds, slopes
from condensation.models.three_layer.phase_diagram import slope_1, slope_2, slope_2_operator

Array = NDArray[np.float64]

LAYERS = (1, 2)
LARGEST_DRIFT = 0.01  # of the conserved quantity; a run beyond it is masked
_THEORY = {"rd_1": slope_1, "rd_2": slope_2, "rd_2_operator": slope_2_operator}
_BY = ["gamma2", "gamma3"]


def accurate(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with status `inaccurate` where a conserved quantity has drifted by more than 1 %."""
    status = runs["status"].where(runs["conserved_drift"] <= LARGEST_DRIFT, "inaccurate")
    return runs.assign(status=status)


def slope_rows(runs: pd.DataFrame, distances: Sequence[str] = ("rd_1", "rd_2")) -> pd.DataFrame:
    """One row a (distance, gamma2, gamma3): slope of its logarithm against log m over seeds, beside theory.

    distances: rd_1, rd_2 (Frobenius norm) or rd_2_operator; `layer` says of which layer each is.
    """
    rows, runs = [], accurate(runs)
    for name in distances:
        table = over_seeds(slopes(runs, name, _BY), _BY)
        table["slope_theory"] = _THEORY[name](table["gamma2"].to_numpy(), table["gamma3"].to_numpy())
        rows.append(table.assign(layer=int(name[3])))
    names = {"spread": "slope_spread", "standard_error": "slope_error", "by_seed": "slope_by_seed"}
    return pd.concat(rows, ignore_index=True).rename(columns=names)


def distance_rows(runs: pd.DataFrame, distances: Sequence[str] = ("rd_1", "rd_2")) -> pd.DataFrame:
    """One row a (distance, gamma2, gamma3, m): mean and standard deviation over seeds that converged accurately."""
    rows, runs = [], accurate(runs)
    converged = runs[runs["status"] == "converged"]
    for name in distances:
        groups = converged.groupby([*_BY, "m"])[name]
        table = groups.agg(rd="mean", rd_spread="std").fillna({"rd_spread": 0.0}).reset_index()
        rows.append(table.assign(layer=int(name[3])))
    return pd.concat(rows, ignore_index=True)


def first_layer_features(run: pd.Series, when: str) -> tuple[Array, Array]:
    """Return orientation and length |(w_k, b_k)| of the first layer's neurons at `start` or `end`.

    The outgoing weights belong to the second layer, which may condense alone: they do not count here.
    """
    w, b = (np.asarray(run[f"layer1_{name}_{when}"], dtype=float) for name in ("w", "b"))
    return orientation(w, b), np.hypot(w, b)


def second_layer_features(run: pd.Series, x: Array) -> dict[str, tuple[Array, Array]]:
    """Return angle and amplitude |a_k| |v_k| of the second layer's neurons at `start` and `end`.

    v_k = M^(-1/2) z_k is the part of (W2_k, b2_k) in the span of its inputs at the n points x, which have the Gram
    matrix M: one coordinate a point, random at the start. The angle is that in the plane of the two directions which
    carry most amplitude at the end.
    """
    found = {}
    for when in ("start", "end"):
        w, b = (np.asarray(run[f"layer1_{name}_{when}"], dtype=float) for name in ("w", "b"))
        h1 = np.maximum(np.outer(x, w) + b, 0.0)
        values, modes = np.linalg.eigh(h1 @ h1.T + 1.0)
        keep = values > 1e-12 * values[-1]
        root = (modes[:, keep] / np.sqrt(values[keep])) @ modes[:, keep].T
        v = np.asarray(run[f"layer2_z_{when}"], dtype=float).reshape(-1, len(x)) @ root
        found[when] = v, np.abs(np.asarray(run[f"layer2_out_{when}"], dtype=float)) * np.linalg.norm(v, axis=1)
    v, size = found["end"]
    unit = v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-300)
    plane = np.linalg.eigh((unit.T * size) @ unit)[1][:, :-3:-1]
    plane *= np.where(
        ((unit @ plane) * size[:, None]).sum(axis=0) < 0, -1.0, 1.0
    )  # most amplitude on the positive side
    return {when: (np.arctan2(v @ plane[:, 1], v @ plane[:, 0]), size) for when, (v, size) in found.items()}


def feature_numbers(run: pd.Series) -> dict[str, float]:
    """Return what says whether a layer has condensed: N_eff of the first, N_eff in the span and mean |D| of the second.

    N_eff of the first layer is that of the end; the second layer's have their values at the random start beside them.
    """
    return {
        "n_eff": number_of_directions(*first_layer_features(run, "end")),
        "n_eff_span": float(run["n_eff_span_end"]),
        "n_eff_span_random": float(run["n_eff_span_start"]),
        "similarity": float(run["similarity_end"]),
        "similarity_random": float(run["similarity_start"]),
    }


def cosine_rows(cosines: Sequence[float]) -> pd.DataFrame:
    """A similarity matrix D as rows (row, column, cosine)."""
    matrix = np.asarray(cosines, dtype=float)
    size = int(np.sqrt(matrix.size))
    return similarity_rows(matrix.reshape(size, size))
