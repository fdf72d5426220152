"""Map of small boxes, one a (gamma, gamma'), with the features at several widths."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from condensation.plotting.style import COLOURS, new_figure

_WIDTH_COLOURS = (COLOURS["width_small"], COLOURS["width_medium"], COLOURS["width_large"])


def draw_condensation_map(table: pd.DataFrame) -> Figure:
    """Draw amplitude against orientation in a box a cell, gamma to the right, gamma' upwards; frames tell regimes."""
    features, directions = table[table["series"] == "features"], table[table["series"] == "directions"]
    gammas, primes = (np.sort(table[name].dropna().unique()) for name in ("gamma", "gamma_prime"))
    widths = np.sort(features["m"].unique())
    figure, axes = new_figure(len(primes), len(gammas), width=1.25 * len(gammas) + 0.9, height=1.05 * len(primes) + 1.1)
    for row, gamma_prime in enumerate(primes[::-1]):
        for column, gamma in enumerate(gammas):
            panel = axes[row, column]
            box = features[(features["gamma"] == gamma) & (features["gamma_prime"] == gamma_prime)]
            count = directions[(directions["gamma"] == gamma) & (directions["gamma_prime"] == gamma_prime)].sort_values(
                "m"
            )
            for m, colour in zip(widths, _WIDTH_COLOURS, strict=False):
                points = box[box["m"] == m]
                panel.plot(
                    points["orientation"], points["amplitude"], "o", color=colour, markersize=1.3, rasterized=True
                )
            theory = float(count["slope_w_theory"].iloc[0])
            regime = "critical" if abs(theory) < 1e-9 else "condensed" if theory > 0 else "linear"
            for spine in panel.spines.values():
                spine.set(color=COLOURS[regime], linewidth=1.8, visible=True)
            panel.set(xlim=(-np.pi, np.pi), ylim=(-0.05, 1.32), xticks=[], yticks=[])
            numbers = " ".join(f"{value:.0f}" if value >= 10 else f"{value:.1f}" for value in count["n_eff"])
            panel.text(0.5, 0.97, numbers, transform=panel.transAxes, ha="center", va="top", fontsize=6.5)
            if row == len(primes) - 1:
                panel.set_xlabel(f"{gamma:g}")
            if column == 0:
                panel.set_ylabel(f"{gamma_prime:g}", rotation=0, ha="right", va="center")
    figure.supxlabel(
        r"$\gamma$      (in a box: orientation $\mathrm{atan2}(b_k, w_k)$ from $-\pi$ to $\pi$)", fontsize=10
    )
    figure.supylabel(r"$\gamma'$      (in a box: $A_k$ / max)", fontsize=10)
    handles = [
        panel.plot(
            [],
            [],
            "o",
            color=colour,
            markersize=5,
            label=f"$m = 10^{{{np.log10(m):.0f}}}$" if _power(m) else f"$m = {m:.0f}$",
        )[0]
        for m, colour in zip(widths, _WIDTH_COLOURS, strict=False)
    ]
    handles += [
        panel.plot([], [], "s", color=COLOURS[name], markerfacecolor="none", markeredgewidth=1.8, label=name)[0]
        for name in ("linear", "critical", "condensed")
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=6)
    return figure


def _power(m: float) -> bool:
    return abs(np.log10(m) - round(np.log10(m))) < 1e-9
