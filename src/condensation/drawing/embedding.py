"""Loss curves over the critical losses of small networks, and the functions at the plateaus."""

import pandas as pd
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.palette import CATEGORIES
from condensation.drawing.style import (
    COLOURS,
    SMALL,
    failed_tag,
    legend_outside,
    pair_of_panels,
    panel_title,
)

_LINES = ("-", (0, (4, 1)), (0, (5, 1, 1, 1)))  # of the seeds


def draw_embedding(
    losses: pd.DataFrame, plateaus: pd.DataFrame, outputs: pd.DataFrame, data: pd.DataFrame, *, tag: str = ""
) -> Figure:
    """Draw R_S of every seed with its plateaus and the losses of small networks; f at the first seed's plateaus."""
    figure, curves, functions, _ = pair_of_panels(3.1)
    colours = dict(zip(sorted(plateaus["neurons"].unique()), CATEGORIES, strict=False))
    for number, (seed, rows) in enumerate(losses.groupby("seed")):
        curves.loglog(
            rows["epoch"], rows["loss"], color=COLOURS["ours"], linewidth=1, linestyle=_LINES[number % len(_LINES)],
            label=f"100 neurons, seed {seed}", zorder=3,
        )  # fmt: skip
    for neurons, rows in plateaus.groupby("neurons"):
        level, colour = rows["loss_small"].median(), colours[neurons]
        curves.axhline(level, color=colour, linewidth=1.2, linestyle="--", zorder=1)
        name = f"{neurons} neuron{'s' if neurons > 1 else ''}: ${labels.scientific(level, 3)}$"
        side, gap = ("bottom", 2) if neurons == 1 else ("top", -3)  # one and two neurons have almost one loss
        curves.annotate(
            name, (0.02, level), (0, gap), xycoords=curves.get_yaxis_transform(), textcoords="offset points",
            fontsize=SMALL, va=side, color=colour,
        )  # fmt: skip
        curves.plot(rows["epoch"], rows["loss"], "o", color=colour, markersize=5, zorder=4)
    curves.set(xlabel="epoch", ylabel=r"loss $R_S$")
    panel_title(curves, "plateaus and critical losses")
    if tag:
        failed_tag(curves, tag)
    functions.plot(data["x"], data["y"], "o", color=COLOURS["data"], markersize=2.2, mew=0, label="data")
    first = plateaus[plateaus["seed"] == plateaus["seed"].min()].set_index("epoch")
    for epoch, rows in outputs.groupby("epoch"):
        neurons = first.loc[epoch, "neurons"]
        functions.plot(rows["x"], rows["y"], color=colours[neurons], label=f"epoch {epoch}")
        functions.plot(rows["x"], rows["y_small"], color="black", linewidth=0.9, linestyle=":", zorder=4)
    functions.plot([], [], color="black", linewidth=0.9, linestyle=":", label="small network at rest")
    functions.set(xlabel=labels.INPUT, ylabel=labels.OUTPUT)
    panel_title(functions, "$f$ at the plateaus")
    handles = [handle for panel in (curves, functions) for handle in panel.get_legend_handles_labels()[0]]
    legend_outside(figure, handles)
    return figure
