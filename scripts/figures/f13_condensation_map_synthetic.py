"""Condensation map: features at three widths over (gamma, gamma') for the four points of x^2."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.condensation_map import draw_condensation_map
from condensation.measures.condensation_map import (
    condensing,
    count_over_seeds,
    deep_in_linear_regime,
    on_boundary,
    ratios,
)
from condensation.measures.orientation import bin_centres, number_of_directions
from condensation.models.two_layer.phase_diagram import slope_w
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

POINTS = 128  # orientations drawn in a box; the measures use all 2048 bins
_NAMES = (
    "series",
    "gamma",
    "gamma_prime",
    "m",
    "orientation",
    "amplitude",
    "n_eff",
    "n_eff_spread",
    "n_eff_by_seed",
    "slope_w_theory",
)


def measure(data: FigureData) -> pa.Table:
    """N_eff of every cell and width over seeds; of the first seed the largest amplitude at 128 orientations."""
    runs = data.runs["condensation_map"]
    rows = []
    for (gamma, gamma_prime, m), group in runs.sort_values("seed").groupby(["gamma", "gamma_prime", "m"]):
        counts = [_directions(amplitudes) for amplitudes in group["orientation_amplitude"]]
        labels: dict[str, Any] = {"gamma": gamma, "gamma_prime": gamma_prime, "m": m}
        rows.append(pd.DataFrame([{**labels, **count_over_seeds(counts, "n_eff"), "series": "directions"}]))
        rows.append(_envelope(group["orientation_amplitude_max"].iloc[0]).assign(**labels, series="features"))
    table = pd.concat(rows)
    table["slope_w_theory"] = slope_w(table["gamma"].to_numpy(), table["gamma_prime"].to_numpy())
    table = table.reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def _directions(amplitudes: np.ndarray) -> float:
    return number_of_directions(bin_centres(amplitudes.size), np.asarray(amplitudes, dtype=float))


def _envelope(largest: np.ndarray) -> pd.DataFrame:
    """Largest amplitude of each of 128 orientations, at the orientation it has, scaled to a largest of 1."""
    boxes = np.asarray(largest, dtype=float).reshape(POINTS, -1)
    place = boxes.argmax(axis=1)
    angle = bin_centres(largest.size).reshape(POINTS, -1)[np.arange(POINTS), place]
    height = boxes.max(axis=1) / boxes.max()
    return pd.DataFrame({"orientation": angle, "amplitude": height})[height > 0]


def draw(table: pd.DataFrame) -> Figure:
    """A box a cell: amplitude against orientation, m = 1e3 blue, 1e4 red, 1e6 yellow; frames tell regimes."""
    return draw_condensation_map(table)


@quantity
def condensing_cells_fall(table: pd.DataFrame) -> list[float]:
    """Share of the cells with S_w > 0 in theory whose N_eff falls from smallest to largest width, seed by seed."""
    ratio = ratios(table, condensing(table), "n_eff")
    return [float(share) for share in (ratio < 1).mean(axis=0)]


@quantity
def condensing_ratio(table: pd.DataFrame) -> list[float]:
    """Median ratio of N_eff at the largest and the smallest width over the cells with S_w > 0 in theory."""
    return [float(value) for value in np.median(ratios(table, condensing(table), "n_eff"), axis=0)]


@quantity
def line_ratio(table: pd.DataFrame) -> list[float]:
    """Median ratio of N_eff at the largest and the smallest width over the cells on the phase boundary."""
    return [float(value) for value in np.median(ratios(table, on_boundary(table), "n_eff"), axis=0)]


@quantity
def linear_cells_smallest_ratio(table: pd.DataFrame) -> list[float]:
    """Smallest ratio of N_eff at the largest and the smallest width over the cells with gamma <= 0.8, seed by seed."""
    return [float(value) for value in ratios(table, deep_in_linear_regime(table), "n_eff").min(axis=0)]
