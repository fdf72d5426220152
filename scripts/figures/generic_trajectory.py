"""Kind of figure: where the neurons are at the kept steps of an experiment with snapshots."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.own_runs import own_runs
from condensation.measures.trajectory import network_by_seed, trajectory_table
from condensation.store.figure_data import FigureData

PANELS = 4


def measure(data: FigureData) -> pa.Table:
    """Orientation and amplitude of every neuron at up to four of the steps in the cell `snapshots`."""
    with own_runs(data) as runs:
        kept = sorted({int(step) for steps in runs["snapshots"] for step in steps if steps is not None})
        if not kept:
            raise ValueError("a trajectory needs steps in the cell `snapshots` and keep = parameters")
        chosen = {kept[place] for place in np.linspace(0, len(kept) - 1, PANELS).round().astype(int)}
        return trajectory_table(runs, sorted(chosen))


def draw(table: pd.DataFrame) -> Figure:
    """One panel a step: active neurons red, static grey, paths blue."""
    return draw_trajectory(table, _epochs(table))


def _epochs(table: pd.DataFrame) -> list[int]:
    return sorted(int(epoch) for epoch in table.loc[table["series"] == "network", "epoch"].unique())


@quantity
def directions_at_the_end(table: pd.DataFrame) -> list[float]:
    """N_eff at the last of the steps."""
    return network_by_seed(table, "n_eff", _epochs(table)[-1])


@quantity
def loss_at_the_end(table: pd.DataFrame) -> list[float]:
    """R_S at the last of the steps."""
    return network_by_seed(table, "loss", _epochs(table)[-1])
