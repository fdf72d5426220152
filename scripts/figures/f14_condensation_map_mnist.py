"""Condensation map on MNIST: features at three widths over (gamma, gamma') for the first 45 training images."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.condensation_map import Abscissa, draw_condensation_map
from condensation.measures.condensation_map import (
    condensing,
    count_over_seeds,
    deep_in_linear_regime,
    on_boundary,
    ratios,
)
from condensation.models.two_layer.phase_diagram import slope_w
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

COUNT = "n_eff_span"
_NAMES = (
    "series", "gamma", "gamma_prime", "m", "projection", "amplitude", COUNT, f"{COUNT}_spread", f"{COUNT}_by_seed",
    "slope_w_theory", "converged",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """N_eff of every cell and width over the seeds that converged; of the first seed the largest A by cos(w_k, p)."""
    rows = []
    runs = data.runs["condensation_map"].sort_values("seed")
    for (gamma, gamma_prime, m), group in runs.groupby(["gamma", "gamma_prime", "m"]):
        labels: dict[str, Any] = {"gamma": gamma, "gamma_prime": gamma_prime, "m": m}
        converged = group["status"] == "converged"
        # a run that has not converged would say nothing: NaN, in its seed's place
        counts = group[COUNT].where(converged).tolist()
        summary = {**count_over_seeds(counts, COUNT), "converged": float(converged.mean())}
        rows.append(pd.DataFrame([{**labels, **summary, "series": "directions"}]))
        if converged.iloc[0]:
            envelope = _envelope(np.asarray(group["projection_amplitude_max"].iloc[0], dtype=float))
            rows.append(envelope.assign(**labels, series="features"))
    table = pd.concat(rows)
    table["slope_w_theory"] = slope_w(table["gamma"].to_numpy(), table["gamma_prime"].to_numpy())
    table = table.reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def _envelope(largest: np.ndarray) -> pd.DataFrame:
    """Largest amplitude in each bin of cos(w_k, p) over [-1, 1], scaled to a largest of 1; empty bins left out."""
    centre = (np.arange(largest.size) + 0.5) * (2 / largest.size) - 1
    frame = pd.DataFrame({"projection": centre, "amplitude": largest / largest.max()})
    return frame[largest > 0]


def draw(table: pd.DataFrame) -> Figure:
    """A box a cell: amplitude against cos(w_k, p), m = 1e3 blue, 1e4 red, 2.5e5 yellow; frames tell regimes."""
    limit = 1.08 * float(table["projection"].abs().max())
    label = rf"$\cos(w_k, p)$ from ${-limit:.1f}$ to ${limit:.1f}$, $p = (1, \ldots, 1)/\sqrt{{d}}$"
    return draw_condensation_map(table, Abscissa("projection", (-limit, limit), label), count=COUNT)


@quantity
def condensing_cells_fall(table: pd.DataFrame) -> list[float]:
    """Share of the cells with S_w > 0 in theory whose N_eff falls from smallest to largest width, seed by seed."""
    ratio = ratios(table, condensing(table), COUNT)
    return [float(share) for share in (ratio < 1).mean(axis=0)]


@quantity
def condensing_ratio(table: pd.DataFrame) -> list[float]:
    """Median ratio of N_eff at the largest and the smallest width over the cells with S_w > 0 in theory."""
    return [float(value) for value in np.median(ratios(table, condensing(table), COUNT), axis=0)]


@quantity
def line_ratio(table: pd.DataFrame) -> list[float]:
    """Median ratio of N_eff at the largest and the smallest width over the cells on the phase boundary."""
    return [float(value) for value in np.median(ratios(table, on_boundary(table), COUNT), axis=0)]


@quantity
def linear_cells_smallest_ratio(table: pd.DataFrame) -> list[float]:
    """Smallest ratio of N_eff at the largest and the smallest width over the cells with gamma <= 0.8, seed by seed."""
    return [float(value) for value in ratios(table, deep_in_linear_regime(table), COUNT).min(axis=0)]


@quantity
def linear_directions(table: pd.DataFrame) -> list[float]:
    """N_eff at the largest width, mean over the cells gamma = 0.7, seed by seed."""
    rows = table[(table["series"] == "directions") & np.isclose(table["gamma"], 0.7) & (table["m"] == table["m"].max())]
    return [float(value) for value in np.array(rows[f"{COUNT}_by_seed"].tolist()).mean(axis=0)]


@quantity
def condensed_corner_directions(table: pd.DataFrame) -> list[float]:
    """N_eff at the largest width, gamma = 1.3, gamma' = -0.3, seed by seed."""
    corner = np.isclose(table["gamma"], 1.3) & np.isclose(table["gamma_prime"], -0.3)
    rows = table[(table["series"] == "directions") & corner].sort_values("m")
    return [float(value) for value in rows[f"{COUNT}_by_seed"].iloc[-1]]


@quantity
def runs_converged(table: pd.DataFrame) -> float:
    """Share of the runs that reached the stop loss."""
    return float(table.loc[table["series"] == "directions", "converged"].mean())
