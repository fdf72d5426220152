"""Question: are a wide and a narrow network with the same initial variance in the same regime?"""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
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
    """Return d log (column) / d log m, seed by seed."""
    return [log_log_slope(own["m"].to_numpy(float), own[column].to_numpy())[0] for _, own in runs.groupby("seed")]


def _slope(fixed_gamma: pd.DataFrame, gamma: float, column: str) -> list[float]:
    """Return `_slopes` at one of the fixed gammas."""
    return _slopes(fixed_gamma[np.isclose(fixed_gamma["gamma"], gamma)], column)


@quantity
def slope_fixed_variance_linear(fixed_variance: pd.DataFrame) -> list[float]:
    """d log RD / d log m at fixed variance, over the widths at which gamma < 1."""
    return _slopes(fixed_variance[fixed_variance["gamma"] < 1], "rd_w")


@quantity
def directions_slope_fixed_variance(fixed_variance: pd.DataFrame) -> list[float]:
    """d log N_eff / d log m at fixed variance."""
    return _slopes(fixed_variance, "n_eff")


def _narrowest(fixed_variance: pd.DataFrame, column: str) -> list[float]:
    """Return RD or N_eff of the narrowest network at the fixed variance, seed by seed."""
    return fixed_variance.sort_values(["m", "seed"]).groupby("seed")[column].first().tolist()


def _widest(fixed_variance: pd.DataFrame, column: str) -> list[float]:
    """Return RD or N_eff of the widest network at the same variance, seed by seed."""
    return fixed_variance.sort_values(["m", "seed"]).groupby("seed")[column].last().tolist()


slope_fixed_gamma_linear = quantity_of(_slope, gamma=0.7, column="rd_w")
slope_fixed_gamma_condensed = quantity_of(_slope, gamma=1.5, column="rd_w")
directions_slope_fixed_gamma_condensed = quantity_of(_slope, gamma=1.5, column="n_eff")
distance_narrow = quantity_of(_narrowest, column="rd_w")
distance_wide = quantity_of(_widest, column="rd_w")
directions_narrow = quantity_of(_narrowest, column="n_eff")
directions_wide = quantity_of(_widest, column="n_eff")
