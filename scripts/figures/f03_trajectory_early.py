"""Evolution trajectory, early: at epochs 100 and 1000 every active neuron points the same way."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.trajectory import network_by_seed, trajectory_table
from condensation.store.figure_data import FigureData

EPOCHS = (100, 1000, 5000)


def measure(data: FigureData) -> pa.Table:
    """Orientation and amplitude of every neuron at the three early epochs."""
    return trajectory_table(data.runs["trajectory"], EPOCHS)


def draw(table: pd.DataFrame) -> Figure:
    """One panel an epoch: active neurons red, static grey, paths blue."""
    return draw_trajectory(table, EPOCHS)


@quantity
def directions_at_100(table: pd.DataFrame) -> list[float]:
    """N_eff at epoch 100."""
    return network_by_seed(table, "n_eff", 100)


@quantity
def directions_at_1000(table: pd.DataFrame) -> list[float]:
    """N_eff at epoch 1000."""
    return network_by_seed(table, "n_eff", 1000)


@quantity
def relative_distance_at_1000(table: pd.DataFrame) -> list[float]:
    """RD(theta_w) at epoch 1000."""
    return network_by_seed(table, "rd_w", 1000)
