"""Condensation map on MNIST: features at three widths over (gamma, gamma') for the first 45 training images."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.condensation_map import Abscissa, draw_condensation_map
from condensation.measures import condensation_map as maps
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

ZOOM = 0.3  # cosines on each side of zero: amplitudes outside are below .04 of the largest; at .2 they were the largest


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Effective dimension of every cell and width over the seeds that converged; largest amplitudes by cos(w_k, p)."""
    runs = data.runs["condensation_map"]
    converged = runs["status"] == "converged"  # a run that has not would say nothing: NaN, in its seed's place
    return {
        **maps.condensation_map(runs.assign(d_eff=runs["n_eff_span"].where(converged)), "d_eff", _envelope),
        "quality": metric_table(converged=[float(converged.mean())]),
    }


def _envelope(run: pd.Series) -> pd.DataFrame:
    """Largest amplitude in each bin of cos(w_k, p) within the zoom, scaled to a largest of 1."""
    largest = np.asarray(run["projection_amplitude_max"], dtype=float)
    centre = (np.arange(largest.size) + 0.5) * (2 / largest.size) - 1
    near = np.abs(centre) <= ZOOM
    return pd.DataFrame({"projection": centre[near], "amplitude": largest[near] / largest.max()})


def draw(features: pd.DataFrame, ratios: pd.DataFrame) -> Figure:
    """(a) A box a cell: m = 1e3 blue, 1e4 red, 2.5e5 yellow; (b) d_eff at the widest over that at the narrowest."""
    label = rf"$\cos(w_k, p)$ from ${-ZOOM:g}$ to ${ZOOM:g}$"
    return draw_condensation_map(
        features, ratios, Abscissa("projection", (0.0,), ZOOM, label, coarse=3), count=r"d_\mathrm{eff}"
    )


@quantity
def condensing_cells_fall(ratios: pd.DataFrame) -> list[float]:
    """Share of the cells with S_w > 0 in theory whose d_eff falls from smallest to largest width, seed by seed."""
    return [float(share) for share in (maps.chosen_ratios(ratios, maps.condensing(ratios)) < 1).mean(axis=0)]


condensing_ratio = quantity_of(maps.medians, chosen=maps.condensing)
line_ratio = quantity_of(maps.medians, chosen=maps.on_boundary)
linear_cells_smallest_ratio = quantity_of(maps.smallest, chosen=maps.deep_in_linear_regime)


@quantity
def runs_converged(quality: pd.DataFrame) -> float:
    """Share of the runs that reached the stop loss."""
    return float(quality["converged"].iloc[0])
