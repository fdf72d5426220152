"""What facilitates condensation: one panel a lever, then lines and similarity by the activation's multiplicity."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from condensation.drawing import labels
from condensation.drawing.palette import CATEGORIES
from condensation.drawing.similarity import draw_similarity
from condensation.drawing.style import (
    COLOURS,
    current_width,
    failed_tag,
    legend_outside,
    mosaic_figure,
    panel_title,
    pi_ticks,
)
from condensation.geometry import random_cosine

ACTIVATIONS = {"tanh": r"$\tanh x$", "x_tanh": r"$x\,\tanh x$", "x2_tanh": r"$x^2\,\tanh x$"}
_LEVERS = {
    "initialisation": ("initialisation", r"standard deviation $\sigma$"),
    "learning_rate": ("learning rate", r"learning rate $\eta$"),
    "weight_decay": ("weight decay", r"weight decay $\lambda$"),
}
_FACTOR = r"$N_\mathrm{eff}$"
_MOST_DIRECTIONS = 66  # a uniform spread has 63
# least width in inches -> panels, height in inches
_LAYOUTS = {
    6.5: (("aaabbbcccddd", "eeeeffffgggg", "hhhhiiiijjjj"), 6.6),
    5.0: (("aaabbb", "cccddd", "eeefff", "ggghhh", "iiijjj"), 10.0),
    0.0: (("ab", "cd", "ee", "ff", "gg", "hi", "j."), 12.5),
}
# claim -> the panel it is about
_CLAIMS = {
    "q4_initialisation": "a", "q4_learning_rate": "b", "q4_weight_decay": "c", "q4_dropout": "d",
    "q4_dropout_tanh": "d", "q4_tanh": "f", "q4_x_tanh": "f", "q4_x2_tanh": "f", "q4_sign_x_tanh": "g",
    "q4_sign_x2_tanh": "g", "q4_attractors": "g",
}  # fmt: skip


def draw_levers(
    levers: pd.DataFrame,
    baseline: pd.DataFrame,
    dropout: pd.DataFrame,
    features: pd.DataFrame,
    lines: pd.DataFrame,
    matrices: pd.DataFrame,
    five: pd.DataFrame,
    failed: Mapping[str, str],
) -> Figure:
    """(a-d) N_eff against four levers, (e) features of two runs, (f, g) lines by activation, (h-j) D.

    failed: claims that do not hold, with their category.
    """
    figure, axes = mosaic_figure(_LAYOUTS)
    for letter, (name, (title, label)) in zip("abc", _LEVERS.items(), strict=True):
        own = levers[levers["series"] == name]
        usual = float(baseline[name].iloc[0])
        panel_title(axes[letter], f"{title}\n{_effect(own, name, baseline)}")
        _draw_lever(axes[letter], own, name, usual)
        axes[letter].set_xlabel(label)
    _draw_dropout(axes["d"], dropout)
    for letter in "abcd":
        axes[letter].set_ylim(0, _MOST_DIRECTIONS)
        first = axes[letter].get_subplotspec().is_first_col()  # type: ignore[union-attr]
        axes[letter].set_ylabel(labels.DIRECTIONS if first else "")
        axes[letter].tick_params(labelleft=first)
    _draw_features(axes["e"], features, float(baseline["initialisation"].iloc[0]))
    _draw_lines(axes["f"], lines)
    _draw_five(axes["g"], five)
    random = random_cosine(2) if current_width() >= 6 else None  # no room for it
    for letter, (name, title) in zip("hij", ACTIVATIONS.items(), strict=True):
        before = axes[letter].get_title(loc="left")
        own = matrices[matrices["activation"] == name]
        image = draw_similarity(axes[letter], own, "neuron", title=f"{before} {title}", random=random)
    figure.colorbar(image, ax=axes["j"], label="$D_{kl}$", fraction=0.05, pad=0.04, ticks=[-1, 0, 1])
    for claim, category in failed.items():
        failed_tag(axes[_CLAIMS[claim]], category)
    handles = [handle for letter in "dfg" for handle in axes[letter].get_legend_handles_labels()[0]]
    legend_outside(figure, handles, loc="outside upper center")
    return figure


def _effect(runs: pd.DataFrame, name: str, baseline: pd.DataFrame) -> str:
    """Say by which factor the strongest setting changes N_eff, or that it does not by more than two standard errors.

    The strongest setting is the smallest start, else the largest value at which the data are still fitted.
    """
    chosen = runs[name].min() if name == "initialisation" else runs[name].max()
    ratio = runs[runs[name] == chosen].set_index("seed")["n_eff"] / baseline.set_index("seed")["n_eff"]
    error = ratio.std() / np.sqrt(len(ratio))
    return "no clear effect" if not abs(ratio.mean() - 1) > 2 * error else rf"{_FACTOR}$\,\times {ratio.mean():.2f}$"


def _dots_and_mean(axes: Axes, x: pd.Series, y: pd.Series, colour: str, marker: str, label: str = "") -> None:
    """Draw every seed as a pale dot and the mean over seeds as a line with markers."""
    axes.plot(x, y, ".", color=colour, alpha=0.5, markersize=5, mew=0)
    axes.plot(y.groupby(x.to_numpy()).mean(), marker + "-", color=colour, label=label)


def _draw_lever(axes: Axes, runs: pd.DataFrame, name: str, usual: float) -> None:
    axes.axvline(usual, color=COLOURS["guide"], linewidth=1, linestyle="--", zorder=0)
    if usual == 0:  # a decade below the smallest positive value, labelled 0
        place = runs.loc[runs[name] > 0, name].min() / 10
        runs = runs.assign(**{name: runs[name].replace(0, place)})
        axes.get_lines()[0].set_xdata([place, place])
    _dots_and_mean(axes, runs[name], runs["n_eff"], COLOURS["ours"], "o", "ReLU")
    axes.set_xscale("log")
    settings = np.sort(runs[name].unique())
    if usual == 0:
        decades = [value for value in settings[1:] if np.isclose(np.log10(value) % 1, 0)]
        axes.set_xticks([settings[0], *decades], ["0", *(rf"${labels.scientific(value)}$" for value in decades)])
    else:
        settings = settings if current_width() >= 5 else settings[::2]
        axes.set_xticks(settings, [f"{value:g}" for value in settings])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def _draw_dropout(axes: Axes, dropout: pd.DataFrame) -> None:
    effects = []
    styles = {"relu": (COLOURS["ours"], "o", "ReLU"), "tanh": (CATEGORIES[3], "s", r"$\tanh$")}
    for name, style in styles.items():
        own = dropout[dropout["activation"] == name]
        _dots_and_mean(axes, own["dropout"], own["n_eff"], *style)
        effects.append(_effect(own, "dropout", own[own["dropout"] == 0]))
    first = effects[0] if current_width() >= 5 else effects[0].removeprefix(_FACTOR)
    panel_title(axes, f"dropout\n{first}, {effects[1].removeprefix(_FACTOR)}")
    axes.set(xlabel="dropout probability", xticks=np.sort(dropout["dropout"].unique()))
    axes.set_xticklabels([f"{value:g}" for value in axes.get_xticks()])


def _draw_features(axes: Axes, features: pd.DataFrame, usual: float) -> None:
    for std in sorted(features["initialisation"].unique()):
        own = features[features["initialisation"] == std]
        colour = COLOURS["linear" if np.isclose(std, usual) else "condensed"]
        name = rf"$\sigma = {std:g}$"
        axes.plot(own["orientation"], own["amplitude"], "o", color=colour, markersize=3.5, mew=0, alpha=0.8, label=name)
    axes.set(xlabel=labels.ORIENTATION, ylabel=labels.AMPLITUDE, xlim=(-np.pi, np.pi), ylim=(0, None))
    panel_title(axes, "two starts of (a)")
    pi_ticks(axes.xaxis)
    axes.legend(loc="upper right", handletextpad=0.1)


def _draw_by_activation(axes: Axes, table: pd.DataFrame, column: str, style: dict[str, Any], shift: float) -> None:
    """Draw every seed as a dot, spread sideways, and the mean as a bar."""
    for place, name in enumerate(ACTIVATIONS, start=1):
        values = table.loc[table["activation"] == name, column].to_numpy()
        across = place + shift + np.linspace(-0.06, 0.06, len(values))
        label = style["label"] if place == 1 else "_"
        axes.plot(across, values, linestyle="", markersize=4, **(style | {"label": label}))
        axes.plot([place + shift - 0.1, place + shift + 0.1], [values.mean()] * 2, color=style["color"], linewidth=1.4)


def _draw_multiplicity(axes: Axes, label: str) -> None:
    for place in range(1, len(ACTIVATIONS) + 1):
        axes.plot([place - 0.4, place + 0.4], [place, place], color=COLOURS["published"], linewidth=2, zorder=0,
                  label=label if place == 1 else "_")  # fmt: skip
    axes.set_xticks(range(1, len(ACTIVATIONS) + 1), list(ACTIVATIONS.values()))
    axes.set(xlabel=r"activation $\sigma(x)$", ylabel="number of lines", xlim=(0.5, 3.5))


def _draw_lines(axes: Axes, lines: pd.DataFrame) -> None:
    _draw_multiplicity(axes, "multiplicity $p$")
    _draw_by_activation(axes, lines, "n_lines", {"marker": "o", "color": COLOURS["ours"], "label": "Adam"}, 0.0)
    panel_title(axes, "one input")
    axes.set_ylim(0, max(3.6, float(lines["n_lines"].max()) * 1.1))


def _draw_five(axes: Axes, five: pd.DataFrame) -> None:
    _draw_multiplicity(axes, "_")
    _draw_by_activation(axes, five, "n_lines", {"marker": "o", "color": COLOURS["ours"], "label": "_"}, -0.25)
    sign = {"marker": "D", "color": COLOURS["fit"], "label": "sign descent"}
    _draw_by_activation(axes, five, "n_lines_sign", sign, 0.0)
    flow = {"marker": "^", "color": CATEGORIES[0], "label": "attractors of gradient flow"}
    _draw_by_activation(axes, five, "n_attractors", flow, 0.25)
    panel_title(axes, "five inputs")
    axes.set_ylim(0, None)
