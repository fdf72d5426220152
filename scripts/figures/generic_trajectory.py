"""Kind of figure: where the neurons are at the kept steps of an experiment with snapshots."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.own_runs import own_runs
from condensation.measures.trajectory import network_by_seed, trajectory_tables
from condensation.store.figure_data import FigureData

PANELS = 4

# what the plan checks before anything starts (condensation.plan.kinds)
NEEDS = {"families": ("two_layer", "custom"), "shows": (), "keep": "parameters", "snapshots": True}


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Orientation and length of every neuron, and the output, at up to four of the steps in the cell `snapshots`."""
    with own_runs(data) as runs:
        kept = sorted({int(step) for steps in runs["snapshots"] for step in steps})
        chosen = {kept[place] for place in np.linspace(0, len(kept) - 1, PANELS).round().astype(int)}
        return trajectory_tables(runs, sorted(chosen))


def draw(
    networks: pd.DataFrame, neurons: pd.DataFrame, paths: pd.DataFrame, outputs: pd.DataFrame, data: pd.DataFrame
) -> Figure:
    """One column a step: active neurons red, static grey, paths blue; below f and the data."""
    return draw_trajectory(networks, neurons, paths, outputs, data, _epochs(networks))


def _epochs(networks: pd.DataFrame) -> list[int]:
    return sorted(int(epoch) for epoch in networks["epoch"].unique())


@quantity
def directions_at_the_end(networks: pd.DataFrame) -> list[float]:
    """N_eff at the last of the steps."""
    return network_by_seed(networks, "n_eff", _epochs(networks)[-1])


@quantity
def loss_at_the_end(networks: pd.DataFrame) -> list[float]:
    """R_S at the last of the steps."""
    return network_by_seed(networks, "loss", _epochs(networks)[-1])
