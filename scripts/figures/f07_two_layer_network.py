"""Regime of condensation: the two-layer network with its three scales (schematic)."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, current_width, new_figure
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

GAP = r"$\vdots$"  # stands for the neurons between
LAYERS = (("$x_1$", GAP, "$x_d$", "$1$"), ("$w_1$", "$w_2$", "$w_3$", GAP, "$w_m$"), ("$f$",))
FORMULAS = (
    r"$f(x) = \dfrac{1}{\alpha}\;\sum_{k=1}^{m} a_k\,\sigma(w_k \cdot (x, 1))$",
    r"$a_k \sim \mathcal{N}(0, \beta_1^2)$,   $w_k \sim \mathcal{N}(0, \beta_2^2 I)$",
    r"$\kappa = \beta_1\beta_2/\alpha = m^{-\gamma}$,   $\kappa\prime = \beta_1/\beta_2 = m^{-\gamma\prime}$",
)


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Places and names of the drawn neurons, layer by layer: layer 0 the input, 2 the output."""
    del data  # a schematic
    nodes = [
        (number, float(number), height, label)
        for number, layer in enumerate(LAYERS)
        for height, label in zip(_heights(len(layer)), layer, strict=True)
    ]
    columns = zip(("layer", "x", "y", "label"), zip(*nodes, strict=True), strict=True)
    return {"nodes": metric_table(**{name: list(values) for name, values in columns})}


def _heights(count: int) -> list[float]:
    """Even heights around 1/2, with the five of the hidden layer from 1 to 0."""
    return (0.5 + (np.arange(count)[::-1] - (count - 1) / 2) / 4).tolist()


def draw(nodes: pd.DataFrame) -> Figure:
    """Inputs, hidden neurons and output, what is drawn at random where, and the formulas as one block."""
    narrow = current_width(7.0) < 5
    figure, axes = new_figure(1 if not narrow else 2, 2 if not narrow else 1, width=7.0, height=4.2 if narrow else 2.5)
    panel, formulas = axes.flat
    neurons = nodes[nodes["label"] != GAP]
    for layer, colour in ((0, "layer_1"), (1, "layer_2")):
        ends = neurons[neurons["layer"] == layer + 1]
        for source in neurons[neurons["layer"] == layer].itertuples():
            for end in ends.itertuples():
                panel.plot((source.x, end.x), (source.y, end.y), color=COLOURS[colour], linewidth=1, zorder=1)
    panel.scatter(neurons["x"], neurons["y"], s=330, color="white", edgecolors="black", zorder=2)
    for node in nodes.itertuples():
        panel.text(node.x, node.y, node.label, ha="center", va="center", zorder=3)
    panel.text(0.5, 1.1, r"$w_k$: scale $\beta_2$", ha="center", color=COLOURS["layer_1"])
    panel.text(1.55, 1.1, r"$a_k$: scale $\beta_1$", ha="center", color=COLOURS["layer_2"])
    panel.set(xlim=(-0.2, 2.2), ylim=(-0.12, 1.2))
    for height, formula in zip((0.75, 0.42, 0.15), FORMULAS, strict=True):
        formulas.text(0.5, height, formula, ha="center", va="center", fontsize=11)
    for part in (panel, formulas):
        part.axis("off")
    return figure
