"""Output of a network and its features (orientation, amplitude): the lecture's usual pair of panels."""

from collections.abc import Mapping
from typing import Any

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


def output_rows(run: pd.Series, labels: Mapping[str, Any], *, points: int = 401) -> pd.DataFrame:
    """Series `output`: f(x) at the end of the run on an even grid of the target's interval."""
    x = np.linspace(*TARGETS[run["target"]].interval, points)
    return pd.DataFrame(
        {**labels, "series": "output", "seed": run["seed"], "x": x, "y": output(run, snapshots(run), x)}
    )


def target_rows(name: str, labels: Mapping[str, Any], *, points: int = 401) -> pd.DataFrame:
    """Series `data` (the n training points) and `target` (the function they come from)."""
    target = TARGETS[name]
    x = np.linspace(*target.interval, points)
    data = pd.DataFrame({**labels, "series": "data", "x": target.x, "y": target.y})
    return pd.concat([data, pd.DataFrame({**labels, "series": "target", "x": x, "y": target.function(x)})])


def feature_rows(run: pd.Series, labels: Mapping[str, Any]) -> pd.DataFrame:
    """Series `start` and `end`: orientation and amplitude A_k of the first m neurons."""
    kept = snapshots(run)
    rows = []
    for series, index in (("start", 0), ("end", -1)):
        a, w, b = (values[: run["m"]] for values in kept.at(index))
        size = amplitude(a, w, b)
        columns = {"orientation": orientation(w, b), "amplitude": size}
        rows.append(pd.DataFrame({**labels, "series": series, "seed": run["seed"], **columns}))
    return pd.concat(rows)


def cases_table(runs: pd.DataFrame) -> pa.Table:
    """Metrics of a figure of typical cases: data, target, and every run's output and features, by gamma and seed."""
    rows = [target_rows(str(runs["target"].iloc[0]), {})]
    for _, run in runs.sort_values(["gamma", "seed"]).iterrows():
        labels = {"gamma": run["gamma"], "m": run["m"]}
        rows += [output_rows(run, labels), feature_rows(run, labels)]
    table = pd.concat(rows)
    names = ("series", "gamma", "m", "seed", "x", "y", "orientation", "amplitude")
    return metric_table(**{name: table[name].to_numpy() for name in names})


def by_seed(table: pd.DataFrame, series: str, gamma: float) -> list[pd.DataFrame]:
    """Return the rows of one series and gamma of a `cases_table`, one frame a seed."""
    rows = table[(table["series"] == series) & np.isclose(table["gamma"], gamma)]
    return [group for _, group in rows.groupby("seed")]


def directions_by_seed(table: pd.DataFrame, gamma: float) -> list[float]:
    """Return N_eff of the features at the end, one number a seed."""
    return [
        number_of_directions(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy())
        for rows in by_seed(table, "end", gamma)
    ]
