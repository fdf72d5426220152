"""Slopes of RD over (gamma, gamma') of a two-layer network, where they vanish, and how they compare with theory."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from condensation.geometry import local_zero
from condensation.measures.slopes import line_zero, log_log_slope, over_seeds, slopes
from condensation.models.two_layer.phase_diagram import phase_boundary, slope_a, slope_w
from condensation.store.columns import metric_table

Array = NDArray[np.float64]

_BY = ["gamma", "gamma_prime"]
# of the input weights w and of the output weights a: closed form of the slope, and the gamma where it is zero
LAYERS: dict[str, tuple[Callable[[ArrayLike, ArrayLike], Array], Callable[[ArrayLike], Array]]] = {
    "rd_w": (slope_w, phase_boundary),
    "rd_a": (slope_a, lambda gamma_prime: phase_boundary(-np.asarray(gamma_prime))),
}


def slope_map(runs: pd.DataFrame, value: str = "rd_w") -> dict[str, pa.Table]:
    """Return the tables of a slope map: cells, stars (zeros of a row's straight-line fit), local_zeros, boundary.

    value: rd_w or rd_a. A cell has the slope over the seeds, its closed form, the gamma where that is zero, and the
    bound of theorem 1 in the form it takes at finite width: S <= gamma - gamma_c + d log log m / d log m.
    """
    theory, zero = LAYERS[value]
    cells = over_seeds(slopes(runs, value, _BY), _BY)
    widths = np.sort(runs["m"].unique()).astype(float)
    growth = log_log_slope(widths, np.log(widths))[0] if widths.size > 2 else float("nan")
    gamma, gamma_prime = (cells[name].to_numpy() for name in _BY)
    rows = [
        (line_zero(x, y), local_zero(x, y))
        for x, y in ((row["gamma"].to_numpy(), row["slope"].to_numpy()) for _, row in cells.groupby("gamma_prime"))
    ]
    primes = np.sort(cells["gamma_prime"].unique())
    line = np.linspace(primes[0], primes[-1], 81)
    zeros = [
        metric_table(gamma=list(found), gamma_prime=primes, gamma_zero=zero(primes))
        for found in zip(*rows, strict=True)
    ]
    return {
        "cells": metric_table(
            gamma=gamma,
            gamma_prime=gamma_prime,
            m=[int(widths[-1])] * len(cells),
            slope=cells["slope"],
            slope_spread=cells["spread"],
            slope_error=cells["standard_error"],
            slope_by_seed=cells["by_seed"],
            slope_theory=theory(gamma, gamma_prime),
            slope_bound=gamma - zero(gamma_prime) + growth,
            gamma_zero=zero(gamma_prime),
            converged=cells["converged"],
        ),
        "stars": zeros[0],
        "local_zeros": zeros[1],
        "boundary": metric_table(gamma=zero(line), gamma_prime=line),
    }


def published_map(published: Mapping[str, pd.DataFrame], name: str) -> dict[str, pa.Table]:
    """Return the published cells and stars (zeros of the rows) of a map, as tables of a figure."""
    return {
        "published_stars": metric_table(**published[f"{name}_stars"][_BY]),
        "published_cells": metric_table(**published[name][[*_BY, "slope", "saturated"]]),
    }


def measured(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are not masked; raises ValueError if there are none."""
    known = cells[cells["slope"].notna()]
    if known.empty:
        raise ValueError("every cell is masked")
    return known


def resolved(cells: pd.DataFrame, side: int = 0) -> pd.DataFrame:
    """Return the measured cells whose side the largest width resolves: |gamma - gamma_c| log m > log 2.

    side: -1 for those of the linear regime only, 1 for the condensed one. Raises ValueError if there are none.
    """
    known = measured(cells)
    distance = (known["gamma"] - known["gamma_zero"]) * np.log(known["m"])
    found = known[(distance.abs() > np.log(2)) & ((side == 0) | (np.sign(distance) == side))]
    if found.empty:
        raise ValueError("the widths resolve no cell of this regime")
    return found


def share_of_right_signs(cells: pd.DataFrame) -> list[float]:
    """Return the share of the resolved cells whose slope has the sign of the closed form, seed by seed."""
    known = resolved(cells)
    by_seed = np.array(known["slope_by_seed"].tolist())
    return [float(share) for share in (np.sign(by_seed) == np.sign(known[["slope_theory"]].to_numpy())).mean(axis=0)]


def excess_over_growth_bound(cells: pd.DataFrame) -> list[float]:
    """Return the largest S - (gamma - gamma_c + d log log m / d log m) over the linear regime, seed by seed."""
    known = measured(cells)
    known = known[known["gamma"] < known["gamma_zero"] - 1e-9]
    excess = np.array(known["slope_by_seed"].tolist()) - known[["slope_bound"]].to_numpy()
    return [float(value) for value in excess.max(axis=0)]


def wrong_cells(cells: pd.DataFrame, side: int) -> list[float]:
    """Return how many resolved cells of the linear (side -1: RD falls) or condensed regime do not, seed by seed."""
    by_seed = np.array(resolved(cells, side)["slope_by_seed"].tolist())
    return [float(count) for count in (side * by_seed <= 0).sum(axis=0)]


def largest_slope_error(cells: pd.DataFrame) -> list[float]:
    """Return the largest |S - closed form| over the cells, seed by seed."""
    errors = np.abs(np.array(cells["slope_by_seed"].tolist()) - cells[["slope_theory"]].to_numpy())
    return [float(value) for value in errors.max(axis=0)]


def zeros_from_boundary(local_zeros: pd.DataFrame) -> Array:
    """Return |local zero - phase boundary| of every row that has one."""
    rows = local_zeros.dropna(subset=["gamma"])
    return np.abs(rows["gamma"] - rows["gamma_zero"]).to_numpy()


def mean_zero_error(local_zeros: pd.DataFrame) -> float:
    """Return the mean |local zero - line of theory| over the rows."""
    return float(zeros_from_boundary(local_zeros).mean())


def largest_spread(cells: pd.DataFrame) -> float:
    """Return the largest standard deviation of the slope over seeds."""
    return float(cells["slope_spread"].max())


def measured_share(cells: pd.DataFrame) -> float:
    """Return the share of cells whose runs all converged (the others are masked)."""
    return float(cells["slope"].notna().mean())


def beside_published(ours: pd.DataFrame, published: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Return the rows of both at the same coordinates, columns `_published` for theirs; ValueError if none match."""
    keys = [f"key_{name}" for name in on]
    one, other = (
        frame.assign(**{key: (frame[name] * 1000).round() for key, name in zip(keys, on, strict=True)})
        for frame in (ours, published)
    )
    joined = one.merge(other, on=keys, suffixes=("", "_published"))
    if joined.empty:
        raise ValueError("nothing of this was published")
    return joined


def distance_from_published_cells(cells: pd.DataFrame, published_cells: pd.DataFrame) -> float:
    """Return the root mean square of S - S published over the published cells whose colour is not saturated."""
    inside = published_cells[published_cells["saturated"] == 0]
    joined = beside_published(measured(cells), inside, _BY)
    return float(np.sqrt(((joined["slope"] - joined["slope_published"]) ** 2).mean()))
