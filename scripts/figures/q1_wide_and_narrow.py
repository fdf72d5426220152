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


def measure(data: FigureData) -> dict[str, pa.Table]:
    """RD and N_eff of every run at fixed variance and at fixed gamma; raises ValueError if one did not converge."""
    return {name: _measured(data.runs[name]) for name in ("fixed_variance", "fixed_gamma")}


def _measured(runs: pd.DataFrame) -> pa.Table:
    if (runs["status"] != "converged").any():
        raise ValueError("a run did not converge")
    runs = runs.sort_values(["gamma", "m", "seed"])
    amplitudes = [np.asarray(values, dtype=float) for values in runs["orientation_amplitude"]]
    return metric_table(
        gamma=runs["gamma"],
        initialisation=runs["m"] ** runs["log_m_beta2"],
        m=runs["m"],
        seed=runs["seed"],
        rd_w=runs["rd_w"],
        n_eff=[number_of_directions(bin_centres(values.size), values) for values in amplitudes],
    )


def draw(fixed_variance: pd.DataFrame, fixed_gamma: pd.DataFrame) -> Figure:
    """RD and N_eff against m, at fixed variance and at fixed gamma."""
    return draw_wide_and_narrow(fixed_variance, fixed_gamma)


def _slopes(runs: pd.DataFrame, column: str) -> list[float]:
    return [log_log_slope(own["m"].to_numpy(float), own[column].to_numpy())[0] for _, own in runs.groupby("seed")]


def _at_gamma(fixed_gamma: pd.DataFrame, gamma: float) -> pd.DataFrame:
    return fixed_gamma[np.isclose(fixed_gamma["gamma"], gamma)]


@quantity
def slope_fixed_gamma_linear(fixed_gamma: pd.DataFrame) -> list[float]:
    """S_w at fixed gamma = 0.7."""
    return _slopes(_at_gamma(fixed_gamma, 0.7), "rd_w")


@quantity
def slope_fixed_gamma_condensed(fixed_gamma: pd.DataFrame) -> list[float]:
    """S_w at fixed gamma = 1.5."""
    return _slopes(_at_gamma(fixed_gamma, 1.5), "rd_w")


@quantity
def slope_fixed_variance_linear(fixed_variance: pd.DataFrame) -> list[float]:
    """d log RD / d log m at fixed variance, over the widths at which gamma < 1."""
    return _slopes(fixed_variance[fixed_variance["gamma"] < 1], "rd_w")


@quantity
def directions_slope_fixed_gamma_condensed(fixed_gamma: pd.DataFrame) -> list[float]:
    """d log N_eff / d log m at fixed gamma = 1.5."""
    return _slopes(_at_gamma(fixed_gamma, 1.5), "n_eff")


@quantity
def directions_slope_fixed_variance(fixed_variance: pd.DataFrame) -> list[float]:
    """d log N_eff / d log m at fixed variance."""
    return _slopes(fixed_variance, "n_eff")


def _at_width(runs: pd.DataFrame, m: int, column: str) -> list[float]:
    return [float(value) for value in runs[runs["m"] == m].sort_values("seed")[column]]


@quantity
def distance_narrow(fixed_variance: pd.DataFrame) -> list[float]:
    """RD of the narrowest network at the fixed variance."""
    return _at_width(fixed_variance, fixed_variance["m"].min(), "rd_w")


@quantity
def distance_wide(fixed_variance: pd.DataFrame) -> list[float]:
    """RD of the widest network at the same variance."""
    return _at_width(fixed_variance, fixed_variance["m"].max(), "rd_w")


@quantity
def directions_narrow(fixed_variance: pd.DataFrame) -> list[float]:
    """N_eff of the narrowest network at the fixed variance."""
    return _at_width(fixed_variance, fixed_variance["m"].min(), "n_eff")


@quantity
def directions_wide(fixed_variance: pd.DataFrame) -> list[float]:
    """N_eff of the widest network at the same variance."""
    return _at_width(fixed_variance, fixed_variance["m"].max(), "n_eff")
