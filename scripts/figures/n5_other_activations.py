"""Other activations: how many lines the first condensation has, and where the boundary of the condensed regime lies."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.other_activations import draw_other_activations
from condensation.geometry import local_zero
from condensation.measures.direction_field import attractors
from condensation.measures.slopes import slopes
from condensation.models.regularised.tasks import MULTIPLICITY, sum_of_sines
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_DEGREES = (1, 2, 3, 4, 5)
_DIMENSIONS = (1, 2, 3, 5, 8)
_SEEDS = range(10, 15)  # of the data; what to expect was seen with seeds 0..4
_STARTS = 100


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Attractors of the direction field by degree and dimension, and S_w by activation and gamma, seed by seed."""
    runs = data.runs["other_activations"].rename(columns={"log_m_alpha": "gamma"})  # beta1 = beta2 = 1
    fits = slopes(runs, "rd_w", ["activation", "gamma"]).drop(columns=["standard_error", "converged"])
    p = fits["activation"].map(MULTIPLICITY).to_numpy()
    # below gamma = 1 the kernel is fixed, RD ~ 1/(m kappa); above, |a| ~ |w| grow until m kappa |a| |w|^p ~ 1
    excess = fits["gamma"].to_numpy() - 1
    theory = np.where(excess <= 0, excess, excess / (p + 1))
    return {"field": metric_table(**_field()), "slopes": metric_table(**fits, multiplicity=p, slope_theory=theory)}


def _field() -> pd.DataFrame:
    rows = []
    for dimension in _DIMENSIONS:
        for seed in _SEEDS:
            generator = np.random.default_rng(seed)
            x, y = sum_of_sines(dimension, generator=generator)
            x = np.hstack((x, np.ones((len(x), 1))))
            for p in _DEGREES:
                lines = attractors(x, y, p, starts=_STARTS, generator=generator)
                rows.append({"dimension": dimension, "multiplicity": p, "seed": seed, "n_attractors": len(lines)})
    return pd.DataFrame(rows)


def draw(field: pd.DataFrame, slopes: pd.DataFrame, failed: dict[str, str] | None = None) -> Figure:
    """Lines by degree and dimension; S_w against gamma by activation."""
    return draw_other_activations(field, slopes, failed or {})


@quantity
def most_beyond_p(field: pd.DataFrame) -> float:
    """Lines of the direction field minus p, largest over d > 1, p > 2 and seeds."""
    open_cases = field[(field["dimension"] > 1) & (field["multiplicity"] > 2)]
    return float((open_cases["n_attractors"] - open_cases["multiplicity"]).max())


def _zeros(slopes: pd.DataFrame, activation: str) -> list[float]:
    """Return the gamma at which S_w rises through zero, seed by seed."""
    own = slopes[slopes["activation"] == activation]
    return [local_zero(of["gamma"].to_numpy(), of["slope"].to_numpy()) for _, of in own.groupby("seed")]


zero_leaky_relu = quantity_of(_zeros, activation="leaky_relu")
zero_tanh = quantity_of(_zeros, activation="tanh")
zero_relu2 = quantity_of(_zeros, activation="relu2")


@quantity
def linear_deviation(slopes: pd.DataFrame) -> list[float]:
    """|S_w - (gamma - 1)| below the boundary, largest over activations and gamma, seed by seed."""
    below = slopes[slopes["gamma"] < 1]
    return list((below["slope"] - below["slope_theory"]).abs().groupby(below["seed"]).max())


@quantity
def slower_growth(slopes: pd.DataFrame) -> list[float]:
    """S_w of leaky ReLU (p = 1) minus that of ReLU^2 (p = 2) at the largest gamma, seed by seed."""
    top = slopes[slopes["gamma"] == slopes["gamma"].max()].pivot(index="seed", columns="activation", values="slope")
    return list(top["leaky_relu"] - top["relu2"])
