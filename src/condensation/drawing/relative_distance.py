"""RD against the width by regime, its slope against gamma, and trained and linearised networks as functions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from condensation.drawing import labels
from condensation.drawing.style import (
    COLOURS,
    SMALL,
    attribution,
    current_width,
    failed_tag,
    letter_panels,
    new_figure,
    panel_title,
    share_ordinate,
)
from condensation.store.published import ATTRIBUTION

_REGIMES = ("linear", "critical", "condensed")


def draw_relative_distance(
    distances: pd.DataFrame,
    slopes: pd.DataFrame,
    functions: pd.DataFrame,
    samples: pd.DataFrame,
    published_distances: pd.DataFrame,
    published_slopes: pd.DataFrame,
    *,
    gammas: Sequence[float],
    failed: Mapping[str, str],
) -> Figure:
    """Draw (a-c) RD against m at three gammas, (d) S_w against gamma, (e-g) f and f_lin at the same gammas."""
    columns = 4 if current_width() > 6 else 2
    figure, axes = new_figure(8 // columns, columns, height=3.9 if columns == 4 else 7.0)
    panels = list(axes.flat)
    letter_panels(panels[:7])
    for panel, gamma, regime in zip(panels, gammas, _REGIMES, strict=False):
        rows, published = (frame[np.isclose(frame["gamma"], gamma)] for frame in (distances, published_distances))
        fit = slopes[np.isclose(slopes["gamma"], gamma)]
        _draw_distance(panel, rows, published, fit, linearised=regime == "condensed")
        panel_title(panel, rf"$\gamma = {gamma:g}$, {regime}")
    panels[0].set_ylabel(labels.DISTANCE)
    _draw_slopes(panels[3], slopes, published_slopes)
    for panel, gamma in zip(panels[4:], gammas, strict=False):
        _draw_functions(panel, functions[np.isclose(functions["gamma"], gamma)], samples)
        panel_title(panel, rf"$\gamma = {gamma:g}$")
    share_ordinate(panels[4:7], label=labels.OUTPUT, beside=columns == 4)
    if "f10_linearised_function" in failed:
        failed_tag(panels[4], f"{failed['f10_linearised_function']}:\ntwo seeds", at=(0.75, 0.97))
    panels[7].axis("off")
    handles = {
        str(handle.get_label()): handle
        for place in (2, 3, 4)
        for handle in panels[place].get_legend_handles_labels()[0]
    }
    panels[7].legend(handles.values(), handles.keys(), loc="center left", borderaxespad=0)
    attribution(figure, ATTRIBUTION)
    return figure


def _draw_distance(
    panel: Axes, rows: pd.DataFrame, published: pd.DataFrame, fit: pd.DataFrame, *, linearised: bool
) -> None:
    rows = rows.sort_values("m")
    m = rows["m"].to_numpy(float)
    slope, spread = fit["slope_w"].mean(), np.std(np.concatenate(fit["slope_w_by_seed"].tolist()), ddof=1)
    middle = np.exp(np.log(rows["rd_w"]).mean() + slope * (np.log(m) - np.log(m).mean()))
    panel.plot(m, middle, color=COLOURS["fit"], linewidth=3, label="fit")
    panel.plot(m, rows["rd_theory"], "--", color=COLOURS["theory"], linewidth=1, label="theory")
    if linearised:
        panel.plot(m, rows["rd_w_linear"], "-x", color=COLOURS["linearised"], linewidth=1, label="linearised")
    panel.errorbar(m, rows["rd_w"], rows["rd_w_spread"], fmt="o", color=COLOURS["ours"], capsize=2, markersize=3.5)
    style: dict[str, Any] = {"color": COLOURS["published"], "markerfacecolor": "none", "markersize": 7}
    panel.plot(published["m"], published["rd_w"], "D", label="published", **style)
    shown = pd.concat([rows["rd_w"], published["rd_w"], *([rows["rd_w_linear"]] if linearised else [])])
    low = shown.min()
    high = max(shown.max(), 3 * low)
    panel.set(xscale="log", yscale="log", xlabel="width $m$", ylim=(low / (3.5 if linearised else 1.5), high * 1.9))
    place: dict[str, Any] = {"y": 0.05, "va": "bottom"} if linearised else {"y": 0.96, "va": "top"}
    text = rf"$S_w = {slope:.3f} \pm {spread:.3f}$"
    panel.text(0.97, s=text, transform=panel.transAxes, ha="right", fontsize=SMALL, **place)
    if high / low < 10:
        panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.yaxis.set_major_formatter("{x:g}")
    panel.minorticks_off()


def _draw_slopes(panel: Axes, slopes: pd.DataFrame, published: pd.DataFrame) -> None:
    one = slopes.drop_duplicates("gamma").sort_values("gamma")
    linear = [np.mean(values) for values in one["slope_w_linear_by_seed"]]
    panel.axhline(0.0, color=COLOURS["guide"], linewidth=0.8)
    panel.plot(one["gamma"], one["slope_w_theory"], "--", color=COLOURS["theory"], linewidth=1, label="theory")
    panel.plot(one["gamma"], linear, "-", color=COLOURS["linearised"], linewidth=1, label="linearised")
    panel.plot(slopes["gamma"], slopes["slope_w"], "o", color=COLOURS["ours"], markersize=2.5, label="trained")
    style: dict[str, Any] = {"color": COLOURS["published"], "markerfacecolor": "none", "markersize": 6, "mew": 0.7}
    panel.plot(published["gamma"], published["slope_w"], "D", label="published", zorder=1.9, **style)
    panel.set(xlabel=r"exponent $\gamma$", ylabel="slope $S_w$")
    panel_title(panel, "slope, one curve")


def _draw_functions(panel: Axes, rows: pd.DataFrame, samples: pd.DataFrame) -> None:
    panel.plot(rows["x"], rows["y"], color=COLOURS["end"], label="$f$, trained")
    panel.plot(rows["x"], rows["y_linear"], "--", color=COLOURS["linearised"], label=r"$f_\mathrm{lin}$, linearised")
    panel.plot(samples["x"], samples["y"], "o", color=COLOURS["data"], label="data", markersize=4)
    panel.set(xlabel=labels.INPUT)
