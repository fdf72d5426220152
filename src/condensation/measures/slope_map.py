"""Slopes of RD over (gamma, gamma') of a two-layer network, where they vanish, and how they compare with theory."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.slopes import line_zero, local_zero, over_seeds, slopes
from condensation.models.two_layer.phase_diagram import phase_boundary, slope_w

Array = NDArray[np.float64]

NEAR = 0.05  # cells closer than this to the boundary line (in gamma) count as on it
COLUMNS = (
    "series", "gamma", "gamma_prime", "slope_w", "slope_w_spread", "slope_w_error", "slope_w_by_seed",
    "slope_w_theory", "converged",
)  # fmt: skip


def slope_map(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a slope map, series `cell` (one a (gamma, gamma')), `line zero`, `local zero` and `theory`.

    A cell has S_w over the seeds and its closed form; a zero is the gamma where a row gamma' crosses zero.
    """
    by = ["gamma", "gamma_prime"]
    cells = over_seeds(slopes(runs, "rd_w", by), by)
    cells["slope_w_theory"] = slope_w(cells["gamma"].to_numpy(), cells["gamma_prime"].to_numpy())
    names = {
        "slope": "slope_w",
        "spread": "slope_w_spread",
        "standard_error": "slope_w_error",
        "by_seed": "slope_w_by_seed",
    }
    cells = cells.rename(columns=names).assign(series="cell")
    zeros = []
    for gamma_prime, row in cells.groupby("gamma_prime"):
        x, y = row["gamma"].to_numpy(), row["slope_w"].to_numpy()
        zeros += [("line zero", line_zero(x, y), gamma_prime), ("local zero", local_zero(x, y), gamma_prime)]
    line = np.linspace(cells["gamma_prime"].min(), cells["gamma_prime"].max(), 81)
    zeros += [("theory", float(gamma), value) for gamma, value in zip(phase_boundary(line), line, strict=True)]
    return pd.concat([cells, pd.DataFrame(zeros, columns=["series", "gamma", "gamma_prime"])])


def measured_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are not masked; raises ValueError if there are none."""
    cells = table[(table["series"] == "cell") & table["slope_w"].notna()]
    if cells.empty:
        raise ValueError("every cell is masked")
    return cells


def share_measured(table: pd.DataFrame) -> float:
    """Return the share of the cells whose runs all converged (the others are masked)."""
    return float(table.loc[table["series"] == "cell", "slope_w"].notna().mean())


def beyond_boundary(cells: pd.DataFrame) -> Array:
    """Return gamma - gamma of the phase boundary of every cell: negative in the linear regime."""
    return cells["gamma"].to_numpy() - phase_boundary(cells["gamma_prime"].to_numpy())


def zeros_from_boundary(table: pd.DataFrame) -> Array:
    """Return |local zero - phase boundary| of every row that has one."""
    rows = table[table["series"] == "local zero"].dropna(subset=["gamma"])
    return np.abs(beyond_boundary(rows))


def share_of_right_signs(table: pd.DataFrame) -> list[float]:
    """Return the share of the cells off the boundary whose S_w has the sign of the closed form, seed by seed."""
    cells = measured_cells(table)
    off = cells[np.abs(beyond_boundary(cells)) >= NEAR - 1e-9]
    by_seed = np.array(off["slope_w_by_seed"].tolist())
    return [float(share) for share in (np.sign(by_seed) == np.sign(off[["slope_w_theory"]].to_numpy())).mean(axis=0)]


def violations_of_linear_theorem(table: pd.DataFrame) -> float:
    """Return how many cells of the linear regime (theorem 1: RD -> 0) have S_w >= 0, off the boundary."""
    cells = measured_cells(table)
    return float((cells.loc[beyond_boundary(cells) <= -NEAR + 1e-9, "slope_w"] >= 0).sum())


def violations_of_condensed_theorem(table: pd.DataFrame) -> float:
    """Return how many cells of the condensed regime (theorem 2: RD -> infinity) have S_w <= 0, off the boundary."""
    cells = measured_cells(table)
    return float((cells.loc[beyond_boundary(cells) >= NEAR - 1e-9, "slope_w"] <= 0).sum())


def error_of_linear_theory(table: pd.DataFrame) -> float:
    """Return the largest |S_w - closed form| over gamma <= 0.9 and gamma' <= 0, where the value is exact too."""
    cells = measured_cells(table)
    inside = cells[(cells["gamma"] <= 0.9 + 1e-9) & (cells["gamma_prime"] <= 1e-9)]
    return float((inside["slope_w"] - inside["slope_w_theory"]).abs().max())
