"""How the effective number of directions changes with the width over (gamma, gamma')."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.models.two_layer.phase_diagram import phase_boundary

Array = NDArray[np.float64]


def count_over_seeds(counts: Sequence[float], name: str) -> dict[str, float | list[float]]:
    """Return a cell's `name`, `name`_spread and `name`_by_seed: mean, standard deviation and values over seeds."""
    spread = float(np.std(counts, ddof=1)) if len(counts) > 1 else 0.0
    return {name: float(np.mean(counts)), f"{name}_spread": spread, f"{name}_by_seed": list(counts)}


def ratios(table: pd.DataFrame, chosen: pd.Series, count: str) -> Array:
    """Return N_eff (column `count`_by_seed) at the largest width over that at the smallest, shape (cells, seeds)."""
    rows = table[chosen & (table["series"] == "directions")].sort_values(["gamma", "gamma_prime", "m"])
    ends = rows.groupby(["gamma", "gamma_prime"])[f"{count}_by_seed"].agg(["first", "last"])
    if ends.empty:
        raise ValueError("no cell of the map lies there")
    return np.array(ends["last"].tolist()) / np.array(ends["first"].tolist())


def condensing(table: pd.DataFrame) -> pd.Series:
    """Mark the rows of the cells with S_w > 0 in theory."""
    return table["slope_w_theory"] > 1e-9


def on_boundary(table: pd.DataFrame) -> pd.Series:
    """Mark the rows of the cells on the phase boundary."""
    return (table["gamma"] - phase_boundary(table["gamma_prime"].to_numpy())).abs() < 1e-6


def deep_in_linear_regime(table: pd.DataFrame) -> pd.Series:
    """Mark the rows of the cells with gamma <= 0.8."""
    return table["gamma"] <= 0.8 + 1e-9
