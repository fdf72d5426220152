"""The phase diagram as on the slides: pale regimes, their boundary, the usual initialisations, the scaling argument."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.labels import primes
from condensation.drawing.style import COLOURS, LEAST, current_width, fitting_columns, new_figure, tint

_MARKS = {"LeCun, He": ("lecun_he", "v"), "Xavier, mean-field": ("xavier_mean_field", "o"), "NTK": ("ntk", "^")}
_PALE = 0.24
GAMMA_LIMIT = r"$\gamma = \lim_{m \to \infty} -\,\log \kappa \,/\, \log m$,   $\kappa = \beta_1 \beta_2 / \alpha$"
GAMMA_PRIME_LIMIT = primes(
    r"$\gamma' = \lim_{m \to \infty} -\,\log \kappa' \,/\, \log m$,   $\kappa' = \beta_1 / \beta_2$"
)


def new_diagrams(count: int, gamma: tuple[float, float], gamma_prime: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Return a figure of `count` square diagrams, side by side where the width allows, and their axes."""
    columns = fitting_columns(count, least=2.7)
    rows = -(-count // columns)
    figure, axes = new_figure(rows, columns, height=rows * (current_width() / columns) + 0.35, letters=True)
    panels = list(axes.flat)
    for panel in panels:
        panel.set(xlim=gamma, ylim=gamma_prime, aspect="equal")
        panel.set(
            xticks=np.arange(gamma[0], gamma[1] + 0.1, 0.5), yticks=np.arange(gamma_prime[0], gamma_prime[1] + 0.1, 0.5)
        )
        panel.set_xlabel(GAMMA_LIMIT, fontsize=LEAST + 1)
        panel.set_ylabel(GAMMA_PRIME_LIMIT, fontsize=LEAST + 1)
        for spine in panel.spines.values():
            spine.set_visible(True)
    return figure, panels


def draw_regimes(panel: Axes, boundary: pd.DataFrame, *, words: bool) -> None:
    """Fill both regimes and draw their boundary; words: name the regimes and say what RD does in each."""
    gamma, prime = _sorted(boundary)
    left, right = panel.get_xlim()
    panel.fill_betweenx(prime, left, gamma, color=tint("linear", _PALE), linewidth=0)
    panel.fill_betweenx(prime, gamma, right, color=tint("condensed", _PALE), linewidth=0)
    panel.plot(gamma, prime, color=COLOURS["critical"], linewidth=2.5, solid_joinstyle="miter")
    if not words:
        return
    panel.text(0.46, -0.5, "linear regime\n" + r"RD$(\theta_w) \to 0$", ha="center", va="center")
    panel.text(1.54, -0.4, "condensed\nregime\n" + r"RD$(\theta_w) \to \infty$", ha="center", va="center")
    panel.annotate(
        "critical regime\n" + r"RD$(\theta_w) = O(1)$", (1.5, 0.5), xytext=(1.08, 0.65), ha="center", va="center",
        fontsize=8, color=COLOURS["critical"],
        arrowprops={"arrowstyle": "->", "color": COLOURS["critical"], "shrinkB": 2},
    )  # fmt: skip
    style: dict[str, Any] = {"rotation_mode": "anchor", "ha": "center", "color": COLOURS["critical"]}
    panel.text(1.7, 0.58, r"$\gamma\prime = \gamma - 1$", rotation=45, va="top", **style)
    panel.text(1.05, -0.83, r"$\gamma = 1$", rotation=90, va="top", **style)


def draw_initialisations(panel: Axes, examples: pd.DataFrame, diagonal: pd.DataFrame) -> list[Artist]:
    """Draw each initialisation with its mark of the slide, the free one as a line; return the legend's handles."""
    handles: list[Artist] = []
    for label, gamma, prime in zip(examples["label"], examples["gamma"], examples["gamma_prime"], strict=True):
        colour, marker = _MARKS[label]
        handles += panel.plot(
            gamma, prime, linestyle="none", marker=marker, color=COLOURS[colour], markersize=9, zorder=4,
            markeredgecolor="white", markeredgewidth=0.6, label=label,
        )  # fmt: skip
    name = rf"{diagonal['label'].iloc[0]}: $\gamma\prime = \gamma$"
    handles += panel.plot(
        diagonal["gamma"], diagonal["gamma_prime"], "--", color=COLOURS["e_et_al"], linewidth=1.6, label=name
    )
    return handles


def draw_half_planes(panel: Axes, boundary: pd.DataFrame, half_planes: pd.DataFrame) -> None:
    """Draw the half-planes gamma < 1 and gamma' > gamma - 1, whose union is the linear regime.

    Where kappa >~ 1/m, the weights of the start are enough to fit: small changes do. Where 1/kappa' >> 1/(m kappa), the
    output weights grow to 1/(m kappa) while the input weights stay, as kappa'^2 a^2 - |w|^2 is conserved.
    """
    left, (bottom, top) = panel.get_xlim()[0], panel.get_ylim()
    draw_regimes(panel, boundary, words=False)
    (first, one), (second, two) = half_planes.groupby("label", sort=False)
    colour = COLOURS["linear"]
    panel.fill_betweenx([bottom, top], left, one["gamma"], facecolor="none", edgecolor=colour, hatch="//", linewidth=0)
    panel.fill_between(
        two["gamma"], two["gamma_prime"], top, facecolor="none", edgecolor=colour, hatch=".", linewidth=0
    )
    for line in (one, two):
        panel.plot(line["gamma"], line["gamma_prime"], color=COLOURS["critical"], linewidth=1, linestyle=":")
    box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": "none", "alpha": 0.92}
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "bbox": box}
    panel.text(0.5, -0.62, rf"${first}$:" + "\nthe start is\nlarge enough", **style)
    panel.text(1.0, 0.72, rf"${primes(second)}$:" + "\n$a_k$ grows, $w_k$ stays", **style)
    panel.text(0.5, 0.2, "both", **style)
    panel.text(1.52, -0.5, "neither:\ncondensed", ha="center", va="center", fontsize=8)


def _sorted(boundary: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    ordered = boundary.sort_values("gamma_prime")
    return ordered["gamma"].to_numpy(float), ordered["gamma_prime"].to_numpy(float)
