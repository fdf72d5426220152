"""Question: are a wide and a narrow network with the same initial variance in the same regime?"""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.wide_and_narrow import draw_wide_and_narrow
from condensation.measures.orientation import bin_centres, number_of_directions
from condensation.measures.slopes import log_log_slope
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_NAMES = ("series", "gamma", "m", "seed", "rd_w", "n_eff", "converged")


def measure(data: FigureData) -> pa.Table:
    """RD and N_eff of every run; series `fixed variance`, or `fixed gamma` with its gamma."""
    rows = []
    for series in ("fixed variance", "fixed gamma"):
        for _, run in data.runs[series.replace(" ", "_")].sort_values(["gamma", "m", "seed"]).iterrows():
            amplitudes = np.asarray(run["orientation_amplitude"], dtype=float)
            n_eff = number_of_directions(bin_centres(amplitudes.size), amplitudes)
            converged = float(run["status"] == "converged")
            rows.append((series, run["gamma"], run["m"], run["seed"], run["rd_w"], n_eff, converged))
    table = pd.DataFrame(rows, columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """RD and N_eff against m, at fixed variance and at fixed gamma."""
    return draw_wide_and_narrow(table)


def _series(table: pd.DataFrame, gamma: float | None) -> pd.DataFrame:
    """Rows at fixed variance (None) or at a fixed gamma."""
    if gamma is None:
        return table[table["series"] == "fixed variance"]
    return table[(table["series"] == "fixed gamma") & np.isclose(table["gamma"], gamma)]


def _slopes(table: pd.DataFrame, column: str, gamma: float | None) -> list[float]:
    rows = _series(table, gamma)
    if (rows["converged"] < 1).any():
        raise ValueError("a run did not converge")
    return [log_log_slope(g["m"].to_numpy(float), g[column].to_numpy())[0] for _, g in rows.groupby("seed")]


@quantity
def slope_fixed_gamma_linear(table: pd.DataFrame) -> list[float]:
    """S_w at fixed gamma = 0.7."""
    return _slopes(table, "rd_w", 0.7)


@quantity
def slope_fixed_gamma_condensed(table: pd.DataFrame) -> list[float]:
    """S_w at fixed gamma = 1.5."""
    return _slopes(table, "rd_w", 1.5)


@quantity
def slope_fixed_variance(table: pd.DataFrame) -> list[float]:
    """d log RD / d log m at fixed variance."""
    return _slopes(table, "rd_w", None)


@quantity
def directions_slope_fixed_gamma_condensed(table: pd.DataFrame) -> list[float]:
    """d log N_eff / d log m at fixed gamma = 1.5."""
    return _slopes(table, "n_eff", 1.5)


@quantity
def directions_slope_fixed_variance(table: pd.DataFrame) -> list[float]:
    """d log N_eff / d log m at fixed variance."""
    return _slopes(table, "n_eff", None)


def _at_width(table: pd.DataFrame, column: str, last: bool) -> list[float]:
    rows = _series(table, None)
    m = rows["m"].max() if last else rows["m"].min()
    return [float(value) for value in rows[rows["m"] == m].sort_values("seed")[column]]


@quantity
def distance_narrow(table: pd.DataFrame) -> list[float]:
    """RD of the narrowest network at the fixed variance."""
    return _at_width(table, "rd_w", last=False)


@quantity
def distance_wide(table: pd.DataFrame) -> list[float]:
    """RD of the widest network at the same variance."""
    return _at_width(table, "rd_w", last=True)


@quantity
def directions_narrow(table: pd.DataFrame) -> list[float]:
    """N_eff of the narrowest network at the fixed variance."""
    return _at_width(table, "n_eff", last=False)


@quantity
def directions_wide(table: pd.DataFrame) -> list[float]:
    """N_eff of the widest network at the same variance."""
    return _at_width(table, "n_eff", last=True)
