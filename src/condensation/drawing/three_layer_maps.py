"""Diagram of three-layer networks: its four regions, maps over it, distances against the width, slopes along a line."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from condensation.drawing.palette import SLOPE_MAP
from condensation.drawing.slope_map import cell_edges
from condensation.drawing.style import (
    COLOURS,
    SMALL,
    failed_tag,
    fitting_columns,
    legend_outside,
    letter_panels,
    new_figure,
    panel_title,
    share_ordinate,
    tint,
)
from condensation.models.three_layer.phase_diagram import zero_line_1, zero_line_2

CLIPPED = 1.0  # slopes beyond it have the last colour, as on the slides
SHOWN = (0.9, 1.5, 2.1)  # the gamma3 of the paper's figure of RD(W1)
_GAMMA2, _GAMMA3 = r"exponent $\gamma_2$", r"exponent $\gamma_3$"
_STYLE = {1: ("-", "o"), 2: ("--", "s")}  # of a layer's zero line and its measured zeros
_LAYER = {1: COLOURS["layer_1"], 2: COLOURS["layer_2"]}
_REGIONS = {  # layer 1, layer 2 -> strengths of blue and green
    (False, False): ("linear", 0.3),
    (True, False): ("condensed", 0.25),
    (False, True): ("condensed", 0.25),
    (True, True): ("condensed", 0.55),
}


def draw_regimes(axes: Axes, lines: pd.DataFrame, *, names: bool = True) -> None:
    """Fill the four regions of (gamma2, gamma3) between the layers' zero lines and name them.

    lines: derived zeros, columns layer, gamma2, gamma3.
    """
    gamma2 = np.linspace(lines["gamma2"].min(), lines["gamma2"].max(), 401)
    low, high = 0.6, 3.7
    first, second = (np.clip(line(gamma2), low, high) for line in (zero_line_1, zero_line_2))
    bounds = {
        (False, False): (np.full_like(gamma2, low), np.minimum(first, second)),
        (True, False): (first, np.maximum(first, second)),
        (False, True): (second, np.maximum(first, second)),
        (True, True): (np.maximum(first, second), np.full_like(gamma2, high)),
    }
    for key, (bottom, top) in bounds.items():
        colour, strength = _REGIONS[key]
        axes.fill_between(gamma2, bottom, top, color=tint(colour, strength), linewidth=0)
    draw_lines(axes, lines)
    axes.set(xlim=(gamma2[0], gamma2[-1]), ylim=(low, high), xlabel=_GAMMA2, ylabel=_GAMMA3)
    if not names:
        return
    words = {True: "condensed", False: "linear"}
    for key, place in (((False, False), (-0.05, 1.05)), ((True, False), (-0.08, 2.05)), ((True, True), (0.5, 3.1))):
        text = f"{words[key[0]]}-\n{words[key[1]]}"
        axes.text(*place, text, ha="center", va="center", fontsize=SMALL)
    axes.annotate(
        "linear-\ncondensed", (0.9, 2.15), (0.65, 1.2), ha="center", va="center", fontsize=SMALL,
        arrowprops={"arrowstyle": "-", "linewidth": 0.7},
    )  # fmt: skip


def draw_lines(axes: Axes, lines: pd.DataFrame, zeros: pd.DataFrame | None = None) -> None:
    """Draw the derived zero lines of both layers, and the measured zeros where they are given."""
    for layer, (style, marker) in _STYLE.items():
        own = lines[lines["layer"] == layer].sort_values("gamma2")
        axes.plot(
            own["gamma2"], own["gamma3"], style, color=COLOURS["theory"], label=rf"$S_{layer} = 0$, theory"
        )  # fmt: skip
        if zeros is not None:
            found = zeros[zeros["layer"] == layer]
            axes.plot(
                found["gamma2"], found["gamma3"], marker, color=COLOURS["ours"], markerfacecolor="white",
                markersize=4.5, label=rf"$S_{layer} = 0$, measured", clip_on=False,
            )  # fmt: skip


def draw_map(axes: Axes, cells: pd.DataFrame, column: str, *, colours: str, low: float, high: float) -> QuadMesh:
    """Draw a column over (gamma2, gamma3); masked cells grey, cells with the other sign than theory hatched."""
    grid = cells.pivot(index="gamma3", columns="gamma2", values=column)
    edges = cell_edges(grid.columns.to_numpy(float)), cell_edges(grid.index.to_numpy(float))
    axes.set_facecolor(COLOURS["guide"])
    values = np.ma.masked_invalid(grid.to_numpy(float))
    mesh = axes.pcolormesh(*edges, values, cmap=colours, vmin=low, vmax=high, rasterized=True)
    if "slope_theory" in cells:
        theory = cells.pivot(index="gamma3", columns="gamma2", values="slope_theory").to_numpy(float)
        wrong = np.ma.masked_where((values * theory >= 0) | (np.abs(theory) < 1e-9) | values.mask, np.ones_like(theory))
        axes.pcolor(*edges, wrong, hatch="////", alpha=0.0)
    axes.set(xlim=edges[0][[0, -1]], ylim=edges[1][[0, -1]], xlabel=_GAMMA2, ylabel=_GAMMA3)
    return mesh


def draw_three_layer_slopes(
    cells: pd.DataFrame, operator_cells: pd.DataFrame, zeros: pd.DataFrame, lines: pd.DataFrame,
    operator_lines: pd.DataFrame, line: pd.DataFrame, theory: pd.DataFrame, distances: pd.DataFrame,
    directions: pd.DataFrame, failed: dict[str, str],
) -> Figure:  # fmt: skip
    """Regions and maps of the slopes; RD against m; slopes along gamma2 = 0, operator norm and d_eff of layer 2."""
    columns = fitting_columns(9, least=2.2)
    figure, axes = new_figure(-(-9 // columns), columns, height=2.35 * -(-9 // columns) + 0.7)
    panels = list(axes.flat)
    for panel in panels[9:]:
        panel.remove()
    panels = panels[:9]
    letter_panels(panels)
    draw_regimes(panels[0], lines)
    panel_title(panels[0], "layer 1-layer 2")
    shown = (
        ("$S_1$", cells[cells["layer"] == 1]), ("$S_2$", cells[cells["layer"] == 2]),
        (r"$S_2$, operator norm", operator_cells),
    )  # fmt: skip
    for panel, (name, rows) in zip((panels[1], panels[2], panels[7]), shown, strict=True):
        mesh = draw_map(panel, rows, "slope", colours=SLOPE_MAP, low=-CLIPPED, high=CLIPPED)
        if rows is operator_cells:
            draw_lines(panel, operator_lines)
        else:
            draw_lines(panel, lines, zeros)
        panel_title(panel, name)
        _bar(figure, mesh, panel, f"slope {name.split(',')[0]}", extend="both")
    mesh = draw_map(panels[8], directions, "n_eff_span", colours="viridis", low=1, high=4)
    draw_lines(panels[8], operator_lines)
    panel_title(panels[8], r"layer 2: $d_\mathrm{eff}$, " + f"$m = {directions['m'].max()}$")
    _bar(figure, mesh, panels[8], r"effective dimension $d_\mathrm{eff}$", extend="neither")
    for panel, gamma3 in zip(panels[3:6], SHOWN, strict=True):
        _draw_distances(panel, distances, line, gamma3)
    share_ordinate(panels[3:6], label="relative distance RD", beside=columns == 3)
    _draw_line(panels[6], line, theory)
    for panel, words in ((panels[1], ("signs_1", "zero", "order")), (panels[2], ("signs_2",)), (panels[6], ("line",))):
        if any(claim.startswith(f"f15b_{word}") for claim in failed for word in words):
            failed_tag(panel)
    handles = panels[1].get_legend_handles_labels()[0] + panels[6].get_legend_handles_labels()[0]
    legend_outside(figure, handles, loc="outside upper center")
    return figure


def _bar(figure: Figure, mesh: QuadMesh, panel: Axes, label: str, *, extend: str) -> None:
    figure.colorbar(mesh, ax=panel, label=label, extend=extend, fraction=0.06, pad=0.03, aspect=18)


def _draw_distances(axes: Axes, distances: pd.DataFrame, line: pd.DataFrame, gamma3: float) -> None:
    """RD of both layers against the width at gamma2 = 0, with its slopes in the title."""
    texts = []
    for layer, colour in _LAYER.items():
        rows = distances[(distances["layer"] == layer) & np.isclose(distances["gamma3"], gamma3)].sort_values("m")
        axes.errorbar(
            rows["m"], rows["rd"], rows["rd_spread"], fmt=_STYLE[layer][1], linestyle="-", color=colour, capsize=2,
            markersize=3.5,
        )  # fmt: skip
        fit = line[(line["layer"] == layer) & np.isclose(line["gamma3"], gamma3)]["slope"]
        texts.append(f"$S_{layer} = {fit.iloc[0]:+.2f}$" if len(fit) else "")
    axes.axhline(1.0, color=COLOURS["guide"], linewidth=0.8, zorder=0)
    axes.set(xscale="log", yscale="log", xlabel="width $m$")
    axes.xaxis.set_minor_formatter(NullFormatter())
    panel_title(axes, rf"$\gamma_3 = {gamma3:g}$, $\gamma_2 = 0$" + "\n" + ", ".join(texts))


def _draw_line(axes: Axes, line: pd.DataFrame, theory: pd.DataFrame) -> None:
    """Slopes of both layers along gamma2 = 0, beside theory."""
    axes.axhline(0.0, color=COLOURS["guide"], linewidth=0.8)
    for layer, colour in _LAYER.items():
        curve = theory[theory["layer"] == layer].sort_values("gamma3")
        axes.plot(curve["gamma3"], curve["slope"], color=colour, linewidth=1, label=f"layer {layer}: theory")
        points = line[line["layer"] == layer]
        axes.errorbar(
            points["gamma3"], points["slope"], points["slope_spread"], fmt=_STYLE[layer][1], color=colour, capsize=2,
            markersize=3.5, markerfacecolor="none", label="measured",
        )  # fmt: skip
    axes.set(xlabel=_GAMMA3, ylabel="slope $S$")
    panel_title(axes, r"$\gamma_2 = 0$")
