"""RD against the width by regime, and its slope against gamma."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.style import COLOURS, attribution, new_figure
from condensation.store.published import ATTRIBUTION

_WAYS = {0.0: ("#0072B2", "o"), -0.5: ("#E69F00", "s"), -1.0: ("#009E73", "^")}


def draw_relative_distance(table: pd.DataFrame, gammas: Sequence[float]) -> Figure:
    """Draw (a-c) RD against m at three gammas and (d) S_w against gamma for every (beta1, beta2)."""
    figure, axes = new_figure(2, 2, width=7.2, height=5.8, letters=True)
    distances, slopes = table[table["panel"] == "rd"], table[table["panel"] == "slope"]
    for panel, gamma in zip(axes.flat, gammas, strict=False):
        _draw_distance(panel, distances[np.isclose(distances["gamma"], gamma)], slopes, gamma)
    axes.flat[0].legend(loc="best")
    _draw_slopes(axes.flat[3], slopes)
    attribution(figure, ATTRIBUTION)
    return figure


def _draw_distance(axes: Axes, rows: pd.DataFrame, slopes: pd.DataFrame, gamma: float) -> None:
    first = rows[rows["log_m_beta2"].isna() | (rows["log_m_beta2"] == 0)].sort_values("m")
    styles: dict[str, dict[str, Any]] = {
        "theory": {"color": COLOURS["theory"], "linestyle": "-", "label": "theory"},
        "linearised": {"color": COLOURS["linearised"], "linestyle": "--", "marker": "x", "label": "linearised model"},
        "largest over time": {"color": COLOURS["ours"], "linestyle": ":", "label": r"$\sup_t$ RD"},
    }
    for series, style in styles.items():
        curve = first[first["series"] == series]
        axes.plot(curve["m"], curve["rd_w"], **style)
    published = first[first["series"] == "published"]
    axes.plot(
        published["m"],
        published["rd_w"],
        "D",
        color=COLOURS["published"],
        markerfacecolor="none",
        markersize=8,
        label="published",
    )
    trained = first[first["series"] == "trained"]
    axes.errorbar(
        trained["m"],
        trained["rd_w"],
        trained["rd_w_spread"],
        fmt="o",
        color=COLOURS["ours"],
        capsize=3,
        label="trained (seeds)",
    )
    fit = slopes[(slopes["series"] == "trained") & np.isclose(slopes["gamma"], gamma) & (slopes["log_m_beta2"] == 0)]
    axes.set_xscale("log")
    axes.set_yscale("log")
    low, high = first["rd_w"].min(), first["rd_w"].max()
    axes.set_ylim(low / 1.8, high * 1.8)
    axes.set_xlabel("width $m$")
    axes.set_ylabel(r"RD$(\theta_w)$")
    axes.set_title(
        rf"$\gamma = {gamma:g}$:  $S_w = {fit['slope_w'].iloc[0]:.3f} \pm {fit['slope_w_spread'].iloc[0]:.3f}$"
    )


def _draw_slopes(axes: Axes, slopes: pd.DataFrame) -> None:
    theory = slopes[slopes["series"] == "theory"].sort_values("gamma")
    linear = slopes[(slopes["series"] == "linearised") & (slopes["log_m_beta2"] == 0)].sort_values("gamma")
    axes.axhline(0.0, color="0.7", linewidth=0.8)
    axes.plot(theory["gamma"], theory["slope_w"], color=COLOURS["theory"], label="theory")
    axes.plot(linear["gamma"], linear["slope_w"], "--", color=COLOURS["linearised"], label="linearised")
    for number, (way, (colour, marker)) in enumerate(_WAYS.items()):
        ours, published = (
            slopes[(slopes["series"] == series) & (slopes["log_m_beta2"] == way)].sort_values("gamma")
            for series in ("trained", "published")
        )
        label = rf"$\beta_1 = \beta_2 = m^{{{way:g}}}$" if way else r"$\beta_1 = \beta_2 = 1$"
        # the three ways give the same numbers: rings of growing size keep all of them in sight
        size = 4 + 3.5 * number
        axes.plot(
            ours["gamma"], ours["slope_w"], marker, color=colour, markersize=size, markerfacecolor="none", label=label
        )
        axes.plot(published["gamma"], published["slope_w"], marker, color=colour, markersize=2.5, alpha=0.9)
    axes.plot([], [], "o", color="0.3", markersize=2.5, label="published")
    axes.set_xlabel(r"$\gamma$")
    axes.set_ylabel(r"$S_w$")
    axes.set_title(r"slope of log RD against log $m$", x=0.54)
    axes.legend(loc="best", fontsize=7, markerscale=0.6)
