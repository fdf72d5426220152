"""RD and N_eff against the width, at fixed variance and at fixed gamma."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator

from condensation.drawing import labels
from condensation.drawing.style import COLOURS, legend_outside, pair_of_panels, tint

_QUANTITIES = {"rd_w": labels.DISTANCE, "n_eff": labels.DIRECTIONS}


def draw_wide_and_narrow(fixed_variance: pd.DataFrame, fixed_gamma: pd.DataFrame) -> Figure:
    """Draw RD and N_eff against m; the fixed variance crosses gamma = 1 where the shade changes."""
    figure, distances, directions, _ = pair_of_panels(3.2, least=2.4)
    std = float(fixed_variance["initialisation"].iloc[0])
    for panel, (column, label) in zip((distances, directions), _QUANTITIES.items(), strict=True):
        name = rf"fixed variance ${labels.scientific(std**2)}$ (numbers: $\gamma$)"
        _draw_curve(panel, fixed_variance, column, COLOURS["ours"], "s", name)
        for gamma in sorted(fixed_gamma["gamma"].unique()):
            own = fixed_gamma[fixed_gamma["gamma"] == gamma]
            colour = COLOURS["condensed" if gamma > 1 else "linear"]
            _draw_curve(panel, own, column, colour, "o", rf"fixed $\gamma = {gamma:g}$")
        panel.set(xscale="log", yscale="log", xlabel="width $m$", ylabel=label)
        panel.margins(x=0.12, y=0.12)
        panel.yaxis.set_major_locator(LogLocator(subs=(1,) if column == "rd_w" else (1, 2, 5)))
        panel.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        panel.yaxis.set_minor_formatter("")
        _shade(panel, std**-2)  # gamma = 1: m std^2 = 1
    curve = fixed_variance.groupby("m")[["gamma", "rd_w"]].mean()
    for m, (gamma, rd) in curve.iterrows():
        distances.annotate(f"{gamma:.2f}", (m, rd), xytext=(6, 1), textcoords="offset points", va="center", fontsize=7)
    legend_outside(figure, distances.get_legend_handles_labels()[0], loc="outside upper center")
    return figure


def _draw_curve(panel: Axes, runs: pd.DataFrame, column: str, colour: str, marker: str, label: str) -> None:
    """Draw the mean over seeds and their standard deviation against m."""
    seeds = runs.groupby("m")[column]
    mean, spread = seeds.mean(), seeds.std().fillna(0.0)
    panel.errorbar(mean.index, mean, spread, marker=marker, color=colour, capsize=2, label=label)


def _shade(panel: Axes, boundary: float) -> None:
    """Shade the widths at which the fixed variance has gamma > 1 (left) and gamma < 1."""
    low, high = panel.get_xlim()
    for left, right, regime, text in ((low, boundary, "condensed", ">"), (boundary, high, "linear", "<")):
        panel.axvspan(left, right, color=tint(regime, 0.15), zorder=-2, linewidth=0)
        panel.text((left * right) ** 0.5, 0.98, rf"$\gamma {text} 1$", transform=panel.get_xaxis_transform(),
                   ha="center", va="top", fontsize=8)  # fmt: skip
    panel.set_xlim(low, high)
