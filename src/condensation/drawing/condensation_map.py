"""Map of small boxes, one a (gamma, gamma'), with the features at several widths, and how their number changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from condensation.drawing.labels import width_value
from condensation.drawing.slope_map import cell_edges
from condensation.drawing.style import COLOURS, current_width, legend_outside, tint
from condensation.models.two_layer.phase_diagram import phase_boundary

_WIDTH_COLOURS = ("width_small", "width_medium", "width_large")
_LARGEST_RATIO = 4.0  # end of the scale of ratios, and its inverse


@dataclass(frozen=True)
class Abscissa:
    """What stands along a box: a column of the features, windows around these centres, and how the figure calls it.

    period: of an angle, else 0. coarse: how many bins share a point of the narrower networks, which have few neurons.
    Windows stand side by side in a box.
    """

    column: str
    centres: tuple[float, ...]
    half_width: float
    label: str
    period: float = 0.0
    coarse: int = 1

    def places(self, values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each window which values lie in it, and where they stand in the box."""
        found = []
        for number, centre in enumerate(self.centres):
            distance = np.asarray(values, dtype=float) - centre
            if self.period:
                distance = (distance + self.period / 2) % self.period - self.period / 2
            inside = np.abs(distance) <= self.half_width
            found.append((inside, distance[inside] + 2.2 * self.half_width * number))
        return found


def draw_condensation_map(
    features: pd.DataFrame,
    ratios: pd.DataFrame,
    along: Abscissa,
    *,
    count: str,
    marked: tuple[tuple[float, float], str] | None = None,
) -> Figure:
    """Draw (a) a box a cell, zoomed in on the spikes, and (b) how much of the effective number is left at the widest.

    Widest networks filled, narrower ones as lines on top; blue frames: the phase boundary, dashed for gamma = 1.
    count: how the effective number is called; marked: a cell and the word for it.
    """
    width = current_width()
    wide = width > 5
    size = (width, width * 0.66 + 0.4) if wide else (width, width * 2.05)
    figure = Figure(figsize=size, layout="constrained")
    sizes: dict[str, Any]
    shape, sizes = ((1, 2), {"width_ratios": (2.4, 1)}) if wide else ((2, 1), {"height_ratios": (1.05, 1)})
    boxes, companion = figure.subfigures(*shape, **sizes)
    boxes.suptitle(r"$\mathbf{(a)}$  features after training", x=0.01, ha="left", fontsize=9)
    gammas, primes = (np.sort(ratios[name].unique()) for name in ("gamma", "gamma_prime"))
    widths = np.sort(features["m"].unique())
    axes = boxes.subplots(len(primes), len(gammas), squeeze=False)
    for row, gamma_prime in enumerate(primes[::-1]):
        for column, gamma in enumerate(gammas):
            panel = axes[row, column]
            here = np.isclose(features["gamma"], gamma) & np.isclose(features["gamma_prime"], gamma_prime)
            _draw_box(panel, features[here], widths, along)
            _frame(panel, gamma, gamma_prime)
            if marked and np.allclose(marked[0], (gamma, gamma_prime)):
                panel.set_facecolor(tint("e_et_al", 0.12))
            if row == len(primes) - 1:
                panel.set_xlabel(f"{gamma:g}", fontsize=8)
            if column == 0:
                panel.set_ylabel(f"{gamma_prime:g}", rotation=0, ha="right", va="center", fontsize=8)
    boxes.supxlabel(rf"$\gamma$   (in a box: {along.label})", fontsize=8)
    boxes.supylabel(r"$\gamma'$   (in a box: $A_k$ / max)", fontsize=8)
    _draw_ratios(companion, ratios, gammas, primes, widths, count)
    handles: list[Artist] = [
        Patch(facecolor=COLOURS[colour], label=f"$m = {width_value(m)}$")
        for m, colour in zip(widths, _colours(widths), strict=True)
    ]
    handles += [
        Line2D([], [], color=COLOURS["critical"], label=r"boundary $\gamma' = \gamma - 1$"),
        Line2D([], [], color=COLOURS["critical"], linestyle="--", label=r"boundary $\gamma = 1$"),
    ]
    if marked:
        handles.append(Patch(facecolor=tint("e_et_al", 0.12), label=marked[1]))
    legend_outside(figure, handles)
    _settle(figure, axes)
    return figure


def _settle(figure: Figure, axes: np.ndarray) -> None:
    """Place the boxes on a grid of their own, the map beside them, and round the places of texts.

    With so many panels the layout's solver ends elsewhere from run to run; the same figure must give the same bytes.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    rows, columns = axes.shape
    wide, high = 0.9 / columns, 0.81 / rows
    ratios, bar = (panel for panel in figure.axes if panel not in set(axes.flat))
    ratios.set_position(Bbox.from_bounds(0.2, 0.36, 0.76, 0.34))
    bar.set_axes_locator(None)  # type: ignore[arg-type]
    bar.set_position(Bbox.from_bounds(0.24, 0.235, 0.68, 0.018))
    for (row, column), panel in np.ndenumerate(axes):
        panel.set_position(Bbox.from_bounds(0.09 + column * wide, 0.93 - (row + 1) * high, 0.88 * wide, 0.88 * high))
    for part in figure.subfigs:
        part._redo_transform_rel_fig(  # type: ignore[attr-defined]
            Bbox.from_bounds(*(round(value, 2) for value in part.bbox_relative.bounds))
        )
        for text in part.texts:
            x, y = text.get_position()
            text.set_position((round(x, 2), round(y, 2)))


def _colours(widths: np.ndarray) -> tuple[str, ...]:
    return (*_WIDTH_COLOURS[: len(widths) - 1], _WIDTH_COLOURS[-1])


def _draw_box(panel: Axes, box: pd.DataFrame, widths: np.ndarray, along: Abscissa) -> None:
    for m, colour in reversed(list(zip(widths, _colours(widths), strict=True))):
        points = box[box["m"] == m]
        amplitude = points["amplitude"].to_numpy()
        for inside, place in along.places(points[along.column].to_numpy()):
            order = np.argsort(place)
            x, y = _coarse(place[order], amplitude[inside][order], 1 if m == widths[-1] else along.coarse)
            if m == widths[-1]:
                panel.fill_between(x, y, color=COLOURS[colour], linewidth=0, rasterized=True)
            else:
                panel.plot(x, y, color=COLOURS[colour], linewidth=0.7, rasterized=True)
    step = 2.2 * along.half_width
    for number in range(1, len(along.centres)):
        panel.axvline(step * (number - 0.5), color=COLOURS["guide"], linewidth=0.5)
    right = step * (len(along.centres) - 1) + along.half_width
    panel.set(xlim=(-along.half_width, right), ylim=(-0.03, 1.06), xticks=[], yticks=[])


def _coarse(x: np.ndarray, y: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest y, and where it is, of every `bins` neighbours."""
    starts = np.arange(0, len(x) - bins + 1, bins)
    places = np.array([start + np.argmax(y[start : start + bins]) for start in starts], dtype=int)
    return x[places], y[places]


def _frame(panel: Axes, gamma: float, gamma_prime: float) -> None:
    """Frame boxes on the boundary in blue, dashed where it is gamma = 1."""
    boundary = abs(gamma - phase_boundary(gamma_prime)) < 1e-6
    style = {"color": COLOURS["critical"], "linewidth": 1.6} if boundary else {"color": "0.6", "linewidth": 0.5}
    for spine in panel.spines.values():
        spine.set(visible=True, linestyle="--" if boundary and gamma < 1 + 1e-6 else "-", **style)


def _draw_ratios(
    part: SubFigure, ratios: pd.DataFrame, gammas: np.ndarray, primes: np.ndarray, widths: np.ndarray, count: str
) -> None:
    """Heat map of the ratio, blue where directions gather (as in the slope maps), on a logarithmic scale."""
    panel = part.subplots()
    panel.set_title(rf"$\mathbf{{(b)}}$  change of ${count}$", loc="left")
    grid = ratios.pivot(index="gamma_prime", columns="gamma", values="ratio").to_numpy(float)
    right, up = cell_edges(gammas), cell_edges(primes)
    limit = np.log2(_LARGEST_RATIO)
    mesh = panel.pcolormesh(right, up, np.log2(grid), cmap="RdBu_r", vmin=-limit, vmax=limit)
    line = np.linspace(up[0], up[-1], 61)
    panel.plot(phase_boundary(line), line, color=COLOURS["theory"])
    panel.set(xlim=(right[0], right[-1]), ylim=(up[0], up[-1]), aspect="equal", xlabel=r"$\gamma$", ylabel=r"$\gamma'$")
    panel.set(xticks=gammas[::2], yticks=primes[::2])
    bar = part.colorbar(mesh, ax=panel, orientation="horizontal", extend="both", aspect=18)
    bar.set_ticks([-2, -1, 0, 1, 2], labels=["1/4", "1/2", "1", "2", "4"])
    wide, narrow = (width_value(m) for m in (widths[-1], widths[0]))
    bar.set_label(rf"${count}$ at $m = {wide}$" + "\n" + rf"over that at $m = {narrow}$", fontsize=8)
