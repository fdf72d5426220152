"""Drawings of what trained transformers do: similarity matrices, flow of attention, states, key embeddings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from condensation.plotting.similarity import draw_similarity
from condensation.plotting.style import COLOURS, attribution, new_figure
from condensation.plotting.transformer import settings

_LABELS = {"embeddings": "keys"}
FLOW = 0.1  # attention drawn as a flow of information
_TOKENS = ("", "", "", "$x$", "$a_1$", "$a_2$", "", "", "")
_MARKERS = ("o", "s", "^", "D")
_ANCHORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00")


def draw_cosines(axes: Axes, rows: pd.DataFrame) -> AxesImage:
    """One similarity matrix D in a frame."""
    axes.spines[:].set_visible(True)
    return draw_similarity(axes, rows)


def _title(rows: pd.DataFrame) -> str:
    row = rows.iloc[0]
    return rf"$\gamma = {row['gamma']:g}$, seed {row['seed']:.0f}"


def draw_attention_weights(table: pd.DataFrame, matrices: Sequence[str]) -> Figure:
    """The formula, and D of four matrices of layer 1 before and after training."""
    figure, axes = new_figure(2, len(matrices), width=8.0, height=4.9)
    figure.suptitle(
        r"attention$\,(h) = \mathrm{softmax}\left(h W^Q (h W^K)^T / \sqrt{d_k} + \mathrm{mask}\right) h W^V W^O$,   "
        + _title(table[table["panel"] == "end"]),
        fontsize=10,
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
                fontsize=8.5,
            )
    figure.colorbar(image, ax=axes, label="$D_{ij}$ between columns", fraction=0.025, pad=0.02)
    attribution(figure, settings(table))
    return figure


def draw_query_condensation(table: pd.DataFrame) -> Figure:
    """(a, b) D of W_Q(1) from a large and a small start; (c) mean |cos| of all runs against gamma."""
    figure, axes = new_figure(1, 3, width=9.0, height=3.3, letters=True, width_ratios=(1, 1, 1.15))
    numbers = table[table["series"] == "number"]
    for panel, name in zip(axes[0], ("large", "small"), strict=False):
        rows = table[table["series"] == name]
        image = draw_cosines(panel, rows)
        panel.set_title(f"{name} start, {_title(rows)}", fontsize=8.5)
        panel.set_xlabel("columns of $W^{Q(1)}$, sorted")
    figure.colorbar(image, ax=axes[0, :2], label="$D_{ij}$", fraction=0.03, pad=0.02)
    panel = axes[0, 2]
    for fitted, marker, label in ((1.0, "o", "run that fits"), (0.0, "x", "run that does not fit")):
        rows = numbers[numbers["fitted"] == fitted]
        if len(rows):
            panel.plot(rows["gamma"], rows["mean_cosine"], marker, color=COLOURS["path"], label=label, markersize=4)
    mean = numbers.groupby("gamma")["mean_cosine"].mean()
    panel.plot(mean.index, mean, color=COLOURS["ours"], label="mean over seeds")
    random = numbers.groupby("gamma")["mean_cosine_random"].first()
    panel.plot(random.index, random, "--", color="0.5", label="random directions")
    panel.set(xlabel=r"initialisation rate $\gamma$", ylabel="mean $|D|$ of $W^{Q(1)}$", ylim=(0, 1.02))
    panel.legend(loc="best", fontsize=7)
    attribution(figure, settings(table))
    return figure


def draw_where(table: pd.DataFrame) -> Figure:
    """Mean |cos| of every matrix over gamma, layer by layer, with the value of random directions."""
    numbers = table[table["series"] != "settings"].copy()
    names = list(dict.fromkeys(zip(numbers["series"], numbers["layer"], strict=True)))
    gammas = np.sort(numbers["gamma"].unique())
    colours = colormaps["viridis"](np.linspace(0.0, 0.9, len(gammas)))
    figure, axes = new_figure(1, 1, width=9.0, height=4.2)
    panel = axes[0, 0]
    width = 0.8 / len(gammas)
    for place, (name, layer) in enumerate(names):
        rows = numbers[(numbers["series"] == name) & (numbers["layer"] == layer)]
        for number, (gamma, colour) in enumerate(zip(gammas, colours, strict=True)):
            values = rows.loc[rows["gamma"] == gamma, "mean_cosine"]
            x = place + (number - (len(gammas) - 1) / 2) * width
            panel.bar(
                x, values.mean(), 0.9 * width, color=colour, label=rf"$\gamma = {gamma:g}$" if not place else None
            )
            panel.plot(np.full(len(values), x), values, ".", color="black", markersize=2.5)
        random = rows["mean_cosine_random"].iloc[0]
        panel.plot(
            (place - 0.45, place + 0.45), (random, random), "--", color=COLOURS["condensed"], linewidth=1.3,
            label="random directions" if not place else None,
        )  # fmt: skip
    labels = [
        _LABELS.get(name, name) if not layer else f"$W^{{{name.removeprefix('W_')}({layer:.0f})}}$"
        for name, layer in names
    ]
    panel.set_xticks(range(len(names)), labels)
    panel.set(xlabel="matrix (keys' embeddings by row, all others by column)", ylabel="mean $|D|$", ylim=(0, 1))
    figure.legend(loc="outside upper center", ncols=len(gammas) + 1)
    attribution(figure, settings(table))
    return figure


def draw_solution(table: pd.DataFrame) -> Figure:
    """(a) Flow of attention; (b) last token's states of the 12 ordered pairs; (c) their cosines sorted by target."""
    figure, axes = new_figure(1, 3, width=10.4, height=4.2, letters=True, width_ratios=(1.15, 1, 1))
    run = table[table["series"] == "run"].iloc[0]
    figure.suptitle(
        rf"$\gamma = {run['gamma']:g}$, $L = {run['layers']:.0f}$, seed {run['seed']:.0f}: (4, 3) answered $x-6$ in "
        f"{100 * run['symmetric']:.0f} %, $x-10$ in {100 * run['inferential']:.0f} %"
        + ("" if run["fitted"] else " (run not fit)"),
        fontsize=9.5,
    )
    _draw_flow(axes[0, 0], table[table["series"] == "attention"])
    _draw_states(axes[0, 1], table[table["series"] == "state"])
    image = draw_cosines(axes[0, 2], table[table["series"] == "cosine"])
    axes[0, 2].set_title("states by target $y$")
    axes[0, 2].set(xlabel="states sorted by target", ylabel="states sorted by target")
    figure.colorbar(image, ax=axes[0, 2], label="cosine", fraction=0.046, pad=0.03)
    attribution(figure, settings(table))
    return figure


def _draw_flow(axes: Axes, rows: pd.DataFrame) -> None:
    """Tokens in columns, layers upwards; a line where attention exceeds FLOW, its width the attention."""
    layers = int(rows["layer"].max())
    last = int(rows["reading"].max())
    for _, flow in rows[rows["attention"] > FLOW].iterrows():
        layer = int(flow["layer"])
        if layer == layers and flow["reading"] != last:
            continue  # in the last layer only the last token's reading reaches the answer
        axes.plot(
            (flow["read"], flow["reading"]), (layer - 1, layer), color=COLOURS["condensed"],
            linewidth=4 * flow["attention"],
            alpha=0.35 + 0.6 * flow["attention"], solid_capstyle="round", zorder=1,
        )  # fmt: skip
    for layer in range(layers + 1):
        places = range(last + 1) if layer < layers else (last,)
        axes.scatter(list(places), [layer] * len(places), s=52, color="white", edgecolors="black", zorder=2)
    for place, name in enumerate(_TOKENS):
        axes.text(place, -0.24, name or r"$\cdot$", ha="center", va="center", fontsize=9.5)
    axes.set_xticks([])
    axes.set_yticks(range(layers + 1), ["tokens", *(f"layer {layer}" for layer in range(1, layers + 1))])
    axes.set(xlim=(-0.5, last + 0.5), ylim=(-0.42, layers + 0.25))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(f"attention > {FLOW:g} on $(a_1, a_2)$ = (4, 3)")


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
        handles=colours + shapes, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, fontsize=6.5,
        handletextpad=0.1, columnspacing=0.8,
    )  # fmt: skip
    share = rows.iloc[0]
    axes.set(xlabel=f"PC 1 ({100 * share['variance_x']:.0f} %)", ylabel=f"PC 2 ({100 * share['variance_y']:.0f} %)")
    axes.set_title(f"last token's states, $x$ = {share['key']:.0f}", loc="right")


def draw_embeddings(table: pd.DataFrame) -> Figure:
    """Large start above small: W_Q of layer 1 and the principal components of the key embeddings."""
    figure, axes = new_figure(2, 2, width=8.4, height=6.4, letters=True, width_ratios=(1, 1.25))
    for row, name in enumerate(("large", "small")):
        matrix, keys = (table[(table["panel"] == name) & (table["series"] == kind)] for kind in ("weight", "key"))
        left, right = axes[row]
        size = int(matrix["row"].max()) + 1, int(matrix["column"].max()) + 1
        values = np.zeros(size)
        values[matrix["row"].astype(int), matrix["column"].astype(int)] = matrix["y"]
        limit = np.abs(values).max()
        image = left.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
        left.set(xlabel="output of $W^{Q(1)}$", ylabel="input")
        left.set_title(f"{name} start, {_title(matrix)}", fontsize=8.5, loc="right")
        figure.colorbar(image, ax=left, label="weight", fraction=0.046, pad=0.03)
        points = right.scatter(keys["x"], keys["y"], c=keys["key"], cmap="viridis", s=18)
        share = keys.iloc[0]
        right.set(
            xlabel=f"PC 1 ({100 * share['variance_x']:.0f} %)", ylabel=f"PC 2 ({100 * share['variance_y']:.0f} %)"
        )
        right.set_title(f"key embeddings, |rank corr.| = {share['rank_correlation']:.2f}", fontsize=8.5, loc="right")
        figure.colorbar(points, ax=right, label="key $x$", fraction=0.046, pad=0.03)
    attribution(figure, settings(table))
    return figure
