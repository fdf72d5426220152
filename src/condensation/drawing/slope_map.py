"""Heat map of a slope over (gamma, gamma') with the phase boundary and zeros of its rows."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.palette import SLOPE_MAP
from condensation.drawing.style import COLOURS, attribution, legend_outside, new_figure
from condensation.store.published import ATTRIBUTION

CLIPPED = 0.5  # slopes beyond it have the last colour, as on the slides
_ZEROS = {
    "published": {"marker": "*", "color": COLOURS["published"], "markersize": 13, "label": "published (line fit)"},
    "line zero": {"marker": "*", "color": "black", "markersize": 6, "label": "ours (line fit)"},
    "local zero": {
        "marker": "o",
        "color": "black",
        "markersize": 4,
        "markerfacecolor": "white",
        "label": "ours (local zero)",
    },
}


def cell_edges(centres: np.ndarray) -> np.ndarray:
    """Return cell edges half-way between centres, so that uneven cells stay around their own coordinate."""
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate(([2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]))


def draw_slope_map(table: pd.DataFrame) -> Figure:
    """Draw S_w over (gamma, gamma'); masked cells hatched; theory line, our zeros and the published ones on top."""
    figure, axes = new_figure(1, 1, width=5.5, height=5.2)
    panel = axes[0, 0]
    cells = table[table["series"] == "cell"].pivot(index="gamma_prime", columns="gamma", values="slope_w")
    values = np.ma.masked_invalid(cells.to_numpy(float))
    edges = cell_edges(cells.columns.to_numpy(float)), cell_edges(cells.index.to_numpy(float))
    panel.set_facecolor("0.8")
    mesh = panel.pcolormesh(*edges, values, cmap=SLOPE_MAP, vmin=-CLIPPED, vmax=CLIPPED)
    figure.colorbar(mesh, ax=panel, label=r"slope $S_w$ (mean over seeds)", extend="both")
    theory = table[table["series"] == "theory"].sort_values("gamma_prime")
    panel.plot(theory["gamma"], theory["gamma_prime"], color=COLOURS["theory"], linewidth=2, label="theory: $S_w = 0$")
    for series, style in _ZEROS.items():
        rows = table[table["series"] == series]
        if len(rows):
            panel.plot(rows["gamma"], rows["gamma_prime"], linestyle="none", zorder=4, **style)
    panel.set_xlim(edges[0][0], edges[0][-1])
    panel.set_ylim(edges[1][0], edges[1][-1])
    panel.set_xlabel(labels.GAMMA)
    panel.set_ylabel(labels.GAMMA_PRIME)
    panel.set_aspect("equal")
    legend_outside(figure, panel.get_legend_handles_labels()[0], loc="outside upper center")
    if (table["series"] == "published").any():
        attribution(figure, ATTRIBUTION)
    return figure
