"""Evolution trajectory as an animation: features on the left, output and data on the right."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.animation import FuncAnimation

from condensation.claims.quantity import quantity
from condensation.drawing.trajectory import animate_trajectory
from condensation.measures.trajectory import network_by_seed, trajectory_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """Features, output and loss of the first seed at every kept epoch."""
    runs = data.runs["trajectory"]
    run = runs[runs["seed"] == runs["seed"].min()]
    epochs = np.unique([step for step in run["snapshot_step"].iloc[0] if step >= 0] + [int(run["steps"].iloc[0])])
    return trajectory_table(run, epochs.tolist(), output_points=201)


def draw(table: pd.DataFrame) -> FuncAnimation:
    """One frame a kept epoch."""
    return animate_trajectory(table)


@quantity
def loss_drops(table: pd.DataFrame) -> float:
    """Decades of R_S lost between the start and the last frame."""
    epochs = table.loc[table["series"] == "network", "epoch"]
    (start,), (end,) = (network_by_seed(table, "loss", int(epoch)) for epoch in (epochs.min(), epochs.max()))
    return float(np.log10(start / end))
