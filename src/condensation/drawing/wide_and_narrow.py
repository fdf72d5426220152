"""RD and N_eff against the width, at fixed variance and at fixed gamma."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, new_figure


def draw_wide_and_narrow(table: pd.DataFrame) -> Figure:
    """Draw RD (left) and N_eff (right) against m; the fixed-variance curve carries the gamma of every width."""
    figure, axes = new_figure(1, 2, width=7.2, height=3.4, letters=True)
    curves = [("fixed variance", None, "black", "s")]
    fixed = np.sort(table.loc[table["series"] == "fixed gamma", "gamma"].unique())
    colours = (COLOURS["linear"], COLOURS["condensed"])
    curves += [("fixed gamma", gamma, colour, "o") for gamma, colour in zip(fixed, colours, strict=False)]
    for panel, column, symbol in (
        (axes[0, 0], "rd_w", r"RD$(\theta_w)$"),
        (axes[0, 1], "n_eff", r"$N_{eff}$ (directions)"),
    ):
        for series, gamma, colour, marker in curves:
            rows = table[table["series"] == series]
            rows = rows if gamma is None else rows[rows["gamma"] == gamma]
            groups = rows.groupby("m")
            mean, spread = groups[column].mean(), groups[column].std().fillna(0.0)
            label = "fixed variance" if gamma is None else rf"fixed $\gamma = {gamma:g}$"
            panel.errorbar(mean.index, mean, spread, marker=marker, color=colour, capsize=2, label=label)
            if gamma is None and column == "rd_w":
                for m, value, height in zip(mean.index, groups["gamma"].first(), mean, strict=True):
                    place = (m, height)
                    panel.annotate(
                        f"{value:.2f}", place, xytext=(5, 5), textcoords="offset points", ha="left", fontsize=7
                    )
        panel.set(xscale="log", yscale="log", xlabel="width $m$", ylabel=symbol)
        panel.margins(x=0.09)
    axes[0, 0].axhline(1.0, color="0.8", linewidth=0.8, zorder=0)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    labels[0] += r" (numbers: $\gamma$ at this $m$)"
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure
