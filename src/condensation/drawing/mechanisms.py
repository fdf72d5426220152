"""Drawings of what trained transformers do: similarity matrices, flow of attention, states, key embeddings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from condensation.drawing.similarity import draw_similarity
from condensation.drawing.style import COLOURS, new_figure

FLOW = 0.2  # attention drawn: uniform attention over nine tokens is 0.11
_TOKENS = ("", "", "", "$x$", "$a_1$", "$a_2$", "", "", "")
_MARKERS = ("o", "s", "^", "D")
_ANCHORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00")


def draw_cosines(axes: Axes, rows: pd.DataFrame) -> AxesImage:
    """One similarity matrix D in a frame."""
    axes.spines[:].set_visible(True)
    return draw_similarity(axes, rows, grouped=False)


def _title(rows: pd.DataFrame) -> str:
    row = rows.iloc[0]
    return rf"$\gamma = {row['gamma']:g}$, seed {row['seed']:.0f}"


def draw_attention_weights(table: pd.DataFrame, matrices: Sequence[str]) -> Figure:
    """The formula, and D of four matrices of layer 1 before and after training."""
    figure, axes = new_figure(2, len(matrices), width=7.0, height=4.5)
    figure.suptitle(
        r"$A_\theta(X) = \sum_i \mathrm{softmax}\left(X W^{Q_i} W^{K_i T} X^T / \sqrt{d}\right) X W^{V_i} W^{O_i T}$"
        + ",   "
        + _title(table[table["panel"] == "end"]),
        fontsize=9.5,
    )
    for row, when in enumerate(("start", "end")):
        for panel, name in zip(axes[row], matrices, strict=True):
            shown = table[table["panel"] == when]
            image = draw_cosines(panel, shown[shown["series"] == name])
            number = shown[shown["series"] == f"number {name}"].iloc[0]
            letter = name.removeprefix("W_")
            panel.set_title(
                rf"$W^{letter}$ {when}: mean $|D|$ = {number['mean_cosine']:.2f}" + "\n"
                rf"(random {number['mean_cosine_random']:.2f})",
                fontsize=7.5,
            )
    figure.supxlabel("column $j$", fontsize=9)
    figure.supylabel("column $i$", fontsize=9)
    figure.colorbar(image, ax=axes, label="$D_{ij}$", fraction=0.025, pad=0.02)
    return figure


def draw_query_condensation(table: pd.DataFrame) -> Figure:
    """(a, b) D of W_Q(1) from a large and a small start; (c) mean |cos| of all runs against gamma."""
    figure, axes = new_figure(1, 3, width=7.0, height=2.7, letters=True, width_ratios=(1, 1, 1.25))
    numbers = table[table["series"] == "number"]
    for panel, name in zip(axes[0], ("large", "small"), strict=False):
        rows = table[table["series"] == name]
        image = draw_cosines(panel, rows)
        panel.set_title(_title(rows), fontsize=8, loc="right")
        panel.set(xlabel="column $j$ of $W^{Q(1)}$", ylabel="column $i$")
    figure.colorbar(image, ax=axes[0, :2], label="$D_{ij}$", fraction=0.03, pad=0.02)
    panel = axes[0, 2]
    for kind, colour, label in (("authors", COLOURS["published"], "$d$ = 400"), ("ours", COLOURS["ours"], "smaller")):
        rows = numbers[numbers["panel"] == kind]
        fitted = rows["fitted"] == 1.0
        panel.plot(rows["gamma"][fitted], rows["mean_cosine"][fitted], "o", color=colour, mew=0, alpha=0.7,
                   markersize=4, label=label)  # fmt: skip
        panel.plot(rows["gamma"][~fitted], rows["mean_cosine"][~fitted], "o", color=colour, mfc="none", markersize=4)
        random = rows.groupby("gamma")["mean_cosine_random"].first()
        panel.plot(random.index, random, ":", color=colour, linewidth=1)
    for gamma, value in ((0.5, 0.21), (0.8, 0.9)):  # the paper's figure of the two query matrices
        panel.plot(gamma, value, "_", color="black", markersize=16, label="paper" if gamma == 0.5 else None)
    panel.set(xlabel=r"initialisation rate $\gamma$", ylabel="mean $|D|$ of $W^{Q(1)}$", ylim=(0, 1.03))
    panel.legend(loc="upper left", fontsize=7)
    return figure


def draw_where(table: pd.DataFrame) -> Figure:
    """Mean |cos| of every matrix over its value for random directions, a row a matrix, a column a gamma."""
    numbers = table[table["series"] != "settings"].copy()
    names = list(dict.fromkeys(zip(numbers["series"], numbers["layer"], strict=True)))
    numbers["ratio"] = numbers["mean_cosine"] / numbers["mean_cosine_random"]
    gammas = np.sort(numbers["gamma"].unique())
    figure, axes = new_figure(1, 2, width=7.0, height=4.2, letters=True, width_ratios=(1, 1.3))
    left, right = axes[0]
    mean = numbers.groupby(["series", "layer", "gamma"])["ratio"].mean()
    values = np.array([[mean.get((name, layer, gamma), np.nan) for gamma in gammas] for name, layer in names])
    image = left.imshow(values, cmap="viridis", norm="log", aspect="auto")
    low, high = np.log(np.nanmin(values)), np.log(np.nanmax(values))
    for (row, column), value in np.ndenumerate(values):
        light = np.log(value) > low + 0.6 * (high - low)
        left.text(
            column, row, f"{value:.1f}", ha="center", va="center", fontsize=7, color="black" if light else "white"
        )
    labels = [_matrix_name(name, layer) for name, layer in names]
    left.set_xticks(range(len(gammas)), [f"{gamma:g}" for gamma in gammas])
    left.set_yticks(range(len(names)), labels)
    left.set(xlabel=r"initialisation rate $\gamma$", ylabel="matrix")
    figure.colorbar(image, ax=left, label="mean $|D|$ / random", fraction=0.06, pad=0.03)
    colours = colormaps["viridis"](np.linspace(0.0, 0.9, len(gammas)))
    for place, (name, layer) in enumerate(names):
        rows = numbers[(numbers["series"] == name) & (numbers["layer"] == layer)]
        for number, (gamma, colour) in enumerate(zip(gammas, colours, strict=True)):
            found = rows.loc[rows["gamma"] == gamma, "mean_cosine"]
            y = np.full(len(found), place + 0.16 * (number - (len(gammas) - 1) / 2))
            right.plot(found, y, "o", color=colour, markersize=3.5, mew=0,
                       label=rf"$\gamma = {gamma:g}$" if not place else None)  # fmt: skip
        random = rows["mean_cosine_random"].iloc[0]
        right.plot((random, random), (place - 0.4, place + 0.4), "--", color="black", linewidth=1,
                   label="random" if not place else None)  # fmt: skip
    right.set_yticks(range(len(names)), labels)
    right.set(xlabel="mean $|D|$ of every run", xlim=(0, 1.02), ylim=(len(names) - 0.5, -0.5))
    right.legend(fontsize=7, loc="lower right")
    return figure


def _matrix_name(name: str, layer: float) -> str:
    """Name a matrix as the paper does; the feed-forward ones in words."""
    words = {"embeddings": "key embeddings", "output": "output"}
    if name in words:
        return words[name]
    letter = {"W_1": "FFN in", "W_2": "FFN out"}.get(name)
    return f"{letter} ({layer:.0f})" if letter else f"$W^{{{name.removeprefix('W_')}({layer:.0f})}}$"


def draw_solution(table: pd.DataFrame) -> Figure:
    """(a) Flow of information; (b) last token's states of the 12 ordered pairs; (c) their cosines sorted by target."""
    figure, axes = new_figure(1, 3, width=7.0, height=3.3, letters=True, width_ratios=(1.15, 1, 1.1))
    run = table[table["series"] == "run"].iloc[0]
    _draw_flow(axes[0, 0], table[table["series"] == "attention"])
    axes[0, 0].set_xlabel(
        rf"$\gamma = {run['gamma']:g}$, seed {run['seed']:.0f}: (4, 3) answered" + "\n"
        f"$x-6$ in {100 * run['symmetric']:.0f} %, $x-10$ in {100 * run['inferential']:.0f} %",
        fontsize=7.5,
    )
    _draw_states(axes[0, 1], table[table["series"] == "state"])
    image = draw_cosines(axes[0, 2], table[table["series"] == "cosine"])
    axes[0, 2].set_title("cosines", fontsize=8.5, loc="right")
    axes[0, 2].set(xlabel="states sorted by target $y$", ylabel="states sorted by target $y$")
    figure.colorbar(image, ax=axes[0, 2], label="cosine", fraction=0.046, pad=0.03)
    return figure


def _draw_flow(axes: Axes, rows: pd.DataFrame) -> None:
    """Tokens in columns, layers upwards; a line where attention exceeds FLOW, in colour where it carries."""
    layers = int(rows["layer"].max())
    last = int(rows["reading"].max())
    for _, flow in rows[rows["attention"] > FLOW].sort_values("carries").iterrows():
        layer = int(flow["layer"])
        if layer == layers and flow["reading"] != last:
            continue  # in the last layer only the last token's reading reaches the answer
        axes.plot(
            (flow["read"], flow["reading"]), (layer - 1, layer),
            color=COLOURS["condensed"] if flow["carries"] else "0.8",
            linewidth=3.5 * flow["attention"], solid_capstyle="round", zorder=2 if flow["carries"] else 1,
        )  # fmt: skip
    for layer in range(layers + 1):
        places = range(last + 1) if layer < layers else (last,)
        axes.scatter(list(places), [layer] * len(places), s=30, color="white", edgecolors="black", zorder=3)
    for place, name in enumerate(_TOKENS):
        axes.text(place, -0.3, name or r"$\cdot$", ha="center", va="center", fontsize=8.5)
    axes.set_xticks([])
    axes.set_yticks(range(layers + 1), ["tokens", *(f"layer {layer}" for layer in range(1, layers + 1))])
    axes.set(xlim=(-0.5, last + 0.5), ylim=(-0.5, layers + 0.25))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(f"attention > {FLOW:g}", fontsize=8.5, loc="right")


def _draw_states(axes: Axes, rows: pd.DataFrame) -> None:
    """Colour: first anchor; marker: second anchor; (3, 4) and (4, 3) are ringed."""
    for _, points in rows.groupby(["a1", "a2"]):
        a1, a2 = points[["a1", "a2"]].iloc[0].astype(int)
        special = {a1, a2} == {3, 4}
        axes.scatter(
            points["x"], points["y"], s=20 if special else 12, marker=_MARKERS[a2 - 1], color=_ANCHORS[a1 - 1],
            edgecolors="black" if special else "none", linewidths=0.6, alpha=0.8, rasterized=True,
        )  # fmt: skip
    colours = [axes.scatter([], [], s=20, color=colour, label=f"$a_1$ = {n}") for n, colour in enumerate(_ANCHORS, 1)]
    shapes = [
        axes.scatter([], [], s=20, color="0.5", marker=m, label=f"$a_2$ = {n}") for n, m in enumerate(_MARKERS, 1)
    ]
    axes.legend(
        handles=colours + shapes, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, fontsize=7,
        handletextpad=0.1, columnspacing=0.8,
    )  # fmt: skip
    share = rows.iloc[0]
    axes.set(xlabel=f"PC 1 ({100 * share['variance_x']:.0f} %)", ylabel=f"PC 2 ({100 * share['variance_y']:.0f} %)")
    axes.set_title(f"last token, $x$ = {share['key']:.0f}", fontsize=8.5, loc="right")


def draw_embeddings(table: pd.DataFrame) -> Figure:
    """Large start above small: D of W_Q(1), the key embeddings as numerals, the growth of their covariance."""
    figure, axes = new_figure(2, 3, width=7.0, height=4.9, letters=True, width_ratios=(1, 1.35, 1))
    for row, name in enumerate(("large", "small")):
        weight, keys, growth = (
            table[(table["panel"] == name) & (table["series"] == kind)] for kind in ("weight", "key", "growth")
        )
        left, middle, right = axes[row]
        image = draw_cosines(left, weight)
        left.set(xlabel="column $j$ of $W^{Q(1)}$", ylabel="column $i$")
        left.set_title(
            rf"$\gamma = {weight['gamma'].iloc[0]:g}$, $|D|$ = {weight['mean_cosine'].iloc[0]:.2f}",
            fontsize=8, loc="right",
        )  # fmt: skip
        figure.colorbar(image, ax=left, label="$D_{ij}$", fraction=0.046, pad=0.03)
        share = keys.iloc[0]
        colours = colormaps["viridis"](np.linspace(0.0, 0.9, len(keys)))
        for colour, (_, key) in zip(colours, keys.sort_values("key").iterrows(), strict=True):
            middle.plot(key["x"], key["y"], marker=f"${key['key']:.0f}$", color=colour, markersize=6.5, mew=0)
        middle.margins(0.08)
        middle.set(
            xlabel=f"PC 1 ({100 * share['variance_x']:.0f} %)", ylabel=f"PC 2 ({100 * share['variance_y']:.0f} %)"
        )
        middle.set_title("key embeddings", fontsize=8, loc="right")
        shades = colormaps["viridis"](np.linspace(0.0, 0.9, growth["number"].nunique()))
        for colour, (_, rows) in zip(shades, growth.groupby("number"), strict=True):
            right.plot(rows["training_step"], rows["eigenvalue"], color=colour, linewidth=1)
        right.set(xlabel="step", ylabel="eigenvalue", yscale="log")
        right.set_title("their covariance", fontsize=8, loc="right")
    return figure
