"""Trajectory of neurons in the plane of orientation and amplitude, as panels and as an animation."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, new_figure, pi_ticks


def _draw_paths(axes: Axes, paths: pd.DataFrame) -> None:
    """Draw every neuron's path in light blue, cut where it wraps around the circle."""
    lines = []
    for _, path in paths.sort_values("epoch").groupby("neuron"):
        points = path[["orientation", "amplitude_w"]].to_numpy()
        wraps = np.flatnonzero(np.abs(np.diff(points[:, 0])) > np.pi) + 1
        lines += [part for part in np.split(points, wraps) if len(part) > 1]
    axes.add_collection(LineCollection(lines, colors=COLOURS["path"], linewidths=0.6, alpha=0.6))


def _draw_neurons(axes: Axes, neurons: pd.DataFrame) -> None:
    for active, colour, label in ((False, COLOURS["static"], "static"), (True, COLOURS["end"], "active")):
        rows = neurons[neurons["active"].astype(bool) == active]
        axes.plot(rows["orientation"], rows["amplitude_w"], "o", color=colour, markersize=3.5, label=label, zorder=3)


def draw_trajectory(table: pd.DataFrame, epochs: Sequence[int]) -> Figure:
    """Draw one panel an epoch (first seed): active neurons red, static grey, their paths so far blue."""
    figure, axes = new_figure(1, len(epochs), width=2.6 * len(epochs), height=2.9)
    first = table.loc[table["series"] == "neuron", "seed"].min()
    table = table[table["seed"] == first]
    for panel, epoch in zip(axes[0], epochs, strict=True):
        neurons = table[(table["series"] == "neuron") & (table["epoch"] == epoch)]
        network = table[(table["series"] == "network") & (table["epoch"] == epoch)].iloc[0]
        _draw_paths(panel, table[(table["series"] == "path") & (table["epoch"] <= epoch)])
        _draw_neurons(panel, neurons)
        panel.set_xlim(-np.pi, np.pi)
        panel.set_ylim(-0.05 * neurons["amplitude_w"].max(), 1.12 * neurons["amplitude_w"].max())
        pi_ticks(panel.xaxis)
        panel.set_xlabel(r"orientation $\mathrm{atan2}(b_k, w_k)$")
        panel.set_title(f"epoch {epoch}\n$R_S$ = {network['loss']:.2g}, $N_{{eff}}$ = {network['n_eff']:.1f}")
    axes[0, 0].set_ylabel(r"amplitude $\Vert(w_k, b_k)\Vert$")
    axes[0, 0].plot([], [], color=COLOURS["path"], label="path")
    axes[0, 0].legend(loc="best")
    return figure


def animate_trajectory(table: pd.DataFrame) -> FuncAnimation:
    """Animate one seed: features on the left, output over the data on the right; one frame a kept epoch."""
    figure, axes = new_figure(1, 2, width=6.4, height=3.0)
    left, right = axes[0]
    neurons, outputs, networks = (table[table["series"] == series] for series in ("neuron", "output", "network"))
    data = table[table["series"] == "data"]
    epochs = np.sort(networks["epoch"].unique())
    right.plot(data["x"], data["y"], "o", color="black", markersize=2.5, label="data")
    (curve,) = right.plot([], [], color=COLOURS["end"], label="$f$")
    (static,) = left.plot([], [], "o", color=COLOURS["static"], markersize=3.5, label="static")
    (active,) = left.plot([], [], "o", color=COLOURS["end"], markersize=3.5, label="active")
    left.set(xlim=(-np.pi, np.pi), ylim=(-0.05, 1.1 * neurons["amplitude_w"].max()))
    pi_ticks(left.xaxis)
    left.set_xlabel(r"orientation $\mathrm{atan2}(b_k, w_k)$")
    left.set_ylabel(r"amplitude $\Vert(w_k, b_k)\Vert$")
    right.set(xlabel="$x$", ylabel="$f(x)$")
    left.legend(loc="upper left")
    right.legend(loc="upper left")
    title = figure.suptitle(" ")

    def update(frame: int) -> None:
        epoch = epochs[frame]
        now = neurons[neurons["epoch"] == epoch]
        for artist, chosen in ((static, ~now["active"].astype(bool)), (active, now["active"].astype(bool))):
            artist.set_data(now.loc[chosen, "orientation"], now.loc[chosen, "amplitude_w"])
        shape = outputs[outputs["epoch"] == epoch]
        curve.set_data(shape["x"], shape["y"])
        loss = networks.loc[networks["epoch"] == epoch, "loss"].iloc[0]
        title.set_text(f"epoch {epoch}   $R_S$ = {loss:.1e}")

    return FuncAnimation(figure, update, frames=len(epochs), interval=120)
