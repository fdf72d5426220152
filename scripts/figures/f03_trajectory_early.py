"""Evolution trajectory, early: at epochs 100 and 1000 every active neuron points the same way."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.trajectory import network_by_seed, trajectory_tables
from condensation.store.figure_data import FigureData

EPOCHS = (100, 1000, 5000)
CONCERNS = {"f03_one_direction_100": 100, "f03_one_direction_1000": 1000}


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Orientation and length of every neuron, and the output, at the three early epochs."""
    return trajectory_tables(data.runs["trajectory"], EPOCHS)


def draw(
    networks: pd.DataFrame,
    neurons: pd.DataFrame,
    paths: pd.DataFrame,
    outputs: pd.DataFrame,
    data: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """One column an epoch: active neurons red, static grey, paths blue; below f and the data."""
    tags = {CONCERNS[claim]: category for claim, category in (failed or {}).items()}
    return draw_trajectory(networks, neurons, paths, outputs, data, EPOCHS, tags)


directions_at_100 = quantity_of(network_by_seed, column="n_eff", epoch=100)
directions_at_1000 = quantity_of(network_by_seed, column="n_eff", epoch=1000)
