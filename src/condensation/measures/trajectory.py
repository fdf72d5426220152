"""Evolution of a network's neurons: orientation against length at chosen epochs, and the paths in between."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.features import output
from condensation.measures.orientation import number_of_directions, orientation
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.snapshots import Snapshots, snapshots

POINTS = 201  # of the grid on which f is drawn


def trajectory_tables(runs: pd.DataFrame, epochs: Sequence[int]) -> dict[str, pa.Table]:
    """Tables of a trajectory figure; amplitude_w = |(w_k, b_k)|.

    `networks`: N_eff (of amplitude_w), loss R_S and RD(theta_w) at the given epochs, all seeds. Of the first seed:
    `neurons`: every neuron at the given epochs; `paths`: the same at every kept epoch up to the last given one;
    `outputs`: f(x) at the given epochs; `data`: the training points.
    """
    runs = runs.sort_values("seed")
    networks = [network_row(run, kept, index) for run, kept, index in _given(runs, epochs)]
    run, target = runs.iloc[0], TARGETS[runs["target"].iloc[0]]
    x = np.linspace(*target.interval, POINTS)
    outputs, kept = [], snapshots(run)
    for _, _, index in _given(runs.head(1), epochs):
        outputs.append(pd.DataFrame({"epoch": kept.step[index], "x": x, "y": output(run, kept, x, index=index)}))
    neurons = _neurons(kept)
    return {
        "networks": metric_table(**pd.DataFrame(networks)),
        "neurons": metric_table(**neurons[neurons["epoch"].isin(epochs)]),
        "paths": metric_table(**neurons[neurons["epoch"] <= max(epochs)].drop(columns="active")),
        "outputs": metric_table(**pd.concat(outputs)),
        "data": metric_table(x=target.x, y=target.y),
    }


def active_neurons(kept: Snapshots) -> NDArray[np.bool_]:
    """Return which neurons have moved by more than the longest start at the end of the run, shape (neurons,)."""
    moved = np.hypot(kept.w[-1] - kept.w[0], kept.b[-1] - kept.b[0])
    return moved > np.hypot(kept.w[0], kept.b[0]).max()


def network_row(run: pd.Series, kept: Snapshots, index: int) -> dict[str, float]:
    """Return seed, epoch, N_eff, R_S and RD(theta_w) of one kept state."""
    target, (_, w, b) = TARGETS[run["target"]], kept.at(index)
    residual = output(run, kept, target.x, index=index) - target.y
    moved = np.linalg.norm((w - kept.w[0], b - kept.b[0]))
    return {
        "seed": run["seed"],
        "epoch": kept.step[index],
        "n_eff": number_of_directions(orientation(w, b), np.hypot(w, b)),
        "loss": float(residual @ residual) / (2 * target.n),
        "rd_w": float(moved / np.linalg.norm((kept.w[0], kept.b[0]))),
    }


def _given(runs: pd.DataFrame, epochs: Sequence[int]) -> Iterator[tuple[pd.Series, Snapshots, int]]:
    """Yield every run with its kept states and the place of each given epoch in them."""
    for _, run in runs.iterrows():
        kept = snapshots(run)
        for epoch in sorted(set(epochs)):
            yield run, kept, int(np.flatnonzero(kept.step == epoch)[-1])


def _neurons(kept: Snapshots) -> pd.DataFrame:
    """Return epoch, neuron, orientation, amplitude_w and active of every neuron at every kept epoch, once each."""
    steps, first = np.unique(kept.step, return_index=True)
    w, b = kept.w[first], kept.b[first]
    epoch, neuron = np.broadcast_arrays(steps[:, None], np.arange(w.shape[1]))
    columns = {"epoch": epoch, "neuron": neuron, "orientation": orientation(w, b), "amplitude_w": np.hypot(w, b)}
    active = np.broadcast_to(active_neurons(kept), w.shape)
    return pd.DataFrame({name: values.ravel() for name, values in {**columns, "active": active}.items()})


def network_by_seed(networks: pd.DataFrame, column: str, epoch: int) -> list[float]:
    """Return n_eff, loss or rd_w at an epoch, one number a seed."""
    return [float(value) for value in networks[networks["epoch"] == epoch].sort_values("seed")[column]]
