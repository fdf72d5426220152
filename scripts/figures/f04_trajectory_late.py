"""Evolution trajectory, late: the one direction splits into several until the network fits."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.trajectory import network_by_seed, trajectory_table
from condensation.store.figure_data import FigureData

EPOCHS = (10_000, 12_000, 100_000)
EARLY = 1000


def measure(data: FigureData) -> pa.Table:
    """Orientation and amplitude of every neuron at the three late epochs; epoch 1000 for comparison."""
    return trajectory_table(data.runs["trajectory"], (EARLY, *EPOCHS))


def draw(table: pd.DataFrame) -> Figure:
    """One panel an epoch: active neurons red, static grey, paths blue."""
    return draw_trajectory(table, EPOCHS)


@quantity
def directions_at_the_end(table: pd.DataFrame) -> list[float]:
    """N_eff at epoch 100000."""
    return network_by_seed(table, "n_eff", EPOCHS[-1])


@quantity
def directions_gained(table: pd.DataFrame) -> list[float]:
    """N_eff at epoch 100000 minus N_eff at epoch 1000, seed by seed."""
    early, late = (network_by_seed(table, "n_eff", epoch) for epoch in (EARLY, EPOCHS[-1]))
    return [after - before for before, after in zip(early, late, strict=True)]


@quantity
def final_loss(table: pd.DataFrame) -> list[float]:
    """R_S at epoch 100000."""
    return network_by_seed(table, "loss", EPOCHS[-1])


@quantity
def relative_distance_at_the_end(table: pd.DataFrame) -> list[float]:
    """RD(theta_w) at epoch 100000."""
    return network_by_seed(table, "rd_w", EPOCHS[-1])
