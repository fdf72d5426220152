"""How an effective number of directions changes with the width over (gamma, gamma')."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.models.two_layer.phase_diagram import phase_boundary, slope_w
from condensation.store.columns import metric_table

Array = NDArray[np.float64]
Chosen = Callable[[pd.DataFrame], pd.Series]  # marks cells

_BY = ["gamma", "gamma_prime"]


def condensation_map(
    runs: pd.DataFrame, count: str, envelope: Callable[[pd.Series], pd.DataFrame]
) -> dict[str, pa.Table]:
    """Return the tables of a condensation map: directions, ratios of largest to smallest width, features.

    count: column of the runs with the effective number (NaN where a run has not converged); envelope: of a run, where
    its neurons are and the largest amplitude there; drawn is the first seed.
    """
    runs = runs.sort_values([*_BY, "m", "seed"])
    counts = runs.groupby([*_BY, "m"])[count].agg(list).reset_index()
    ends = counts.groupby(_BY)[count].agg(["first", "last"]).reset_index()
    by_seed = np.array(ends["last"].tolist()) / np.array(ends["first"].tolist())
    shown = [
        envelope(run).assign(gamma=run["gamma"], gamma_prime=run["gamma_prime"], m=run["m"])
        for _, run in runs.groupby([*_BY, "m"]).first().reset_index().iterrows()
        if np.isfinite(run[count])
    ]
    features = pd.concat(shown, ignore_index=True)
    return {
        "directions": metric_table(
            **{name: counts[name] for name in (*_BY, "m")},
            **count_over_seeds(counts[count], count),
            slope_w_theory=slope_w(counts["gamma"], counts["gamma_prime"]),
        ),
        "ratios": metric_table(
            **{name: ends[name] for name in _BY},
            ratio=by_seed.mean(axis=1),
            ratio_by_seed=by_seed.tolist(),
            slope_w_theory=slope_w(ends["gamma"], ends["gamma_prime"]),
        ),
        "features": metric_table(**{str(name): features[name] for name in features}),
    }


def count_over_seeds(by_seed: Sequence[Sequence[float]], name: str) -> dict[str, list]:
    """Return the columns `name`, `name`_spread and `name`_by_seed: mean, standard deviation and values over seeds."""
    spread = [float(np.std(values, ddof=1)) if len(values) > 1 else 0.0 for values in by_seed]
    return {
        name: [float(np.mean(values)) for values in by_seed],
        f"{name}_spread": spread,
        f"{name}_by_seed": list(by_seed),
    }


def chosen_ratios(ratios: pd.DataFrame, chosen: pd.Series) -> Array:
    """Return the ratios of the chosen cells, shape (cells, seeds); raises ValueError if there are none."""
    if not chosen.any():
        raise ValueError("no cell of the map lies there")
    return np.array(ratios.loc[chosen, "ratio_by_seed"].tolist())


def condensing(ratios: pd.DataFrame) -> pd.Series:
    """Mark the cells with S_w > 0 in theory."""
    return ratios["slope_w_theory"] > 1e-9


def on_boundary(ratios: pd.DataFrame) -> pd.Series:
    """Mark the cells on the phase boundary."""
    return (ratios["gamma"] - phase_boundary(ratios["gamma_prime"].to_numpy())).abs() < 1e-6


def deep_in_linear_regime(ratios: pd.DataFrame) -> pd.Series:
    """Mark the cells with gamma <= 0.8."""
    return ratios["gamma"] <= 0.8 + 1e-9


def medians(ratios: pd.DataFrame, chosen: Chosen) -> list[float]:
    """Return the median ratio of largest to smallest width over the chosen cells, seed by seed."""
    return [float(value) for value in np.median(chosen_ratios(ratios, chosen(ratios)), axis=0)]


def smallest(ratios: pd.DataFrame, chosen: Chosen) -> list[float]:
    """Return the smallest ratio of largest to smallest width over the chosen cells, seed by seed."""
    return [float(value) for value in chosen_ratios(ratios, chosen(ratios)).min(axis=0)]
