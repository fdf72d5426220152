"""Finite-size scaling of the phase boundary: at gamma' = 0, RD depends on m kappa = m^(1 - gamma) alone as m grows."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.store.columns import metric_table

Array = NDArray[np.float64]


def scaled_distance(gamma: Array, m: Array) -> Array:
    """Return s = (gamma - 1) ln m = -ln(m kappa): how far from the boundary gamma = 1 a width m can tell."""
    return (np.asarray(gamma) - 1.0) * np.log(np.asarray(m))


def scaled_points(runs: pd.DataFrame) -> pa.Table:
    """Return RD of every (gamma, m) over the seeds, beside s; runs that did not converge are left out."""
    groups = runs[runs["status"] == "converged"].sort_values("seed").groupby(["gamma", "m"])["rd_w"]
    table = groups.agg(["mean", "std", list]).reset_index()
    return metric_table(
        gamma=table["gamma"], m=table["m"], scaled_distance=scaled_distance(table["gamma"], table["m"]),
        rd_w=table["mean"], rd_w_spread=table["std"], rd_w_by_seed=table["list"],
    )  # fmt: skip


def off_the_curve(points: pd.DataFrame, curve: pd.DataFrame) -> Array:
    """Return ln RD - ln RD(s) of every point and seed, shape (points, seeds).

    RD(s) is interpolated through the points of `curve` (one width); points beyond its ends are left out.
    Raises ValueError if none are left.
    """
    known = curve.sort_values("scaled_distance")
    s = points["scaled_distance"].to_numpy()
    inside = (s >= known["scaled_distance"].min() - 1e-9) & (s <= known["scaled_distance"].max() + 1e-9)
    if not inside.any():
        raise ValueError("no point lies where the curve is known")
    from scipy.interpolate import PchipInterpolator  # here, because it takes seconds that drawing does without

    line = PchipInterpolator(known["scaled_distance"], np.log(known["rd_w"]))
    return np.log(np.array(points["rd_w_by_seed"][inside].tolist())) - line(s[inside])[:, None]
