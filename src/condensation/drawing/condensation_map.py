"""Map of small boxes, one a (gamma, gamma'), with the features at several widths, and how their number changes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

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
    gammas, primes = (np.sort(ratios[name].unique()) for name in ("gamma", "gamma_prime"))
    widths = np.sort(features["m"].unique())
    figure, axes, companion = _panels(len(primes), len(gammas))
    for (row, column), panel in np.ndenumerate(axes):
        gamma, gamma_prime = float(gammas[column]), float(primes[::-1][row])
        here = np.isclose(features["gamma"], gamma) & np.isclose(features["gamma_prime"], gamma_prime)
        _draw_box(panel, features[here], widths, along)
        _frame(panel, gamma, gamma_prime)
        if marked and np.allclose(marked[0], (gamma, gamma_prime)):
            panel.set_facecolor(tint("e_et_al", 0.12))
        if row == len(primes) - 1:
            panel.set_xlabel(f"{gamma:g}", fontsize=8)
        if column == 0:
            panel.set_ylabel(f"${gamma_prime:g}$", rotation=0, ha="right", va="center", fontsize=8)
    grid = axes[0, 0].get_gridspec()
    left, right, top, bottom = grid.left, grid.right, grid.top, grid.bottom
    wide, high = figure.get_size_inches()
    figure.text(0.1 / wide, top + 0.08 / high, r"$\mathbf{(a)}$  features after training", fontsize=9)
    below = bottom - 0.24 / high
    gap = "   " if current_width() > 5 else "\n"
    figure.supxlabel(
        rf"exponent $\gamma${gap}(in a box: {along.label})",
        x=min((left + right) / 2, 0.52),
        y=below,
        va="top",
        fontsize=8,
    )
    beside = (top + bottom) / 2
    figure.supylabel(
        r"exponent $\gamma\prime$   (in a box: amplitude $A_k$ / max)", x=0.05 / wide, y=beside, ha="left", fontsize=8
    )
    _draw_ratios(companion, ratios, gammas, primes, widths, count)
    handles: list[Artist] = [
        Patch(facecolor=COLOURS[colour], label=f"$m = {width_value(m)}$")
        for m, colour in zip(widths, _colours(widths), strict=True)
    ]
    handles += [
        Line2D([], [], color=COLOURS["critical"], label=r"boundary $\gamma\prime = \gamma - 1$"),
        Line2D([], [], color=COLOURS["critical"], linestyle="--", label=r"boundary $\gamma = 1$"),
    ]
    if marked:
        handles.append(Patch(facecolor=tint("e_et_al", 0.12), label=marked[1]))
    legend_outside(figure, handles, loc="lower center")
    return figure


def _panels(rows: int, columns: int) -> tuple[Figure, np.ndarray, np.ndarray]:
    """Return a figure with a grid of boxes and, right of it or below, a map and its colour bar.

    Everything has its place in inches: with so many panels a layout's solver ends elsewhere from run to run, and the
    same figure must give the same bytes.
    """
    width = current_width()
    wide = width > 5
    left, above, below, legend = 0.6, 0.3, 0.5, 0.5 if wide else 0.75
    room = 0.7 * width if wide else width - 0.05
    cell = (room - left) / columns
    side = width - room - 0.65 if wide else width - 1.4  # of the map
    lower = legend + below + (0.0 if wide else side + 1.3)
    height = above + 0.82 * cell * rows + lower
    figure = Figure(figsize=(width, height))
    boxes = figure.add_gridspec(
        rows, columns, left=left / width, right=room / width, top=1 - above / height,
        bottom=lower / height, wspace=0.12, hspace=0.12,
    )  # fmt: skip
    start = room + 0.55 if wide else 0.75
    top = height - above - 0.35 if wide else legend + side + 1.05
    beside = figure.add_gridspec(
        2, 1, left=start / width, right=(start + side) / width, top=top / height, bottom=(top - side - 0.55) / height,
        height_ratios=(side, 0.1), hspace=0.9 / (side + 0.1),
    )  # fmt: skip
    return figure, boxes.subplots(squeeze=False), beside.subplots(squeeze=False)[:, 0]


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
                panel.plot(x, y, color=COLOURS[colour], linewidth=0.7, rasterized=True)  # spikes thinner than a dot
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
    panels: np.ndarray, ratios: pd.DataFrame, gammas: np.ndarray, primes: np.ndarray, widths: np.ndarray, count: str
) -> None:
    """Heat map of the ratio, blue where directions gather (as in the slope maps), on a logarithmic scale."""
    panel, below = panels
    panel.set_title(rf"$\mathbf{{(b)}}$  change of ${count}$", loc="left")
    grid = ratios.pivot(index="gamma_prime", columns="gamma", values="ratio").to_numpy(float)
    right, up = cell_edges(gammas), cell_edges(primes)
    limit = np.log2(_LARGEST_RATIO)
    mesh = panel.pcolormesh(right, up, np.log2(grid), cmap="RdBu_r", vmin=-limit, vmax=limit)
    line = np.linspace(up[0], up[-1], 61)
    panel.plot(phase_boundary(line), line, color=COLOURS["theory"])
    panel.set(xlim=(right[0], right[-1]), ylim=(up[0], up[-1]), aspect="equal", xlabel=r"exponent $\gamma$")
    panel.set_ylabel(r"exponent $\gamma\prime$")
    panel.set(xticks=gammas[::2], yticks=primes[::2])
    bar = panel.figure.colorbar(mesh, cax=below, orientation="horizontal", extend="both")
    bar.set_ticks([-2, -1, 0, 1, 2], labels=["1/4", "1/2", "1", "2", "4"])
    wide, narrow = (width_value(m) for m in (widths[-1], widths[0]))
    bar.set_label(rf"${count}$ at $m = {wide}$" + "\n" + rf"over that at $m = {narrow}$", fontsize=8)
