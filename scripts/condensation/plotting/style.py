"""One style for every figure: colours with a meaning, angle ticks, panel letters, attribution."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axis import Axis
from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("condensation.mplstyle")

# The palette of Okabe and Ito, which the colour-blind can tell apart; start cyan and end red as on the slides
COLOURS = {
    "start": "#00B8D4",
    "end": "#D62728",
    "target": "#7F7F7F",
    "theory": "#000000",
    "published": "#E69F00",
    "ours": "#0072B2",
    "linearised": "#009E73",
    "path": "#56B4E9",
    "static": "#9E9E9E",
    "linear": "#0072B2",
    "critical": "#7F7F7F",
    "condensed": "#D55E00",
    "symmetric": "#0072B2",
    "inferential": "#D55E00",
    "neither": "#9E9E9E",
    "width_small": "#1F5FD6",
    "width_medium": "#D62728",
    "width_large": "#F2B701",
}


def use_style() -> None:
    """Set matplotlib's defaults to the project's style (and nothing of the user's own configuration)."""
    mpl.rcdefaults()
    plt.style.use(STYLE)


def new_figure(
    rows: int, columns: int, *, width: float, height: float, letters: bool = False, **subplots: Any
) -> tuple[Figure, Any]:
    """Return a figure with a constrained layout and its (rows, columns) array of axes; sizes in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    if letters:
        for number, panel in enumerate(axes.flat):
            panel.set_title(f"({chr(ord('a') + number)})", loc="left", fontweight="bold")
    return figure, axes


def pi_ticks(axis: Axis) -> None:
    """Put ticks at multiples of pi / 2 from -pi to pi."""
    labels = (r"$-\pi$", r"$-\frac{\pi}{2}$", "$0$", r"$\frac{\pi}{2}$", r"$\pi$")
    axis.set_ticks(np.pi * np.array([-1, -0.5, 0, 0.5, 1]), labels)


def attribution(figure: Figure, text: str) -> None:
    """Write a small grey line below everything else; the layout makes room for it."""
    figure.supxlabel(text, fontsize=6.5, color="0.45", x=0.99, ha="right")
