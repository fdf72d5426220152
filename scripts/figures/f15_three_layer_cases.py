"""Typical cases of three-layer networks: output, first layer's features, second layer's similarity."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.three_layer import draw_three_layer_cases
from condensation.measures.layers import cosine_rows, feature_numbers, first_layer_features
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = (
    "series", "gamma2", "gamma3", "m", "seed", "layer", "x", "y", "orientation", "amplitude", "row", "column", "cosine",
    "rd", "n_eff", "similarity", "similarity_random", "converged",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """Data, outputs, features (amplitude scaled to a largest of 1), cosines and numbers of every run."""
    runs = data.runs["cases"].sort_values(["gamma3", "seed"])
    target = TARGETS[runs["target"].iloc[0]]
    rows = [pd.DataFrame({"series": "data", "x": target.x, "y": target.y})]
    for _, run in runs.iterrows():
        labels = {name: run[name] for name in ("gamma2", "gamma3", "m", "seed")}
        for when in ("start", "end"):
            angle, size = first_layer_features(run, when)
            columns = {"layer": 1, "orientation": angle, "amplitude": size}
            rows.append(pd.DataFrame({**labels, "series": when, **columns}))
            rows.append(cosine_rows(run[f"cosines_{when}"]).assign(**labels, layer=2, series=f"cosines {when}"))
        curve = np.asarray(run["curve_end"], dtype=float) - np.asarray(run["curve_start"], dtype=float)
        x = np.linspace(*target.interval, curve.size)
        rows.append(pd.DataFrame({**labels, "series": "output", "x": x, "y": curve}))
        numbers = feature_numbers(run) | {"converged": float(run["status"] == "converged")}
        distances = [{**labels, **numbers, "series": "numbers", "layer": k, "rd": run[f"rd_{k}"]} for k in (1, 2)]
        rows.append(pd.DataFrame(distances))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """One column a gamma3 (first seed): output, first layer before and after, second layer's D after training."""
    return draw_three_layer_cases(table)


def _numbers(table: pd.DataFrame, gamma3: float, layer: int = 1) -> pd.DataFrame:
    rows = table[(table["series"] == "numbers") & np.isclose(table["gamma3"], gamma3) & (table["layer"] == layer)]
    if rows.empty:
        raise ValueError(f"no run with gamma3 = {gamma3}")
    return rows.sort_values("seed")


@quantity
def converged(table: pd.DataFrame) -> float:
    """Share of the runs that reached the stop loss."""
    return float(table.loc[table["series"] == "numbers", "converged"].mean())


@quantity
def distance_linear(table: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 1, seed by seed."""
    return list(_numbers(table, 1)["rd"])


@quantity
def distance_critical(table: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 1.5, seed by seed."""
    return list(_numbers(table, 1.5)["rd"])


@quantity
def distance_condensed(table: pd.DataFrame) -> list[float]:
    """RD of the first layer at gamma3 = 2, seed by seed."""
    return list(_numbers(table, 2)["rd"])


@quantity
def first_layer_gathers(table: pd.DataFrame) -> list[float]:
    """N_eff of the first layer at gamma3 = 3 over N_eff at gamma3 = 1, seed by seed."""
    return [float(ratio) for ratio in _numbers(table, 3)["n_eff"].to_numpy() / _numbers(table, 1)["n_eff"].to_numpy()]


@quantity
def second_layer_random(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer at gamma3 = 1.5 over its value at the start, seed by seed."""
    rows = _numbers(table, 1.5)
    return [float(ratio) for ratio in rows["similarity"].to_numpy() / rows["similarity_random"].to_numpy()]


@quantity
def second_layer_condensed(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer's strong neurons at gamma3 = 3, seed by seed."""
    return list(_numbers(table, 3)["similarity"])
