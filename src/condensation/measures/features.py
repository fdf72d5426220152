"""Output of a network and its features (orientation, amplitude): the lecture's usual pair of panels."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.orientation import amplitude, number_of_directions, orientation
from condensation.models.two_layer.initial_state import Scales
from condensation.models.two_layer.network import network_output
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.snapshots import Snapshots, snapshots

Array = NDArray[np.float64]


def run_scales(run: pd.Series) -> Scales:
    """Return (alpha, beta1, beta2) of a run from its row."""
    beta1, beta2 = (run["m"] ** exponent for exponent in (run["log_m_beta2"] - run["gamma_prime"], run["log_m_beta2"]))
    return Scales(alpha=beta1 * beta2 * run["m"] ** run["gamma"], beta1=beta1, beta2=beta2)


def output(run: pd.Series, kept: Snapshots, x: Array, *, index: int = -1) -> Array:
    """Return f(x) of a kept snapshot (all neurons, both copies of an antisymmetric start), shape of x."""
    return network_output(*kept.at(index), 1.0 / run_scales(run).alpha, x)


def cases_tables(runs: pd.DataFrame, *, points: int = 401) -> dict[str, pa.Table]:
    """Tables of a figure of typical cases, a case being a gamma; every seed of each.

    `data`: the n training points; `target`: the function they come from; `outputs`: f(x) at the end, both on an even
    grid of the target's interval. `start`, `end`: orientation and A_k of the first m neurons. `networks`: N_eff at
    both ends, and the bending of f at the end.
    """
    target = TARGETS[str(runs["target"].iloc[0])]
    x = np.linspace(*target.interval, points)
    rows: dict[str, list[pd.DataFrame]] = {"outputs": [], "start": [], "end": [], "networks": []}
    for _, run in runs.sort_values(["gamma", "seed"]).iterrows():
        case, kept = {name: run[name] for name in ("gamma", "m", "seed")}, snapshots(run)
        rows["outputs"].append(pd.DataFrame({**case, "x": x, "y": output(run, kept, x)}))
        directions = {}
        for name, index in (("start", 0), ("end", -1)):
            a, w, b = (values[: run["m"]] for values in kept.at(index))
            features = {"orientation": orientation(w, b), "amplitude": amplitude(a, w, b)}
            rows[name].append(pd.DataFrame({**case, **features}))
            directions[name] = number_of_directions(features["orientation"], features["amplitude"])
        bent = bending(*kept.at(-1), run_scales(run).alpha, target.interval)
        numbers = {"n_eff_start": directions["start"], "n_eff": directions["end"], "bending": bent}
        rows["networks"].append(pd.DataFrame([{**case, **numbers}]))
    return {
        "data": metric_table(x=target.x, y=target.y),
        "target": metric_table(x=x, y=target.function(x)),
        **{name: metric_table(**pd.concat(frames)) for name, frames in rows.items()},
    }


def bending(a: Array, w: Array, b: Array, alpha: float, interval: tuple[float, float]) -> float:
    """Return the total variation of f' on an interval, sum_k |a_k w_k| / alpha over the kinks -b_k / w_k inside.

    Exact where no two kinks coincide.
    """
    low, high = interval
    inside = ((w * low + b) > 0) != ((w * high + b) > 0)
    return float(np.sum(np.abs(a * w)[inside]) / alpha)


def by_seed(table: pd.DataFrame, gamma: float) -> list[pd.DataFrame]:
    """Return the rows of one gamma of a table of `cases_tables`, one frame a seed."""
    return [group for _, group in table[np.isclose(table["gamma"], gamma)].groupby("seed")]


def number_by_seed(networks: pd.DataFrame, column: str, gamma: float) -> list[float]:
    """Return a number of `networks` at one gamma, one a seed."""
    return [float(rows[column].iloc[0]) for rows in by_seed(networks, gamma)]


def directions_kept(networks: pd.DataFrame, gamma: float) -> list[float]:
    """Return N_eff at the end over N_eff at the start, one a seed; 1 in the linear regime, where no neuron turns."""
    end, start = (number_by_seed(networks, column, gamma) for column in ("n_eff", "n_eff_start"))
    return [after / before for after, before in zip(end, start, strict=True)]
