"""Slopes of RD against the width, and where a row of slopes crosses zero."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


def log_log_slope(m: Array, value: Array) -> tuple[float, float]:
    """Return the least-squares slope S = d log value / d log m and its standard error (needs >= 3 widths)."""
    from scipy.stats import linregress  # here, because it takes seconds that drawing a figure does without

    fit = linregress(np.log(m), np.log(value))
    return float(fit.slope), float(fit.stderr)


def slopes(runs: pd.DataFrame, value: str, by: Sequence[str]) -> pd.DataFrame:
    """Fit the slope of `value` against m for every seed and every combination of the columns `by`.

    Only converged runs count; a combination whose runs did not all converge has slope NaN: it is masked, never fitted.
    Returns the columns `by`, seed, slope, standard_error, converged (share of runs).
    """
    rows = []
    for key, group in runs.groupby([*by, "seed"], sort=True):
        converged = float((group["status"] == "converged").mean())
        slope = (np.nan, np.nan)
        if converged == 1.0 and group["m"].nunique() >= 3:
            slope = log_log_slope(group["m"].to_numpy(float), group[value].to_numpy(float))
        rows.append((*key, *slope, converged))
    return pd.DataFrame(rows, columns=[*by, "seed", "slope", "standard_error", "converged"])


def over_seeds(fits: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Average fitted slopes over seeds: mean, spread (standard deviation), mean standard error, own slopes."""
    groups = fits.groupby(list(by), sort=True)
    table = groups.agg(
        slope=("slope", "mean"),
        spread=("slope", "std"),
        standard_error=("standard_error", "mean"),
        converged=("converged", "mean"),
    )
    table["by_seed"] = groups["slope"].apply(lambda values: values.tolist())
    return table.reset_index()


def line_zero(x: Array, y: Array) -> float:
    """Return the zero of the ordinary-least-squares line through (x, y): the stars of Luo et al., figure 4."""
    known = np.isfinite(y)
    if known.sum() < 2:
        return float("nan")
    from scipy.stats import linregress

    fit = linregress(x[known], y[known])
    return float(-fit.intercept / fit.slope)
