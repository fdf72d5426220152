"""Phase diagram of two-layer ReLU networks at infinite width, and the scaling argument that gives its linear regime."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.drawing.phase_diagram import draw_half_planes, draw_initialisations, draw_regimes, new_diagrams
from condensation.drawing.style import legend_outside, panel_title
from condensation.models.two_layer.initialisations import INITIALISATIONS
from condensation.models.two_layer.phase_diagram import phase_boundary
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

GAMMA, GAMMA_PRIME = (0.0, 2.0), (-1.0, 1.0)  # what the diagram shows


def measure(data: FigureData) -> dict[str, pa.Table]:
    """The boundary, the lines of the two half-planes, and the initialisations where their limits put them."""
    del data  # derived, no runs
    line = np.array([GAMMA_PRIME[0], 0.0, GAMMA_PRIME[1]])  # straight between these
    places: dict[tuple[float, float], list[str]] = {}
    free = []
    for entry in INITIALISATIONS:
        if entry.gamma.is_number:
            places.setdefault((float(entry.gamma), float(entry.gamma_prime)), []).append(entry.name)
        elif entry.gamma == entry.gamma_prime:
            free.append(entry.name)
    examples = [(g, p, ", ".join(names)) for (g, p), names in places.items()]
    ends = [max(GAMMA[0], GAMMA_PRIME[0]), min(GAMMA[1], GAMMA_PRIME[1])]
    half_planes = [(r"\kappa \gtrsim 1/m", 1.0, end) for end in GAMMA_PRIME]
    half_planes += [(r"1/\kappa' \gg 1/(m \kappa)", end, end - 1) for end in GAMMA]
    return {
        "boundary": metric_table(gamma=phase_boundary(line), gamma_prime=line),
        "diagonal": metric_table(gamma=ends, gamma_prime=ends, label=[", ".join(free)] * 2),
        "examples": _points(examples, ("gamma", "gamma_prime", "label")),
        "half_planes": _points(half_planes, ("label", "gamma", "gamma_prime")),
    }


def _points(rows: list[tuple], names: tuple[str, ...]) -> pa.Table:
    return metric_table(**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def draw(boundary: pd.DataFrame, diagonal: pd.DataFrame, examples: pd.DataFrame, half_planes: pd.DataFrame) -> Figure:
    """(a) The slide's diagram; (b) the two half-planes whose union is the linear regime."""
    figure, panels = new_diagrams(2, GAMMA, GAMMA_PRIME)
    draw_regimes(panels[0], boundary, words=True)
    handles = draw_initialisations(panels[0], examples, diagonal)
    panel_title(panels[0], "the three regimes")
    draw_half_planes(panels[1], boundary, half_planes)
    panel_title(panels[1], "the scaling argument")
    legend_outside(figure, handles)
    return figure
