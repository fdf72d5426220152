"""Drawings of the weights of trained transformers: similarity matrices, mean |D|, key embeddings."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from condensation.drawing.labels import scientific
from condensation.drawing.palette import CATEGORIES, COLOURS, SIMILARITY_MAP
from condensation.drawing.similarity import blocks, draw_similarity, similarity_text
from condensation.drawing.style import (
    LEAST,
    SMALL,
    current_width,
    failed_tag,
    fitting_columns,
    letter_panels,
    mosaic_figure,
    new_figure,
    panel_title,
)

PAPER = {0.5: 0.21, 0.8: 0.9}  # gamma -> mean |D| of W_Q(1) in the paper's figure of two query matrices
RATE = r"initialisation rate $\gamma$"
_FORMULA = (
    r"$A_\theta(X) = \sum_i\, \mathrm{softmax}\left(X W^{Q_i} W^{K_i T} X^T / \sqrt{d}\right)$",
    r"$X W^{V_i} W^{O_i T}$",
)


def draw_attention_weights(start: pd.DataFrame, end: pd.DataFrame, numbers: pd.DataFrame, shown: pd.Series) -> Figure:
    """The slide's formula, and D of four matrices of layer 1 before and after training."""
    matrices = list(end["matrix"].unique())
    columns = fitting_columns(len(matrices), least=1.3)
    lines = len(matrices) // columns
    figure, axes = new_figure(2 * lines, columns, height=0.6 + 3.9 * lines)
    joint = " " if current_width() > 4 else "\n"
    figure.suptitle(f"{joint.join(_FORMULA)}\n{run_title(shown)}", fontsize=10)
    mean = numbers.set_index("matrix")
    letter_panels(axes.flat)
    panels = iter(axes.flat)
    for first in range(0, len(matrices), columns):
        for when, table, column in (("start", start, "mean_cosine_start"), ("end", end, "mean_cosine")):
            for name in matrices[first : first + columns]:
                panel = next(panels)
                image = draw_similarity(panel, table[table["matrix"] == name], "column")
                text = similarity_text(mean[column][name], mean["mean_cosine_random"][name])
                panel_title(panel, f"$W^{name[-1]}$, {when}\n{text}".replace(" (", "\n("), fontsize=SMALL)
    figure.colorbar(image, ax=axes, label="$D_{kl}$", fraction=0.025, pad=0.02, shrink=0.6)
    return figure


def run_title(run: pd.Series) -> str:
    """Name a run: width, initialisation rate, seed."""
    return rf"$d = {run['d_model']:.0f}$, $\gamma = {run['gamma']:g}$, seed {run['seed']:.0f}"


def draw_query_condensation(
    shown: pd.DataFrame, similarity: pd.DataFrame, grid: pd.DataFrame, authors: pd.DataFrame, ours: pd.DataFrame,
    failed: Mapping[str, str],
) -> Figure:  # fmt: skip
    """(a, b) D of W_Q(1), large and small start; (c, d) mean |D| of all runs, by size; (e) D by depth and gamma."""
    figure, axes = mosaic_figure({4.0: (("ab", "cd", "ee"), 8.3), 0.0: ("abcde", 13.3)})
    panels = [axes[letter] for letter in "abcde"]
    for panel, (_, run) in zip(panels[:2], shown.iterrows(), strict=True):
        image = draw_similarity(panel, similarity[similarity["gamma"] == run["gamma"]], "column")
        panel_title(
            panel, f"$W^{{Q(1)}}$, {run_title(run)}\n{similarity_text(run['mean_cosine'], run['mean_cosine_random'])}"
        )
        figure.colorbar(image, ax=panel, label="$D_{kl}$", fraction=0.046, pad=0.03)
    _draw_mean(panels[2], [(f"$d$ = {authors['d_model'].iloc[0]:.0f}", authors)])
    _draw_mean(panels[3], [(f"$L$ = {layers:.0f}", rows) for layers, rows in ours.groupby("layers")])
    for panel, runs in ((panels[2], authors), (panels[3], ours)):
        inside = shown[shown["d_model"] == runs["d_model"].iloc[0]]
        if len(inside):
            panel.plot(
                inside["gamma"], inside["mean_cosine"], "o", color="black", mfc="none", markersize=10, label="shown"
            )
        panel.set(xlabel=RATE, ylabel="mean $|D|$ of $W^{Q(1)}$", ylim=(0, 1.05))
    panels[2].plot(list(PAPER), list(PAPER.values()), "_", color=COLOURS["published"], markersize=18, mew=2,
                   label="paper", zorder=1)  # fmt: skip
    panels[2].legend(loc="upper left", fontsize=LEAST)
    panels[3].legend(loc="upper left", fontsize=LEAST)
    panel_title(panels[2], "authors' size, $L$ = 2")
    panel_title(panels[3], f"$d$ = {ours['d_model'].iloc[0]:.0f}, by depth")
    tag(panels[2], failed, ("f18_authors_very_large", "f18_authors_large", "f18_authors_small"), at=(0.98, 0.2))
    _draw_grid(panels[4], grid, ours)
    tag(panels[3], failed, ("f18_small_start", "f18_few_directions", "f18_many_directions"), at=(0.98, 0.2))
    return figure


def _draw_grid(panel: Axes, grid: pd.DataFrame, ours: pd.DataFrame) -> None:
    """A cell a depth and gamma: D where a run kept its weights, and the mean |D| over all seeds."""
    gammas, depths = (np.sort(ours[name].unique()) for name in ("gamma", "layers"))
    for (layers, gamma), seeds in ours.groupby(["layers", "gamma"]):
        x, y = int(np.searchsorted(gammas, gamma)), int(np.searchsorted(depths, layers))
        own = grid[(grid["layers"] == layers) & np.isclose(grid["gamma"], gamma)]
        if len(own):
            panel.imshow(blocks(own), cmap=SIMILARITY_MAP, vmin=-1, vmax=1, interpolation="nearest",
                         extent=(x - 0.35, x + 0.35, y - 0.25, y + 0.45))  # fmt: skip
        panel.add_patch(Rectangle((x - 0.35, y - 0.25), 0.7, 0.7, facecolor="none" if len(own) else COLOURS["neither"],
                                  edgecolor=COLOURS["guide"]))  # fmt: skip
        panel.text(x, y - 0.28, f"{seeds['mean_cosine'].mean():.2f}", ha="center", va="top", fontsize=SMALL)
    panel.set(
        xlim=(-0.5, len(gammas) - 0.5), ylim=(-0.55, len(depths) - 0.5), aspect="equal", xlabel=RATE,
        ylabel="depth $L$",
    )  # fmt: skip
    panel.set_xticks(range(len(gammas)), [f"{gamma:g}" for gamma in gammas])
    panel.set_yticks(range(len(depths)), [f"{layers:.0f}" for layers in depths])
    panel_title(panel, f"$d$ = {ours['d_model'].iloc[0]:.0f}: $D$ of $W^{{Q(1)}}$ (grey: not kept), mean $|D|$")


def tag(panel: Axes, failed: Mapping[str, str], claims: Iterable[str], at: tuple[float, float] = (0.98, 0.97)) -> None:
    """Mark a panel with the categories of those of its claims that fail."""
    categories = sorted({failed[claim] for claim in claims if claim in failed})
    if categories:
        failed_tag(panel, ", ".join(categories), at=at)


def _draw_mean(panel: Axes, groups: list[tuple[str, pd.DataFrame]]) -> None:
    """Every run as a dot, open where it does not fit; dotted: random directions."""
    for number, (label, rows) in enumerate(groups):
        colour = COLOURS["ours"] if len(groups) == 1 else CATEGORIES[number]
        x = rows["gamma"] + 0.014 * (number - (len(groups) - 1) / 2)
        fitted = rows["fitted"] == 1.0
        style: dict[str, Any] = {"color": colour, "markersize": 4.5}
        panel.plot(x[fitted], rows["mean_cosine"][fitted], "o", mew=0, alpha=0.75, label=label, **style)
        panel.plot(x[~fitted], rows["mean_cosine"][~fitted], "o", mfc="none", **style)
    panel.plot([], [], "o", mfc="none", color=COLOURS["static"], markersize=4.5, label="not fitted")
    random = groups[0][1]["mean_cosine_random"].iloc[0]
    panel.axhline(random, linestyle=":", color=COLOURS["theory"], linewidth=1, label="random")


def draw_embeddings(shown: pd.DataFrame, tables: Mapping[str, pd.DataFrame], failed: Mapping[str, str]) -> Figure:
    """A row a start: D of W_Q(1), the key embeddings as numerals, growth of their covariance, cosines of key steps."""
    columns = fitting_columns(4, least=1.7)
    wide: dict[str, Any] = {"width_ratios": (1, 1.45, 1, 1)} if columns == 4 else {}
    figure, axes = new_figure(8 // columns, columns, height=2.5 * 8 / columns, letters=True, **wide)
    for start, (_, run) in enumerate(shown.iterrows()):
        similarity, keys, growth, steps = axes.flat[4 * start : 4 * start + 4]
        here = {name: rows[np.isclose(rows["gamma"], run["gamma"])] for name, rows in tables.items()}
        image = draw_similarity(similarity, here["similarity"], "column")
        seeds = here["seeds"][here["seeds"]["d_model"] == run["d_model"]]["mean_cosine"].sort_values()
        name = rf"$W^{{Q(1)}}$, $\gamma = {run['gamma']:g}$, seed {run['seed']:.0f}"
        panel_title(similarity, f"{name}\nmean $|D|$, all seeds:\n" + ", ".join(f"{value:.2f}" for value in seeds))
        figure.colorbar(image, ax=similarity, location="bottom", fraction=0.05, pad=0.03, ticks=(-1, 0, 1))
        _draw_keys(keys, here["keys"])
        _draw_growth(growth, here["growth"])
        _draw_steps(steps, tables["steps"][tables["steps"]["layers"] == 2], run)
        tag(steps, failed, ("f22_steps",), at=(0.98, 0.1))
        tag(growth, failed, ("f22_few_eigenvalues",), at=(0.98, 0.1))
    for place in (2, 3):  # both starts on one scale
        pair = axes.flat[place::4]
        low, high = zip(*(panel.get_ylim() for panel in pair), strict=True)
        for panel in pair:
            panel.set_ylim(min(low), max(high))
    figure.draw_without_rendering()  # settles where the numerals stand
    for keys in axes.flat[1::4]:
        _keep_apart(keys)
    return figure


def _draw_keys(panel: Axes, keys: pd.DataFrame) -> None:
    """Every key as a numeral at its place, small keys dark."""
    low, high = keys["key"].min(), keys["key"].max()
    colours = colormaps["viridis"](0.92 * (keys["key"] - low) / (high - low))
    for colour, (_, key) in zip(colours, keys.iterrows(), strict=True):
        panel.text(key["x"], key["y"], f"{key['key']:.0f}", color=colour, ha="center", va="center", fontsize=LEAST,
                   clip_on=True)  # fmt: skip
    panel.plot(keys["x"], keys["y"], linestyle="none")  # sets the limits
    panel.margins(0.09)
    panel.set(xlabel="t-SNE 1", ylabel="t-SNE 2", xticks=[], yticks=[])
    panel.spines[:].set_visible(True)
    panel_title(panel, "key embeddings")


def _keep_apart(panel: Axes) -> None:
    """Of numerals that lie on each other keep the first; the others become dots."""
    kept: list[Bbox] = []
    for text in panel.texts:
        box = text.get_window_extent().shrunk(1.0, 0.8)
        if any(box.overlaps(other) for other in kept):
            text.set_visible(False)
            panel.plot(*text.get_position(), ".", color=text.get_color(), markersize=4, mew=0)
        else:
            kept.append(box)


def _draw_growth(panel: Axes, growth: pd.DataFrame) -> None:
    shades = colormaps["Greys"](np.linspace(0.95, 0.4, growth["number"].nunique()))  # the largest is the darkest
    for colour, (_, rows) in zip(shades, growth.groupby("number"), strict=True):
        panel.plot(rows["training_step"], rows["eigenvalue"], color=colour, linewidth=1)
    last = growth["training_step"].max()
    panel.set(xlabel="training step", ylabel=r"eigenvalue $\lambda$", yscale="log", xticks=(0, last))
    panel.set_xticklabels(["0", f"${scientific(last)}$"])
    panel_title(panel, "their covariance")


def _draw_steps(panel: Axes, steps: pd.DataFrame, run: pd.Series) -> None:
    """The run shown in black, the narrower fitted ones of about the same start in grey; steps of 3 and 4 shaded."""
    panel.axvspan(2.6, 4.4, color=COLOURS["neither"], alpha=0.5, linewidth=0)
    large = run["gamma"] < 0.65
    others = steps[(steps["d_model"] < run["d_model"]) & ((steps["gamma"] < 0.65) == large) & (steps["fitted"] == 1.0)]
    for number, (_, rows) in enumerate(others.groupby(["gamma", "seed"])):
        label = None if number else f"$d$ = {rows['d_model'].iloc[0]:.0f}"
        panel.plot(rows["step_of_key"], rows["cosine"], "o-", color=COLOURS["static"], linewidth=0.8, markersize=2,
                   label=label)  # fmt: skip
    same = steps[(steps["d_model"] == run["d_model"]) & np.isclose(steps["gamma"], run["gamma"])]
    for _, rows in same.groupby("seed"):
        wide = rows["seed"].iloc[0] == run["seed"]
        panel.plot(rows["step_of_key"], rows["cosine"], "o-", color=COLOURS["ours"], linewidth=1.3 if wide else 0.6,
                   markersize=3.5 if wide else 2, label=f"$d$ = {run['d_model']:.0f}" if wide else None)  # fmt: skip
    panel.axhline(0, color=COLOURS["guide"], linewidth=0.7, zorder=0)
    panel.set(xlabel="difference of two keys", ylabel="mean cosine", xticks=range(1, 9))
    low, high = panel.get_ylim()
    panel.set_ylim(low, high + 0.25 * (high - low))
    panel.legend(fontsize=LEAST, loc="upper center", ncols=2, columnspacing=0.8, handlelength=1.2)
    panel_title(panel, "by difference")
