"""Map of small boxes, one a (gamma, gamma'), with the features at several widths."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, new_figure

_WIDTH_COLOURS = (COLOURS["width_small"], COLOURS["width_medium"], COLOURS["width_large"])


@dataclass(frozen=True)
class Abscissa:
    """What stands along a box: a column of the table, its range, and how the figure calls it."""

    column: str
    range: tuple[float, float]
    label: str


ORIENTATION = Abscissa("orientation", (-np.pi, np.pi), r"orientation $\mathrm{atan2}(b_k, w_k)$ from $-\pi$ to $\pi$")


def draw_condensation_map(table: pd.DataFrame, along: Abscissa = ORIENTATION, *, count: str = "n_eff") -> Figure:
    """Draw amplitude against `along` in a box a cell, gamma to the right, gamma' upwards; frames tell regimes.

    count: the column of the effective numbers of directions that are written in the boxes.
    """
    features, directions = table[table["series"] == "features"], table[table["series"] == "directions"]
    gammas, primes = (np.sort(table[name].dropna().unique()) for name in ("gamma", "gamma_prime"))
    widths = np.sort(features["m"].unique())
    figure, axes = new_figure(len(primes), len(gammas), width=1.25 * len(gammas) + 0.9, height=1.05 * len(primes) + 1.1)
    for row, gamma_prime in enumerate(primes[::-1]):
        for column, gamma in enumerate(gammas):
            panel = axes[row, column]
            box = features[(features["gamma"] == gamma) & (features["gamma_prime"] == gamma_prime)]
            cell = (directions["gamma"] == gamma) & (directions["gamma_prime"] == gamma_prime)
            counted = directions[cell].sort_values("m")
            for m, colour in zip(widths, _WIDTH_COLOURS, strict=False):
                points = box[box["m"] == m]
                panel.plot(
                    points[along.column], points["amplitude"], "o", color=colour, markersize=1.3, rasterized=True
                )
            theory = float(counted["slope_w_theory"].iloc[0])
            regime = "critical" if abs(theory) < 1e-9 else "condensed" if theory > 0 else "linear"
            for spine in panel.spines.values():
                spine.set(color=COLOURS[regime], linewidth=1.8, visible=True)
            panel.set(xlim=along.range, ylim=(-0.05, 1.32), xticks=[], yticks=[])
            numbers = " ".join(f"{value:.0f}" if value >= 10 else f"{value:.1f}" for value in counted[count])
            panel.set_label(f"γ = {gamma:g}, γ' = {gamma_prime:g}, N_eff at growing widths: {numbers}")  # for a pointer
            panel.text(0.5, 0.97, numbers, transform=panel.transAxes, ha="center", va="top", fontsize=6.5)
            if row == len(primes) - 1:
                panel.set_xlabel(f"{gamma:g}")
            if column == 0:
                panel.set_ylabel(f"{gamma_prime:g}", rotation=0, ha="right", va="center")
    figure.supxlabel(rf"$\gamma$      (in a box: {along.label})", fontsize=10)
    figure.supylabel(r"$\gamma'$      (in a box: $A_k$ / max)", fontsize=10)
    handles = [
        panel.plot(
            [],
            [],
            "o",
            color=colour,
            markersize=5,
            label=f"$m = {_number(m)}$",
        )[0]
        for m, colour in zip(widths, _WIDTH_COLOURS, strict=False)
    ]
    handles += [
        panel.plot([], [], "s", color=COLOURS[name], markerfacecolor="none", markeredgewidth=1.8, label=name)[0]
        for name in ("linear", "critical", "condensed")
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=6)
    return figure


def _number(m: float) -> str:
    """Write a width as 10^3, 2.5 x 10^5, or as it is where that is shorter."""
    exponent = int(np.floor(np.log10(m) + 1e-9))
    mantissa = m / 10.0**exponent
    if abs(mantissa - 1) < 1e-9:
        return f"10^{{{exponent}}}"
    return f"{m:.0f}" if exponent < 4 else rf"{mantissa:g} \times 10^{{{exponent}}}"
