"""Widths that fall on one curve."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.style import COLOURS, legend_outside, pair_of_panels, panel_title

_WIDTHS = LinearSegmentedColormap.from_list(
    "widths", [COLOURS[f"width_{size}"] for size in ("small", "medium", "large")]
)


def draw_finite_size(points: pd.DataFrame, limits: pd.DataFrame) -> Figure:
    """Draw (a) RD against gamma, one colour a width, and (b) against (gamma - 1) ln m, between its two limits."""
    figure, raw, scaled, beside = pair_of_panels(3.2, sharey=True)
    widths = np.sort(points["m"].unique())
    handles = []
    for number, m in enumerate(widths):
        rows = points[points["m"] == m].groupby("gamma").first().reset_index()
        style: dict[str, Any] = {
            "color": _WIDTHS(number / max(len(widths) - 1, 1)),
            "markersize": 4,
            "label": f"$m = {labels.width_value(m)}$",
        }
        raw.plot(rows["gamma"], rows["rd_w"], "o-", linewidth=0.8, **style)
        handles += scaled.plot(rows["scaled_distance"], rows["rd_w"], "o", alpha=0.85, **style)
    for column, regime, sense in (("rd_kernel", "linear", 1), ("rd_path_norm", "condensed", -1)):
        shown = limits[sense * limits["scaled_distance"] < 1.5]
        name = "limit: kernel" if regime == "linear" else "limit: minimal path norm"
        handles += scaled.plot(
            shown["scaled_distance"], shown[column], "--", color=COLOURS["theory"] if sense > 0 else COLOURS["target"],
            label=name, zorder=3,
        )  # fmt: skip
    for panel, line in ((raw, 1.0), (scaled, 0.0)):
        panel.axvline(line, color=COLOURS["critical"], linewidth=1, zorder=0)
        panel.set(yscale="log")
        if beside:
            panel.label_outer()
    low, high = points["rd_w"].min(), points["rd_w"].max()
    raw.set(xlabel=r"exponent $\gamma$  ($\gamma\prime = 0$)", ylabel=labels.DISTANCE, ylim=(low / 2, high * 2))
    reach = points["scaled_distance"]
    scaled.set(
        xlabel=r"scaled distance $(\gamma - \gamma_c)\,\ln m = -\ln(m \kappa)$",
        xlim=(reach.min() - 0.7, reach.max() + 0.7),
    )
    if not beside:
        scaled.set_ylabel(labels.DISTANCE)
    panel_title(raw, "each width its own curve")
    panel_title(scaled, "all widths one curve")
    legend_outside(figure, handles)
    return figure
