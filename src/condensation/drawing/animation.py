"""The trajectory of neurons as an animation: neurons, output, and the loss with a dot that moves."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.animation import FuncAnimation
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.style import COLOURS, LEAST, current_width, pi_ticks
from condensation.drawing.trajectory import path_lines

PIXELS = 1000  # width of a frame


def animate_trajectory(
    networks: pd.DataFrame, neurons: pd.DataFrame, paths: pd.DataFrame, outputs: pd.DataFrame, data: pd.DataFrame
) -> FuncAnimation:
    """Animate the tables of `trajectory_tables` (first seed): one frame a given epoch.

    The length has a logarithmic axis: it grows from 1e-4 to 1.
    """
    width = current_width()
    figure = Figure(figsize=(width, max(0.47 * width, 2.4)), dpi=PIXELS / width, layout="constrained")
    axes = figure.subplot_mosaic([["neurons", "output"], ["neurons", "loss"]], width_ratios=(1.25, 1))
    left, right, below = axes["neurons"], axes["output"], axes["loss"]
    networks = networks[networks["seed"] == networks["seed"].min()].sort_values("epoch")
    epochs = networks["epoch"].to_numpy()
    lines = left.add_collection(LineCollection([], colors=COLOURS["path"], linewidths=0.5))
    (static,) = left.plot([], [], "o", color=COLOURS["static"], markersize=3.5, mew=0, label="static")
    (active,) = left.plot([], [], "o", color=COLOURS["end"], markersize=3.5, mew=0, label="active")
    lengths = paths["amplitude_w"]
    left.set(
        xlim=(-np.pi, np.pi), yscale="log", ylim=(0.5 * lengths[lengths > 0].min(), 2.5 * lengths.max()),
        xlabel=labels.ORIENTATION, ylabel=labels.LENGTH,
    )  # fmt: skip
    pi_ticks(left.xaxis)
    left.legend(loc="lower right", fontsize=max(LEAST, mpl.rcParams["legend.fontsize"] - 1), frameon=True)
    right.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=2.2, mew=0, label="data")
    (curve,) = right.plot([], [], color=COLOURS["end"], label="$f$")
    low, high = min(outputs["y"].min(), data["y"].min()), max(outputs["y"].max(), data["y"].max())
    margin = 0.06 * (high - low)
    right.set(xlabel=labels.INPUT, ylabel=labels.OUTPUT, ylim=(low - margin, high + margin))
    right.legend(loc="upper left")
    started = networks["epoch"] > 0
    below.loglog(networks.loc[started, "epoch"], networks.loc[started, "loss"], color=COLOURS["guide"])
    (dot,) = below.plot([], [], "o", color=COLOURS["end"], markersize=5)
    below.set(xlabel="epoch", ylabel=r"loss $R_S$")
    title = left.set_title(" ", loc="left")
    cut = {epoch: path_lines(paths[paths["epoch"] <= epoch]) for epoch in epochs}

    def update(frame: int) -> None:
        network = networks.iloc[frame]
        epoch = int(network["epoch"])
        now = neurons[neurons["epoch"] == epoch]
        moves = now["active"].astype(bool)
        for artist, chosen in ((static, now[~moves]), (active, now[moves])):
            artist.set_data(chosen["orientation"], chosen["amplitude_w"])
        lines.set_segments(cut[epoch])  # type: ignore[attr-defined]
        shape = outputs[outputs["epoch"] == epoch]
        curve.set_data(shape["x"], shape["y"])
        dot.set_data([max(epoch, below.get_xlim()[0])], [network["loss"]])
        title.set_text(rf"epoch {epoch}: $R_S = {labels.scientific(network['loss'])}$")

    update(len(networks) - 1)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once: panels must not move, and each frame would take twice as long
    return FuncAnimation(figure, update, frames=len(networks), interval=125)
