"""Three-layer networks: typical cases, slope maps of both hidden layers, and which layer condenses."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from condensation.drawing import labels
from condensation.drawing.features import draw_features_panel
from condensation.drawing.palette import SLOPE_MAP
from condensation.drawing.similarity import draw_similarity
from condensation.drawing.slope_map import cell_edges
from condensation.drawing.style import COLOURS, attribution, new_figure

OURS = "ours: definitions and data assumed where the paper's text was not at hand (see the table's notes)"
CLIPPED = 1.0  # slopes beyond it have the last colour, as on the slides
_LAYERS = {1: (COLOURS["layer_1"], "o"), 2: (COLOURS["layer_2"], "s")}


def draw_three_layer_cases(table: pd.DataFrame) -> Figure:
    """One column a gamma3 (first seed): output, first layer's features before and after, second layer's D after."""
    gammas = sorted(table["gamma3"].dropna().unique())
    figure, axes = new_figure(3, len(gammas), width=2.45 * len(gammas) + 0.4, height=7.4)
    first, data = table["seed"].min(), table[table["series"] == "data"]
    for column, gamma3 in enumerate(gammas):
        rows = table[(table["gamma3"] == gamma3) & (table["seed"] == first)]
        numbers = rows[rows["series"] == "numbers"].set_index("layer")
        top, middle, bottom = axes[:, column]
        curve = rows[rows["series"] == "output"]
        top.plot(curve["x"], curve["y"], color=COLOURS["end"], label="$f - f_{t=0}$")
        top.plot(data["x"], data["y"], "o", color="black", markersize=4, label="data")
        top.set(xlabel="$x$", title=rf"$\gamma_3 = {gamma3:g}$")
        draw_features_panel(middle, rows)
        distance, directions = numbers.loc[1, "rd"], numbers.loc[1, "n_eff"]
        middle.set_title(rf"layer 1: RD = {distance:.2g}, $N_{{eff}}$ = {directions:.0f}", fontsize=8.5)
        middle.set_xlabel(r"orientation $\mathrm{atan2}(b_k, w_k)$")
        image = draw_similarity(bottom, rows[rows["series"] == "cosines end"], "neuron")
        distance, similarity = numbers.loc[2, "rd"], numbers.loc[2, "similarity"]
        bottom.set_title(f"layer 2: RD = {distance:.2g},\nmean $|D|$ = {similarity:.2f}", fontsize=8.5)
    axes[0, 0].set_ylabel("$f(x)$")
    axes[1, 0].set_ylabel(labels.LENGTH)
    axes[0, -1].legend(loc="best")
    axes[1, -1].legend(loc="best", markerscale=1.6)
    figure.colorbar(image, ax=axes[2, :], label="$D_{kl}$", fraction=0.03, pad=0.02)
    attribution(figure, OURS)
    return figure


def _draw_map(axes: Axes, table: pd.DataFrame, layer: int):
    cells = table[(table["series"] == "cell") & (table["layer"] == layer)]
    grid = cells.pivot(index="gamma3", columns="gamma2", values="slope")
    values = np.ma.masked_invalid(grid.to_numpy(float))
    edges = cell_edges(grid.columns.to_numpy(float)), cell_edges(grid.index.to_numpy(float))
    axes.set_facecolor("0.8")
    mesh = axes.pcolormesh(*edges, values, cmap=SLOPE_MAP, vmin=-CLIPPED, vmax=CLIPPED)
    for k, line in ((1, "-"), (2, "--")):
        boundary = table[(table["series"] == "boundary") & (table["layer"] == k)].sort_values("gamma2")
        axes.plot(boundary["gamma2"], boundary["gamma3"], line, color="black", label=rf"theory: $S_{{W{k}}} = 0$")
        zeros = table[(table["series"] == "zero") & (table["layer"] == k)]
        marker = _LAYERS[k][1]
        axes.plot(
            zeros["gamma2"], zeros["gamma3"], marker, color="black", markerfacecolor="white", markersize=5,
            label=rf"measured: $S_{{W{k}}} = 0$",
        )  # fmt: skip
    axes.set(xlim=(edges[0][0], edges[0][-1]), ylim=(edges[1][0], edges[1][-1]))
    axes.set(xlabel=r"$\gamma_2$", ylabel=r"$\gamma_3$")
    return mesh


def draw_three_layer_slopes(table: pd.DataFrame) -> Figure:
    """(a, b) maps of S_W1 and S_W2; (c) RD against m and (d) slopes against gamma3, along gamma2 = 0."""
    figure, axes = new_figure(2, 2, width=7.6, height=7.0, letters=True)
    for panel, layer in zip(axes[0], (1, 2), strict=True):
        mesh = _draw_map(panel, table, layer)
        panel.set_title(rf"$S_{{W{layer}}}$")
    figure.colorbar(
        mesh, ax=axes[0, :], label="slope of log RD against log $m$", fraction=0.04, pad=0.02, extend="both"
    )
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    _draw_distances(axes[1, 0], table)
    _draw_line(axes[1, 1], table)
    attribution(figure, OURS)
    return figure


def _draw_distances(axes: Axes, table: pd.DataFrame) -> None:
    rows = table[table["series"] == "distance"]
    for gamma3, alpha in ((1.0, 0.35), (1.5, 0.6), (2.0, 1.0)):
        for layer, (colour, marker) in _LAYERS.items():
            points = rows[(rows["layer"] == layer) & np.isclose(rows["gamma3"], gamma3)].sort_values("m")
            axes.errorbar(
                points["m"], points["rd"], points["rd_spread"], fmt=marker, linestyle="-", color=colour, capsize=2,
                alpha=alpha, markersize=4,
            )  # fmt: skip
            place = tuple(points[["m", "rd"]].iloc[-1])
            axes.annotate(
                rf"$\gamma_3 = {gamma3:g}$",
                place,
                xytext=(5, 1 if layer == 2 else -6),
                textcoords="offset points",
                fontsize=7,
            )
    for layer, (colour, marker) in _LAYERS.items():
        axes.plot([], [], marker, color=colour, label=f"layer {layer}")
    axes.set(xscale="log", yscale="log", xlabel="width $m$", ylabel=r"RD$(\theta_{W})$")
    axes.set_title(r"$\gamma_2 = 0$")
    axes.set_xlim(right=rows["m"].max() * 4 if len(rows) else None)
    axes.legend(loc="best")


def _draw_line(axes: Axes, table: pd.DataFrame) -> None:
    axes.axhline(0.0, color="0.7", linewidth=0.8)
    for layer, (colour, marker) in _LAYERS.items():
        theory = table[(table["series"] == "theory") & (table["layer"] == layer)].sort_values("gamma3")
        axes.plot(theory["gamma3"], theory["slope"], color=colour, linewidth=1, label=rf"$S_{{W{layer}}}$, theory")
        points = table[(table["series"] == "line") & (table["layer"] == layer)]
        axes.errorbar(
            points["gamma3"], points["slope"], points["slope_spread"], fmt=marker, color=colour, capsize=2,
            markersize=4, markerfacecolor="none", label=rf"$S_{{W{layer}}}$, measured",
        )  # fmt: skip
    axes.set(xlabel=r"$\gamma_3$", ylabel="slope $S$")
    axes.set_title(r"$\gamma_2 = 0$")
    axes.legend(loc="lower right", fontsize=7)


def draw_which_layer(table: pd.DataFrame) -> Figure:
    """One column a point of the diagram: RD of both layers against m; first layer's features and second layer's D."""
    points = table[table["series"] == "slope"].groupby(["gamma2", "gamma3"]).size().index.tolist()
    figure, axes = new_figure(3, len(points), width=2.45 * len(points) + 0.4, height=7.4)
    for column, (gamma2, gamma3) in enumerate(points):
        rows = table[(table["gamma2"] == gamma2) & (table["gamma3"] == gamma3)]
        top, middle, bottom = axes[:, column]
        slopes = dict(rows.loc[rows["series"] == "slope", ["layer", "slope"]].itertuples(index=False))
        for layer, (colour, marker) in _LAYERS.items():
            curve = rows[(rows["series"] == "distance") & (rows["layer"] == layer)].sort_values("m")
            top.errorbar(
                curve["m"], curve["rd"], curve["rd_spread"], fmt=marker, linestyle="-", color=colour, capsize=2,
                markersize=4, label=f"layer {layer}",
            )  # fmt: skip
        top.axhline(1.0, color="0.8", linewidth=0.8, zorder=0)
        top.set(xscale="log", yscale="log", xlabel="width $m$")
        top.yaxis.set_minor_formatter(NullFormatter())
        top.set_title(
            rf"$\gamma_2 = {gamma2:g}$, $\gamma_3 = {gamma3:g}$"
            + "\n"
            + ", ".join(rf"$S_{{W{layer:.0f}}} = {slope:+.2f}$" for layer, slope in slopes.items())
        )
        draw_features_panel(middle, rows)
        middle.set_xlabel(r"orientation $\mathrm{atan2}(b_k, w_k)$")
        numbers = rows[rows["series"] == "numbers"].sort_values(["m", "seed"])
        widest = numbers[numbers["m"] == numbers["m"].max()].iloc[0]
        middle.set_title(rf"layer 1: $N_{{eff}}$ = {widest['n_eff']:.0f}", fontsize=8.5)
        image = draw_similarity(bottom, rows[rows["series"] == "cosines end"], "neuron")
        bottom.set_title(rf"layer 2: mean $|D|$ = {widest['similarity']:.2f}", fontsize=8.5)
    axes[0, 0].set_ylabel(r"RD$(\theta_W)$")
    axes[1, 0].set_ylabel(labels.LENGTH)
    axes[0, 0].legend(loc="best")
    axes[1, 0].legend(loc="upper left", markerscale=1.6)
    figure.colorbar(image, ax=axes[2, :], label="$D_{kl}$", fraction=0.03, pad=0.02)
    attribution(figure, OURS)
    return figure
