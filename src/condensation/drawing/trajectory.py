"""Trajectory of neurons in the plane of orientation and length, above the output at the same epochs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.features import case_panels
from condensation.drawing.style import COLOURS, failed_tag, legend_outside, panel_title, pi_ticks, share_ordinate


def path_lines(paths: pd.DataFrame) -> list[np.ndarray]:
    """Return every neuron's path as (orientation, length) points, cut where it wraps around the circle."""
    lines = []
    for _, path in paths.sort_values("epoch").groupby("neuron"):
        points = path[["orientation", "amplitude_w"]].to_numpy()
        wraps = np.flatnonzero(np.abs(np.diff(points[:, 0])) > np.pi) + 1
        lines += [part for part in np.split(points, wraps) if len(part) > 1]
    return lines


def draw_neurons(axes: Axes, neurons: pd.DataFrame, paths: pd.DataFrame) -> None:
    """Draw active neurons red, static ones grey, and the paths so far light blue."""
    axes.add_collection(LineCollection(path_lines(paths), colors=COLOURS["path"], linewidths=0.6, label="path so far"))
    for active, colour, label in ((False, COLOURS["static"], "static neuron"), (True, COLOURS["end"], "active neuron")):
        rows = neurons[neurons["active"].astype(bool) == active]
        axes.plot(
            rows["orientation"], rows["amplitude_w"], "o", color=colour, markersize=3.5, mew=0, label=label, zorder=3
        )
    axes.set(xlim=(-np.pi, np.pi), xlabel=labels.ORIENTATION)
    pi_ticks(axes.xaxis, few=True)


def draw_trajectory(
    networks: pd.DataFrame,
    neurons: pd.DataFrame,
    paths: pd.DataFrame,
    outputs: pd.DataFrame,
    data: pd.DataFrame,
    epochs: Sequence[int],
    tags: Mapping[int, str] | None = None,
) -> Figure:
    """Draw the tables of `trajectory_tables` (first seed), one column an epoch: neurons above, output below.

    tags: epoch -> the category of a failed claim about it.
    """
    figure, pairs, stacked = case_panels(len(epochs), width=7.0, height=4.4)
    networks = networks[networks["seed"] == networks["seed"].min()].set_index("epoch")
    longest = neurons[neurons["epoch"].isin(epochs)].groupby("epoch")["amplitude_w"].max()
    apart = longest.max() > 2 * longest.min()  # else one ordinate
    for place, ((top, bottom), epoch) in enumerate(zip(pairs, epochs, strict=True)):
        shown, network = neurons[neurons["epoch"] == epoch], networks.loc[epoch]
        draw_neurons(top, shown, paths[paths["epoch"] <= epoch])
        largest = shown["amplitude_w"].max() if apart else longest.max()
        top.set_ylim(-0.05 * largest, 1.1 * largest)
        distance = labels.scientific(network["rd_w"], 3 if network["rd_w"] >= 100 else 2)
        numbers = rf"$\mathrm{{RD}} = {distance}$, $N_\mathrm{{eff}} = {network['n_eff']:.1f}$"
        panel_title(top, f"epoch {epoch}\n{numbers}")
        if epoch in (tags or {}):
            failed_tag(top, (tags or {})[epoch])
        curve = outputs[outputs["epoch"] == epoch]
        bottom.plot(curve["x"], curve["y"], color=COLOURS["end"], label="$f$", zorder=3)
        bottom.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=2, mew=0, label="data")
        panel_title(bottom, rf"$R_S = {labels.scientific(network['loss'])}$")
        bottom.set_xlabel(labels.INPUT)
        if place == 0 or stacked:
            top.set_ylabel(labels.LENGTH)
    share_ordinate([bottom for _, bottom in pairs], label=labels.OUTPUT, beside=not stacked)
    handles = [handle for panel in pairs[-1] for handle in panel.get_legend_handles_labels()[0]]
    legend_outside(figure, handles, markerscale=1.4)
    return figure
