"""Regime of condensation: the two-layer network with its three scales (schematic)."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.style import COLOURS, new_figure
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

HIDDEN = 5  # hidden neurons drawn; the gap stands for the others


def measure(data: FigureData) -> pa.Table:
    """Places and names of the drawn neurons."""
    del data  # a schematic
    nodes = [("input", 0.0, 0.7, r"$x$"), ("input", 0.0, 0.3, r"$1$"), ("output", 2.0, 0.5, r"$f$")]
    for number in range(HIDDEN):
        label = r"$\vdots$" if number == HIDDEN - 2 else r"$w_m$" if number == HIDDEN - 1 else rf"$w_{number + 1}$"
        nodes.append(("gap" if number == HIDDEN - 2 else "hidden", 1.0, 1.0 - number / (HIDDEN - 1), label))
    columns = zip(("series", "x", "y", "label"), zip(*nodes, strict=True), strict=True)
    return metric_table(**{name: list(values) for name, values in columns})


def draw(table: pd.DataFrame) -> Figure:
    """Inputs, hidden neurons and output, with what is drawn at random where."""
    figure, axes = new_figure(1, 1, width=6.2, height=3.3)
    panel = axes[0, 0]
    inputs, hidden, output = (table[table["series"] == name] for name in ("input", "hidden", "output"))
    for _, neuron in hidden.iterrows():
        for _, source in inputs.iterrows():
            panel.plot(
                (source["x"], neuron["x"]), (source["y"], neuron["y"]), color=COLOURS["layer_1"], linewidth=1, zorder=1
            )
        end = output.iloc[0]
        panel.plot((neuron["x"], end["x"]), (neuron["y"], end["y"]), color=COLOURS["layer_2"], linewidth=1, zorder=1)
    for _, node in table.iterrows():
        if node["series"] != "gap":
            panel.scatter(node["x"], node["y"], s=620, color="white", edgecolors="black", zorder=2)
        panel.text(node["x"], node["y"], node["label"], ha="center", va="center", fontsize=11, zorder=3)
    panel.text(0.42, 1.0, r"$w_k \sim N(0, \beta_2^2 I)$", ha="center", color=COLOURS["layer_1"], fontsize=11)
    panel.text(1.6, 1.0, r"$a_k \sim N(0, \beta_1^2)$", ha="center", color=COLOURS["layer_2"], fontsize=11)
    panel.text(
        2.16, 0.5, r"$f = \dfrac{1}{\alpha}\;\sum_{k=1}^{m} a_k\,\sigma(w_k \cdot (x, 1))$", va="center", fontsize=12
    )
    panel.text(
        1.0,
        -0.2,
        r"$\kappa = \beta_1\beta_2/\alpha = m^{-\gamma}$,   $\kappa' = \beta_1/\beta_2 = m^{-\gamma'}$",
        ha="center",
        fontsize=11,
    )
    panel.set(xlim=(-0.2, 3.5), ylim=(-0.3, 1.15))
    panel.axis("off")
    return figure


@quantity
def layers(table: pd.DataFrame) -> float:
    """Layers of neurons drawn: input, hidden, output."""
    return float(table["x"].nunique())
