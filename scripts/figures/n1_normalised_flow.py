"""Normalisation and coordinates: networks of different scales with equal kappa and kappa' follow one trajectory."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.normalised_flow import draw_normalised_flow
from condensation.measures.normalised_flow import trajectory
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_KEY = ["gamma", "log_m_beta2"]


def measure(data: FigureData) -> dict[str, pa.Table]:
    """RD against the training's own time and the normalised one, mean over the seeds of each choice of scales."""
    runs = pd.concat(data.runs.values())
    target = TARGETS[runs["target"].iloc[0]]
    frames = [
        trajectory(run, target.x, target.y).assign(m=run["m"], seed=run["seed"], **{name: run[name] for name in _KEY})
        for _, run in runs.sort_values("seed").iterrows()
    ]
    table = pd.concat(frames)
    table = table[table["time"] > 0].groupby([*_KEY, "m", "time", "time_normalised"])
    courses = table.agg(rd_w=("rd_w", "mean"), rd_w_by_seed=("rd_w", list), loss=("loss", "mean")).reset_index()
    return {"courses": metric_table(**{str(name): courses[name] for name in courses})}


def draw(courses: pd.DataFrame) -> Figure:
    """(a) In the time of the training; (b) in normalised time: one trajectory a (kappa, kappa')."""
    return draw_normalised_flow(courses)


def _pairs(courses: pd.DataFrame) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return the courses of the two choices of scales of every gamma, in the order of time."""
    found = []
    for _, rows in courses.groupby("gamma"):
        one, other = (part.sort_values("time") for _, part in rows.groupby("log_m_beta2"))
        found.append((one, other))
    return found


@quantity
def similarity(courses: pd.DataFrame) -> float:
    """Largest |ln RD - ln RD| between two choices of scales with equal kappa and kappa' at equal normalised times."""
    return float(
        max(np.abs(np.log(one["rd_w"].to_numpy() / other["rd_w"].to_numpy())).max() for one, other in _pairs(courses))
    )


@quantity
def differentiation(courses: pd.DataFrame) -> list[float]:
    """RD at the end in the condensed regime over that in the linear regime, every seed of each choice of scales."""
    last = courses.sort_values("time").groupby(_KEY)["rd_w_by_seed"].last().unstack("gamma")
    return [float(ratio) for _, row in last.iterrows() for ratio in np.divide(row.iloc[-1], row.iloc[0])]
