"""Condensation map: features at three widths over (gamma, gamma') for the four points of x^2."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.condensation_map import Abscissa, draw_condensation_map
from condensation.geometry import angular_distance
from condensation.measures import condensation_map as maps
from condensation.measures.orientation import bin_centres, number_of_directions
from condensation.store.figure_data import FigureData

SPIKES = (-2.976, -0.165)  # the directions of the condensed regime (Luo et al. 2021, figure 2)
ZOOM = 0.3  # radians on each side of them
CONDENSED = 4.0  # single linkage counts directions below this N_eff: two spikes, each perhaps split in two
SPLITS = (1.2, -0.3)  # where each of the two directions splits by .09 rad in wide networks


def measure(data: FigureData) -> dict[str, pa.Table]:
    """N_eff of every cell and width over seeds, and the largest amplitude in the finest bins around both spikes."""
    runs = data.runs["condensation_map"]
    return maps.condensation_map(
        runs.assign(n_eff=[_directions(amplitudes) for amplitudes in runs["orientation_amplitude"]]), "n_eff", _envelope
    )


def _directions(amplitudes: np.ndarray) -> float:
    return number_of_directions(bin_centres(amplitudes.size), np.asarray(amplitudes, dtype=float))


def _envelope(run: pd.Series) -> pd.DataFrame:
    """Largest amplitude of each orientation bin within the zoom, scaled to a largest of 1."""
    largest = np.asarray(run["orientation_amplitude_max"], dtype=float)
    angle = bin_centres(largest.size)
    near = (angular_distance(angle[:, None], np.array(SPIKES)) <= ZOOM).any(axis=1)
    return pd.DataFrame({"orientation": angle[near], "amplitude": largest[near] / largest.max()})


def draw(features: pd.DataFrame, ratios: pd.DataFrame) -> Figure:
    """(a) A box a cell, zoomed in on both spikes: m = 1e3 blue, 1e4 red, 1e6 yellow; (b) N_eff(1e6) / N_eff(1e3)."""
    label = rf"orientation within {ZOOM:g} of ${SPIKES[0]:g}$ and of ${SPIKES[1]:g}$"
    along = Abscissa("orientation", SPIKES, ZOOM, label, period=2 * np.pi, coarse=6)
    return draw_condensation_map(
        features, ratios, along, count=r"N_\mathrm{eff}", marked=(SPLITS, "an example of splitting")
    )


@quantity
def condensing_cells_fall(directions: pd.DataFrame, ratios: pd.DataFrame) -> list[float]:
    """Share of the cells with S_w > 0 and N_eff > 4 at the smallest width whose N_eff falls, seed by seed."""
    first = directions[directions["m"] == directions["m"].min()]
    spread = np.array(first["n_eff_by_seed"].tolist()) > CONDENSED
    chosen = spread & maps.condensing(ratios).to_numpy()[:, None]
    if not chosen.any(axis=0).all():
        raise ValueError("no cell of the map lies there")
    falls = np.array(ratios["ratio_by_seed"].tolist()) < 1
    return [float(share) for share in (falls & chosen).sum(axis=0) / chosen.sum(axis=0)]


@quantity
def directions_where_condensed(directions: pd.DataFrame) -> list[float]:
    """Largest N_eff at the largest width over the cells with S_w >= 0.1 in theory, seed by seed."""
    rows = directions[(directions["slope_w_theory"] >= 0.1 - 1e-9) & (directions["m"] == directions["m"].max())]
    return [float(value) for value in np.array(rows["n_eff_by_seed"].tolist()).max(axis=0)]


condensing_ratio = quantity_of(maps.medians, chosen=maps.condensing)
line_ratio = quantity_of(maps.medians, chosen=maps.on_boundary)
linear_cells_smallest_ratio = quantity_of(maps.smallest, chosen=maps.deep_in_linear_regime)
