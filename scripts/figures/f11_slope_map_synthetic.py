"""Regime identification: S_w over (gamma, gamma') for the four points of x^2."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.slope_map import draw_slope_map
from condensation.measures import slope_map as maps
from condensation.measures.slopes import over_seeds, slopes
from condensation.models.two_layer.phase_diagram import slope_w
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import kernel_relative_distance
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_BY = ["gamma", "gamma_prime"]
KERNEL_HOLDS = 0.7  # largest gamma at which the kernel hardly moves at the widest of the map


def measure(data: FigureData) -> dict[str, pa.Table]:
    """The slope map; slopes of the linearised model; RD of the widest beside the kernel's; published values."""
    runs = data.runs["slope_map"]
    linear = over_seeds(slopes(runs, "rd_w_linear", _BY), _BY)
    return {
        **maps.slope_map(runs),
        **maps.published_map(data.published, "jmlr_fig4"),
        "linearised": metric_table(
            gamma=linear["gamma"],
            gamma_prime=linear["gamma_prime"],
            slope=linear["slope"],
            slope_by_seed=linear["by_seed"],
            slope_theory=slope_w(linear["gamma"], linear["gamma_prime"]),
        ),
        "widest": _widest(runs),
    }


def _widest(runs: pd.DataFrame) -> pa.Table:
    """RD of the widest networks of every cell, seed by seed, and that of the infinite-width kernel."""
    target = TARGETS[runs["target"].iloc[0]]
    m = int(runs["m"].max())
    groups = runs[runs["m"] == m].sort_values("seed").groupby(_BY)["rd_w"]
    table = groups.agg(list).reset_index()
    theory = [
        kernel_relative_distance(target.x, target.y, m, *place) for place in zip(*(table[n] for n in _BY), strict=True)
    ]
    return metric_table(
        gamma=table["gamma"], gamma_prime=table["gamma_prime"], m=[m] * len(table), rd_w_by_seed=table["rd_w"],
        rd_theory=theory,
    )  # fmt: skip


def draw(
    cells: pd.DataFrame,
    stars: pd.DataFrame,
    local_zeros: pd.DataFrame,
    boundary: pd.DataFrame,
    published_stars: pd.DataFrame,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Figure:
    """Heat map of S_w with cells centred on their (gamma, gamma'), theory line, our zeros and the published ones."""
    words = {"f11_published_cells": "published cells", "f11_stars": "published stars"}
    tags = {words.get(claim, claim): category for claim, category in failed.items()}
    return draw_slope_map(cells, stars, local_zeros, boundary, published_stars, failed=tags)


def _from_stars(stars: pd.DataFrame, published_stars: pd.DataFrame, gamma_prime: float) -> np.ndarray:
    """Return |our star - the published one| of the rows below (above) a gamma' of .35."""
    joined = maps.beside_published(stars, published_stars, ["gamma_prime"])
    rows = joined[(joined["gamma_prime"] < 0.35) == (gamma_prime < 0.35)]
    return np.abs(rows["gamma"] - rows["gamma_published"]).to_numpy()


@quantity
def stars_from_published(stars: pd.DataFrame, published_stars: pd.DataFrame) -> float:
    """Largest |zero of the fitted line - published star| over the rows gamma' < 0.4."""
    return float(_from_stars(stars, published_stars, 0.0).max())


@quantity
def last_star_from_published(stars: pd.DataFrame, published_stars: pd.DataFrame) -> float:
    """|zero of the fitted line - published star| at gamma' = 0.4."""
    return float(_from_stars(stars, published_stars, 0.4).max())


@quantity
def linearised_slope_error(linearised: pd.DataFrame) -> list[float]:
    """Largest |S_w of the linearised model - closed form| over gamma <= 0.9 and gamma' <= 0, seed by seed."""
    rows = linearised[(linearised["gamma"] <= 0.9 + 1e-9) & (linearised["gamma_prime"] <= 1e-9)]
    return maps.largest_slope_error(rows)


@quantity
def kernel_error(widest: pd.DataFrame) -> list[float]:
    """Largest |RD / RD of the infinite-width kernel - 1| over gamma <= 0.7 at the largest width, seed by seed."""
    rows = widest[widest["gamma"] <= KERNEL_HOLDS + 1e-9]
    errors = np.abs(np.array(rows["rd_w_by_seed"].tolist()) / rows[["rd_theory"]].to_numpy() - 1)
    return [float(value) for value in errors.max(axis=0)]


signs_right = quantity_of(maps.share_of_right_signs)
local_zeros_from_theory = quantity_of(maps.mean_zero_error)
largest_seed_spread = quantity_of(maps.largest_spread)
cells_measured = quantity_of(maps.measured_share)
cells_from_published = quantity_of(maps.distance_from_published_cells)
excess_over_growth_bound = quantity_of(maps.excess_over_growth_bound)
condensed_theorem_violations = quantity_of(maps.wrong_cells, side=1)
