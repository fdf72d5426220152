"""What facilitates condensation: one panel a lever, N against its setting."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing import labels
from condensation.drawing.palette import CATEGORIES
from condensation.drawing.style import COLOURS, new_figure, pi_ticks

PANELS = {
    "initialisation": ("standard deviation of the start $\\sigma$", True),
    "learning_rate": ("learning rate (training time fixed)", True),
    "weight_decay": ("weight decay", False),
    "dropout": ("dropout probability", False),
}
_ACTIVATIONS = {"tanh": r"$\tanh x$", "x_tanh": r"$x\,\tanh x$", "x2_tanh": r"$x^2\,\tanh x$"}


def draw_levers(table: pd.DataFrame) -> Figure:
    """Four levers against the baseline (N_eff), and lines of initial condensation by the activation's multiplicity."""
    figure, axes = new_figure(2, 3, width=8.4, height=5.2, letters=True)
    baseline = table[table["panel"] == "baseline"]
    for panel, (name, (label, logarithmic)) in zip(axes.flat, PANELS.items(), strict=False):
        rows = pd.concat([table[table["panel"] == name], baseline.assign(x=baseline[name])])
        _draw_lever(panel, rows, float(baseline["n_eff"].mean()))
        panel.set_xlabel(label)
        panel.set_ylabel("$N_{eff}$ (directions)")
        if logarithmic:
            panel.set_xscale("log")
            panel.minorticks_off()
            settings = np.sort(rows["x"].unique())
            panel.set_xticks(settings, [f"{value:g}" for value in settings])
        else:
            panel.locator_params(axis="x", nbins=4)
    _draw_activations(axes[1, 1], table[table["panel"] == "activation"])
    _draw_example(axes[1, 2], table)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def _draw_lever(axes: Axes, rows: pd.DataFrame, baseline: float) -> None:
    groups = rows.groupby("x")["n_eff"]
    mean, spread = groups.mean(), groups.std().fillna(0.0)
    axes.axhline(baseline, color="0.7", linestyle="--", label="baseline")
    axes.plot(rows["x"], rows["n_eff"], ".", color=COLOURS["path"], label="seeds")
    axes.errorbar(mean.index, mean, spread, marker="o", color=COLOURS["ours"], capsize=3, label="mean over seeds")
    axes.set_ylim(0, None)


def _draw_activations(axes: Axes, rows: pd.DataFrame) -> None:
    for place, name in enumerate(_ACTIVATIONS, start=1):
        values = rows.loc[rows["series"] == name, "n_lines"]
        axes.plot(np.full(len(values), place), values, ".", color=COLOURS["path"])
        axes.errorbar(
            place, values.mean(), values.std() if len(values) > 1 else 0.0, marker="o", color=COLOURS["ours"], capsize=3
        )
        axes.plot([place - 0.25, place + 0.25], [place, place], color=COLOURS["published"], linewidth=2)
    axes.plot([], [], color=COLOURS["published"], linewidth=2, label="stated: as many as the multiplicity")
    axes.set_xticks(range(1, len(_ACTIVATIONS) + 1), list(_ACTIVATIONS.values()))
    axes.set(xlabel=r"activation $\sigma(x)$", ylabel="lines at epoch 100", xlim=(0.5, 3.5))
    axes.set_ylim(0, max(8.0, float(rows["n_lines"].max()) * 1.25))
    axes.legend(loc="upper left", fontsize=7)


def _draw_example(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the features of the baseline and of the smallest start, first seed."""
    rows = table[table["panel"] == "features"]
    for series, colour, label in (
        ("baseline", CATEGORIES[0], "baseline"),
        ("initialisation", CATEGORIES[1], "smallest $\\sigma$"),
    ):
        points = rows[rows["series"] == series]
        axes.plot(points["orientation"], points["amplitude"], "o", color=colour, markersize=3, mew=0, label=label)
    axes.set(xlabel=r"orientation $\mathrm{atan2}(b_k, w_k)$", ylabel=labels.AMPLITUDE)
    axes.set_xlim(-np.pi, np.pi)
    pi_ticks(axes.xaxis)
    axes.legend(loc="upper left", ncols=2, fontsize=7)
