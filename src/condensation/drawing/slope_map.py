"""Heat map of a slope over (gamma, gamma') with the phase boundary and zeros of its rows."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from condensation.drawing import labels
from condensation.drawing.palette import SLOPE_MAP
from condensation.drawing.style import COLOURS, attribution, current_width, failed_tag, legend_outside, new_figure
from condensation.store.published import ATTRIBUTION

CLIPPED = 0.5  # slopes beyond it have the last colour, as on the slides
_NONE: Mapping[str, str] = MappingProxyType({})


def cell_edges(centres: np.ndarray) -> np.ndarray:
    """Return cell edges half-way between centres, so that uneven cells stay around their own coordinate."""
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate(([2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]))


def draw_slope_map(
    cells: pd.DataFrame,
    stars: pd.DataFrame,
    local_zeros: pd.DataFrame,
    boundary: pd.DataFrame,
    published_stars: pd.DataFrame | None = None,
    *,
    symbol: str = "S_w",
    failed: Mapping[str, str] = _NONE,
) -> Figure:
    """Draw a slope over (gamma, gamma') with the boundary, our zeros (open) and the published ones (solid).

    Grey cells are masked; hatched ones have the sign that theory forbids. failed: what to write -> category.
    """
    figure, axes = new_figure(1, 1, width=5.5, height=0.82 * current_width(5.5) + 0.75)
    panel = axes[0, 0]
    _draw_cells(figure, panel, cells, symbol)
    handles = panel.plot(
        boundary["gamma"], boundary["gamma_prime"], color=COLOURS["theory"], label=f"theory: ${symbol} = 0$"
    )
    if published_stars is not None:
        handles += _zeros(panel, published_stars, "*", 12, "published (line fit)", filled=True)
    handles += _zeros(panel, stars, "*", 10, "ours (line fit)", filled=False)
    handles += _zeros(panel, local_zeros, "o", 5, "ours (local zero)", filled=False)
    if len(_contradicting(cells)):
        hatch = Patch(facecolor="none", edgecolor="black", hatch="////", linewidth=0.5, label="sign against theory")
        handles.append(hatch)
    legend_outside(figure, handles, loc="outside upper center")
    if failed:
        failed_tag(
            panel,
            "\n".join(f"{category}: {words}" for words, category in failed.items()),
            at=(0.4 if current_width(5.5) > 4 else 0.7, 0.97),
        )
    if published_stars is not None:
        attribution(figure, ATTRIBUTION)
    return figure


def _draw_cells(figure: Figure, panel: Axes, cells: pd.DataFrame, symbol: str) -> None:
    grid = cells.pivot(index="gamma_prime", columns="gamma", values="slope")
    values = np.ma.masked_invalid(grid.to_numpy(float))
    gammas, primes = grid.columns.to_numpy(float), grid.index.to_numpy(float)
    right, up = cell_edges(gammas), cell_edges(primes)
    panel.set_facecolor("0.8")
    mesh = panel.pcolormesh(right, up, values, cmap=SLOPE_MAP, vmin=-CLIPPED, vmax=CLIPPED)
    bar = figure.colorbar(mesh, ax=panel, extend="both", shrink=0.8, aspect=25, pad=0.03)
    bar.set_label(f"slope ${symbol}$ (mean over seeds)")
    for cell in _contradicting(cells).itertuples():
        column, row = np.argmin(np.abs(gammas - cell.gamma)), np.argmin(np.abs(primes - cell.gamma_prime))
        size = right[column + 1] - right[column], up[row + 1] - up[row]
        panel.add_patch(
            Rectangle((right[column], up[row]), *size, facecolor="none", hatch="////", linewidth=0.5, zorder=2)
        )
    panel.set(xlim=(right[0], right[-1]), ylim=(up[0], up[-1]), aspect="equal")
    panel.set(xlabel=labels.GAMMA, ylabel=labels.GAMMA_PRIME)


def _contradicting(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells off the boundary whose slope has the wrong sign."""
    off = cells["slope_theory"].abs() > 1e-9
    return cells[off & cells["slope"].notna() & (np.sign(cells["slope"]) != np.sign(cells["slope_theory"]))]


def _zeros(panel: Axes, rows: pd.DataFrame, marker: str, size: float, label: str, *, filled: bool) -> list:
    return panel.plot(
        rows["gamma"], rows["gamma_prime"], linestyle="none", marker=marker, markersize=size, zorder=4, label=label,
        markerfacecolor=COLOURS["published"] if filled else "none" if marker == "*" else "white",
        markeredgecolor="black", markeredgewidth=0.4 if filled else 0.9,
    )  # fmt: skip
