"""Evolution trajectory as an animation: features on the left, output, data and loss on the right."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.animation import FuncAnimation

from condensation.drawing.animation import animate_trajectory
from condensation.measures.trajectory import trajectory_tables
from condensation.store.figure_data import FigureData
from condensation.store.snapshots import snapshots

FRAMES = 72
FIRST = 20  # epoch of the first frame after the start


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Features, output and loss of the first seed at kept epochs that are about even in log time."""
    runs = data.runs["trajectory"].sort_values("seed").head(1)
    kept = np.unique(snapshots(runs.iloc[0]).step)
    wanted = np.geomspace(min(FIRST, kept[-1]), kept[-1], FRAMES)
    chosen = np.unique([kept[np.abs(np.log(np.maximum(kept, 1) / epoch)).argmin()] for epoch in wanted])
    return trajectory_tables(runs, [0, *chosen.tolist()])


def draw(
    networks: pd.DataFrame, neurons: pd.DataFrame, paths: pd.DataFrame, outputs: pd.DataFrame, data: pd.DataFrame
) -> FuncAnimation:
    """One frame an epoch; the last one stays for two seconds."""
    return animate_trajectory(networks, neurons, paths, outputs, data)
