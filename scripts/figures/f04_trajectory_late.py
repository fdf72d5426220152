"""Evolution trajectory, late: the one direction splits into several until the network fits."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.trajectory import draw_trajectory
from condensation.measures.trajectory import network_by_seed, trajectory_tables
from condensation.store.figure_data import FigureData

EPOCHS = (10_000, 12_000, 100_000)
EARLY = 1000


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Orientation and length of every neuron, and the output, at the three late epochs; epoch 1000 for comparison."""
    return trajectory_tables(data.runs["trajectory"], (EARLY, *EPOCHS))


def draw(
    networks: pd.DataFrame,
    neurons: pd.DataFrame,
    paths: pd.DataFrame,
    outputs: pd.DataFrame,
    data: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """One column an epoch: active neurons red, static grey, paths blue; below f and the data."""
    tags = {EPOCHS[-1]: "; ".join(failed.values())} if failed else None
    return draw_trajectory(networks, neurons, paths, outputs, data, EPOCHS, tags)


@quantity
def directions_gained(networks: pd.DataFrame) -> list[float]:
    """N_eff at epoch 100000 minus N_eff at epoch 1000, seed by seed."""
    early, late = (network_by_seed(networks, "n_eff", epoch) for epoch in (EARLY, EPOCHS[-1]))
    return [after - before for before, after in zip(early, late, strict=True)]


directions_at_the_end = quantity_of(network_by_seed, column="n_eff", epoch=EPOCHS[-1])
final_loss = quantity_of(network_by_seed, column="loss", epoch=EPOCHS[-1])
