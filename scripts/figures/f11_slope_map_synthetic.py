"""Regime identification: S_w over (gamma, gamma') for the four points of x^2."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.slopes import line_zero, local_zero, over_seeds, slopes
from condensation.plotting.slope_map import draw_slope_map
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData
from condensation.two_layer.phase_diagram import phase_boundary, slope_w

NEAR = 0.05  # cells closer than this to the boundary line (in gamma) count as on it
_NAMES = (
    "series", "gamma", "gamma_prime", "slope_w", "slope_w_spread", "slope_w_error", "slope_w_by_seed",
    "slope_w_theory", "converged",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """Slope of every cell with its spread over seeds; zeros of each row: line fit, local, published, theory."""
    by = ["gamma", "gamma_prime"]
    cells = over_seeds(slopes(data.runs["slope_map"], "rd_w", by), by)
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
    table = pd.concat(
        [
            cells,
            pd.DataFrame(zeros, columns=["series", "gamma", "gamma_prime"]),
            data.published["jmlr_fig4_stars"].assign(series="published"),
        ]
    ).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Heat map of S_w with cells centred on their (gamma, gamma'), theory line, our zeros and the published ones."""
    return draw_slope_map(table)


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    cells = table[(table["series"] == "cell") & table["slope_w"].notna()]
    if cells.empty:
        raise ValueError("every cell is masked")
    return cells


def _stars(table: pd.DataFrame, series: str = "line zero") -> pd.DataFrame:
    """Our zero beside the reference's of each row gamma'."""
    ours = table[table["series"] == series][["gamma", "gamma_prime"]]
    theirs = table[table["series"] == "published"][["gamma", "gamma_prime"]]
    key = {"key": lambda frame: (frame["gamma_prime"] * 1000).round().astype(int)}
    joined = ours.assign(**key).merge(theirs.assign(**key), on="key", suffixes=("", "_published"))
    if joined.empty:
        raise ValueError("no row of the map was published")
    return joined.assign(difference=(joined["gamma"] - joined["gamma_published"]).abs())


@quantity
def stars_from_published(table: pd.DataFrame) -> float:
    """Largest |zero of the fitted line - published star| over the rows gamma' < 0.4."""
    stars = _stars(table)
    return float(stars.loc[stars["gamma_prime"] < 0.35, "difference"].max())


@quantity
def last_star_from_published(table: pd.DataFrame) -> float:
    """|zero of the fitted line - published star| at gamma' = 0.4."""
    stars = _stars(table)
    return float(stars.loc[np.isclose(stars["gamma_prime"], 0.4), "difference"].iloc[0])


@quantity
def local_zeros_from_theory(table: pd.DataFrame) -> float:
    """Mean |local zero - phase boundary| over the rows."""
    rows = table[table["series"] == "local zero"].dropna(subset=["gamma"])
    return float(np.abs(rows["gamma"] - phase_boundary(rows["gamma_prime"].to_numpy())).mean())


@quantity
def signs_right(table: pd.DataFrame) -> list[float]:
    """Share of the cells off the boundary whose S_w has the sign of the closed form, seed by seed."""
    cells = _cells(table)
    off = cells[np.abs(cells["gamma"] - phase_boundary(cells["gamma_prime"].to_numpy())) >= NEAR - 1e-9]
    by_seed = np.array(off["slope_w_by_seed"].tolist())
    return [float(share) for share in (np.sign(by_seed) == np.sign(off[["slope_w_theory"]].to_numpy())).mean(axis=0)]


@quantity
def linear_theorem_violations(table: pd.DataFrame) -> float:
    """Cells of the linear regime (theorem 1: RD -> 0) with S_w >= 0, off the boundary."""
    cells = _cells(table)
    inside = cells["gamma"] <= phase_boundary(cells["gamma_prime"].to_numpy()) - NEAR + 1e-9
    return float((cells.loc[inside, "slope_w"] >= 0).sum())


@quantity
def condensed_theorem_violations(table: pd.DataFrame) -> float:
    """Cells of the condensed regime (theorem 2: RD -> infinity) with S_w <= 0, off the boundary."""
    cells = _cells(table)
    inside = cells["gamma"] >= phase_boundary(cells["gamma_prime"].to_numpy()) + NEAR - 1e-9
    return float((cells.loc[inside, "slope_w"] <= 0).sum())


@quantity
def theory_error_linear(table: pd.DataFrame) -> float:
    """Largest |S_w - closed form| over gamma <= 1 and gamma' <= 0, where the value is exact too."""
    cells = _cells(table)
    inside = cells[(cells["gamma"] <= 0.9 + 1e-9) & (cells["gamma_prime"] <= 1e-9)]
    return float((inside["slope_w"] - inside["slope_w_theory"]).abs().max())


@quantity
def largest_seed_spread(table: pd.DataFrame) -> float:
    """Largest standard deviation of S_w over seeds."""
    return float(_cells(table)["slope_w_spread"].max())


@quantity
def cells_measured(table: pd.DataFrame) -> float:
    """Share of cells whose runs all converged (the others are masked)."""
    cells = table[table["series"] == "cell"]
    return float(cells["slope_w"].notna().mean())
