"""Evolution of a network's neurons: orientation against amplitude at chosen epochs, and the paths in between."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from condensation.measures.features import output
from condensation.measures.orientation import number_of_directions, orientation
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.snapshots import snapshots

_COLUMNS = (
    "series", "seed", "epoch", "neuron", "orientation", "amplitude_w", "active", "n_eff", "loss", "rd_w", "x", "y",
)  # fmt: skip


def trajectory_table(runs: pd.DataFrame, epochs: Sequence[int], *, output_points: int = 0) -> pa.Table:
    """Metrics of a trajectory figure; amplitude_w = |(w_k, b_k)|.

    Series `neuron`: every neuron at the given epochs, all seeds; active if it has moved by more than the longest start.
    Series `path`: the neurons of the first seed at every kept epoch up to the last given one.
    Series `network`: N_eff (of amplitude_w), loss R_S and RD(theta_w) at the given epochs, all seeds.
    Series `output` (with output_points): f(x) of the first seed at every given epoch; `data`: the training points.
    """
    first = runs["seed"].min()
    rows: list[pd.DataFrame] = []
    for _, run in runs.sort_values("seed").iterrows():
        kept, target = snapshots(run), TARGETS[run["target"]]
        w0, b0 = kept.w[0], kept.b[0]
        path_epochs = kept.step[kept.step <= max(epochs)] if run["seed"] == first else np.array([], dtype=np.int64)
        for epoch in sorted({*epochs, *path_epochs.tolist()}):
            index = int(np.flatnonzero(kept.step == epoch)[-1])
            _, w, b = kept.at(index)
            moved = np.hypot(w - w0, b - b0)
            labels = {"seed": run["seed"], "epoch": epoch}
            neurons = pd.DataFrame({**labels, "neuron": np.arange(w.size), "orientation": orientation(w, b)})
            neurons["amplitude_w"] = np.hypot(w, b)
            neurons["active"] = moved > np.hypot(w0, b0).max()
            if epoch in path_epochs:
                rows.append(neurons.assign(series="path"))
            if epoch not in epochs:
                continue
            residual = output(run, kept, target.x, index=index) - target.y
            network = {
                **labels,
                "series": "network",
                "n_eff": number_of_directions(neurons["orientation"].to_numpy(), neurons["amplitude_w"].to_numpy()),
                "loss": float(residual @ residual) / (2 * target.n),
                "rd_w": float(np.linalg.norm(moved) / np.linalg.norm((w0, b0))),
            }
            rows += [neurons.assign(series="neuron"), pd.DataFrame([network])]
            if output_points and run["seed"] == first:
                x = np.linspace(*target.interval, output_points)
                curve = {**labels, "series": "output", "x": x, "y": output(run, kept, x, index=index)}
                rows.append(pd.DataFrame(curve))
    target = TARGETS[runs["target"].iloc[0]]
    rows.append(pd.DataFrame({"series": "data", "x": target.x, "y": target.y}))
    table = pd.concat(rows).reindex(columns=list(_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in _COLUMNS})


def network_by_seed(table: pd.DataFrame, column: str, epoch: int) -> list[float]:
    """Return n_eff, loss or rd_w at an epoch, one number a seed."""
    rows = table[(table["series"] == "network") & (table["epoch"] == epoch)]
    return [float(value) for value in rows.sort_values("seed")[column]]
