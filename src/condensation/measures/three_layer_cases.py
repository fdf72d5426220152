"""Tables of typical cases of three-layer networks: outputs, features of both hidden layers, similarity, numbers."""

import numpy as np
import pandas as pd
import pyarrow as pa

from condensation.measures.layers import cosine_rows, feature_numbers, first_layer_features, second_layer_features
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.selection import median_seed, rows_at

_RUN = ("gamma2", "gamma3", "m", "seed")


def number_table(runs: pd.DataFrame) -> pa.Table:
    """One row a run: distances of both layers, directions, similarity, whether it converged."""
    rows = [
        {name: run[name] for name in (*_RUN, "rd_1", "rd_2", "rd_2_operator")}
        | feature_numbers(run)
        | {"converged": float(run["status"] == "converged")}
        for _, run in runs.iterrows()
    ]
    return _table(pd.DataFrame(rows))


def case_tables(runs: pd.DataFrame) -> dict[str, pa.Table]:
    """Return the tables data, outputs, first_start, first_end, second_start, second_end, cosines and numbers.

    The numbers are those of every run, the rest that of the run with the median RD at its point of the diagram.
    """
    target = TARGETS[runs["target"].iloc[0]]
    names = ("outputs", "first_start", "first_end", "second_start", "second_end", "cosines")
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
    for _, seeds in runs.groupby(["gamma2", "gamma3"]):
        run = seeds[seeds["seed"] == median_seed(seeds)].iloc[0]
        curve = np.asarray(run["curve_end"], dtype=float) - np.asarray(run["curve_start"], dtype=float)
        found = {"outputs": {"x": np.linspace(*target.interval, curve.size), "y": curve}}
        second = second_layer_features(run, target.x)
        for when in ("start", "end"):
            angle, length = first_layer_features(run, when)
            found[f"first_{when}"] = {"orientation": angle, "amplitude_w": length}
            found[f"second_{when}"] = dict(zip(("direction", "amplitude"), second[when], strict=True))
        found["cosines"] = cosine_rows(run["cosines_end"]).to_dict("list")
        for name, columns in found.items():
            parts[name].append(pd.DataFrame(columns).assign(**{column: run[column] for column in _RUN}))
    tables = {name: _table(pd.concat(frames)) for name, frames in parts.items()}
    return {"data": metric_table(x=target.x, y=target.y)} | tables | {"numbers": number_table(runs)}


def _table(frame: pd.DataFrame) -> pa.Table:
    columns = list(_RUN) + [name for name in frame.columns if name not in _RUN]
    return metric_table(**{name: frame[name].to_numpy() for name in columns})


def seeds_at(numbers: pd.DataFrame, column: str, gamma2: float, gamma3: float) -> list[float]:
    """Return a column at a point and its largest width, seed by seed."""
    rows = rows_at(numbers, gamma2, gamma3)
    return [float(value) for value in rows[rows["m"] == rows["m"].max()].sort_values("seed")[column]]
