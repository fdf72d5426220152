"""Finite-size scaling of the phase boundary: RD of every width against (gamma - gamma_c) ln m is one curve."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.finite_size import draw_finite_size
from condensation.measures.finite_size import off_the_curve, scaled_points
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import (
    condensed_relative_distance,
    kernel_relative_distance,
    minimal_path_norm,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """RD of the narrower widths and of the two widest (with seeds of their own), and both limits of the curve."""
    wide = data.runs["finite_size"]
    narrow = pd.concat([runs for name, runs in data.runs.items() if name != "finite_size"])
    target = TARGETS[wide["target"].iloc[0]]
    path_norm = minimal_path_norm(target.x, target.y).value
    s = np.linspace(-8.0, 12.0, 81)
    m = 1e6  # any: at gamma' = 0 both closed forms depend on m kappa alone
    gamma = 1 + s / np.log(m)
    return {
        "narrow": scaled_points(narrow),
        "wide": scaled_points(wide),
        "limits": metric_table(
            scaled_distance=s,
            rd_kernel=[kernel_relative_distance(target.x, target.y, m, g, 0.0) for g in gamma],
            rd_path_norm=[condensed_relative_distance(path_norm, m, g, 0.0) for g in gamma],
        ),
    }


def draw(narrow: pd.DataFrame, wide: pd.DataFrame, limits: pd.DataFrame) -> Figure:
    """(a) RD against gamma, width by width; (b) the same points against (gamma - 1) ln m, with both limits."""
    return draw_finite_size(pd.concat([narrow, wide]), limits)


def _widest(points: pd.DataFrame) -> pd.DataFrame:
    return points[points["m"] == points["m"].max()]


@quantity
def collapse(narrow: pd.DataFrame, wide: pd.DataFrame) -> list[float]:
    """Root mean square of ln RD of the two widest from the curve through the widest of the others, seed by seed."""
    return [float(value) for value in np.sqrt((off_the_curve(wide, _widest(narrow)) ** 2).mean(axis=0))]


def _limit_error(wide: pd.DataFrame, limits: pd.DataFrame, column: str, *, last: bool) -> list[float]:
    """Return |RD / limit - 1| of the widest at its largest (or smallest) gamma, seed by seed."""
    point = _widest(wide).sort_values("gamma").iloc[-1 if last else 0]
    limit = np.exp(np.interp(point["scaled_distance"], limits["scaled_distance"], np.log(limits[column])))
    return [abs(float(value / limit) - 1) for value in point["rd_w_by_seed"]]


@quantity
def kernel_limit(wide: pd.DataFrame, limits: pd.DataFrame) -> list[float]:
    """|RD / RD of the infinite-width kernel - 1| at the largest width and the smallest gamma."""
    return _limit_error(wide, limits, "rd_kernel", last=False)


@quantity
def path_norm_limit(wide: pd.DataFrame, limits: pd.DataFrame) -> list[float]:
    """|RD / RD of the minimal path norm - 1| at the largest width and the largest gamma."""
    return _limit_error(wide, limits, "rd_path_norm", last=True)
