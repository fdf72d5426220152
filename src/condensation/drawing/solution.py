"""Drawing of a solution: flow of information, states and values inside the network, what its answers need."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from condensation.drawing.palette import COLOURS, ORDERS, SIMILARITY_MAP
from condensation.drawing.style import LEAST, SMALL, fitting_columns, new_figure, panel_title
from condensation.drawing.weights import tag

_ANCHORS = 4  # tokens up to this number are anchors; the key stands before the first
NEEDS = (("kept_without_pair", "last token reads\nthe anchors"), ("kept_without_single", "anchors read\nthe key"))


def draw_solution(tables: Mapping[str, pd.DataFrame], solution: str, failed: Mapping[str, str]) -> Figure:
    """(a) flow; (b) X^ao(1) of ordered pairs; (c) V(2) at the first anchor; (d, e) cosines by target; (f) ablation."""
    columns = fitting_columns(6, least=2.2)
    figure, axes = new_figure(6 // columns, columns, height=2.45 * 6 / columns, letters=True)
    flow, states, values, one, two, needs = axes.flat
    layers = int(tables["shown"]["layers"].iloc[0])
    _draw_flow(flow, tables["attention"], tables["tokens"], layers, COLOURS[solution])
    _draw_states(states, tables["states"])
    points = _draw_values(values, tables["values"])
    figure.colorbar(points, ax=values, fraction=0.046, pad=0.03, label="$g(x; a_1)$")
    for panel, (_, rows) in zip((one, two), tables["cosines"].groupby("a1", sort=False), strict=True):
        image = _draw_cosines(panel, rows, layers)
        figure.colorbar(image, ax=panel, fraction=0.046, pad=0.03, ticks=(-1, 0, 1))
    _draw_needs(needs, tables["kept"], COLOURS[solution])
    above = (1.0, 1.27)  # the title: a tag inside would hide states
    for panel, end, at in ((needs, "_pair", (0.5, 0.8)), (needs, "_single", (0.98, 0.8)),
                           (states, "_order_lost", above), (two, "_targets", above)):  # fmt: skip
        tag(panel, failed, [name for name in failed if name.endswith(end)], at=at)
    return figure


def _draw_flow(axes: Axes, attention: pd.DataFrame, tokens: pd.DataFrame, layers: int, colour: str) -> None:
    """Tokens in columns, layers upwards; thickness is attention, in colour where it carries the key or an anchor."""
    last = len(tokens) - 1
    read = attention[(attention["layer"] < layers) | (attention["reading"] == last)]
    for _, edge in read.sort_values("carries").iterrows():
        axes.plot(
            (edge["read"], edge["reading"]), (edge["layer"] - 1, edge["layer"]),
            color=colour if edge["carries"] else COLOURS["neither"], linewidth=4 * edge["attention"],
            solid_capstyle="round", zorder=2 if edge["carries"] else 1,
        )  # fmt: skip
    for layer in range(layers + 1):
        places = list(range(last + 1)) if layer < layers else [last]
        axes.scatter(places, [layer] * len(places), s=16, color="white", edgecolors="black", linewidths=0.8, zorder=3)
    first = int(np.argmax(tokens["token"] <= _ANCHORS))
    for place, token in zip(tokens["place"], tokens["token"], strict=True):
        highlighted = first - 1 <= place <= first + 1
        axes.text(
            place, -0.28, f"{token}", ha="center", va="center", fontsize=SMALL,
            color="black" if highlighted else "0.6", weight="bold" if highlighted else "normal",
        )  # fmt: skip
    for place, name in ((first - 1, "$x$"), (first, "$a_1$"), (first + 1, "$a_2$")):
        axes.text(place, -0.55, name, ha="center", va="center", fontsize=SMALL)
    axes.set_xticks([])
    axes.set_yticks(range(layers + 1), ["tokens", *(f"layer {layer}" for layer in range(1, layers + 1))], rotation=90,
                    va="center")  # fmt: skip
    axes.set(xlim=(-0.6, last + 0.6), ylim=(-0.75, layers + 0.2))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    panel_title(axes, "information flow")


def _draw_states(axes: Axes, states: pd.DataFrame) -> None:
    """One hue an unordered pair, light and dark for its two orders.

    Labelled is what lies together: both orders of a pair, a pair alone, or all pairs of one second anchor.
    """
    spread = states[["x", "y"]].std().mean()
    unordered = sorted({tuple(sorted(pair)) for pair in zip(states["a1"], states["a2"], strict=True)})
    colours = {
        pair[::way]: hue
        for pair, hues in zip(unordered, ORDERS, strict=True)
        for way, hue in ((1, hues[0]), (-1, hues[1]))
    }
    mixed = states.sample(frac=1.0, random_state=0)  # so that no pair lies on top
    hues = [colours[pair] for pair in zip(mixed["a1"], mixed["a2"], strict=True)]
    axes.scatter(mixed["x"], mixed["y"], s=4, color=hues, linewidths=0, rasterized=True)
    handles = [tuple(axes.scatter([], [], s=4, color=colours[pair[::way]]) for way in (1, -1)) for pair in unordered]
    ordered = sorted(colours)
    second = [[pair for pair in ordered if pair[1] == anchor] for anchor in sorted({pair[1] for pair in ordered})]
    groups = [
        *(([pair, pair[::-1]], 0.5) for pair in unordered),
        *(([pair], 0.35) for pair in ordered),
        *((group, 0.7) for group in second),
    ]
    labelled: set[tuple[int, int]] = set()
    for group, largest in groups:
        points = states[[pair in group for pair in zip(states["a1"], states["a2"], strict=True)]]
        if not labelled.intersection(group) and points[["x", "y"]].std().mean() < largest * spread:
            labelled.update(group)
            _name(axes, points, ", ".join(f"{a1}{a2}" for a1, a2 in group))
    axes.legend(
        handles, [f"{low}{high}, {high}{low}" for low, high in unordered],
        handler_map={tuple: HandlerTuple(None, pad=0)},
        loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, fontsize=LEAST, handletextpad=0.2, columnspacing=0.8,
        markerscale=2.5,
    )  # fmt: skip
    axes.margins(y=0.12)
    _bare(axes, "t-SNE 1", "t-SNE 2")
    panel_title(axes, r"$X^{\mathrm{ao}(1)}$, last token")


def _name(axes: Axes, points: pd.DataFrame, text: str) -> None:
    axes.text(
        points["x"].median(), points["y"].median(), text, fontsize=LEAST, ha="center", va="center",
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )  # fmt: skip


def _bare(axes: Axes, x: str, y: str) -> None:
    axes.set(xlabel=x, ylabel=y, xticks=[], yticks=[])
    axes.spines[:].set_visible(True)


def _draw_values(axes: Axes, values: pd.DataFrame) -> PathCollection:
    """Every key and first anchor, coloured by what the first function makes of the key."""
    image = axes.scatter(
        values["x"], values["y"], s=4, c=values["mapped"], cmap="viridis", linewidths=0, rasterized=True
    )
    spread = values[["x", "y"]].std().mean()
    for anchor, points in values.groupby("a1"):
        if points[["x", "y"]].std().mean() < spread / 2:
            _name(axes, points, f"$a_1 = {anchor}$")
    _bare(axes, "t-SNE 1", "t-SNE 2")
    panel_title(axes, "$V^{(2)}$ at $a_1$")
    return image


def _draw_cosines(axes: Axes, rows: pd.DataFrame, layers: int) -> AxesImage:
    """Keys of one pair against keys of the other; boxes round states with the same target."""
    matrix = rows.pivot(index="key", columns="other_key", values="cosine")
    keys, others = matrix.index.to_numpy(), matrix.columns.to_numpy()
    low, high, other_low, other_high = keys[0], keys[-1], others[0], others[-1]
    extent = (other_low - 0.5, other_high + 0.5, high + 0.5, low - 0.5)
    image = axes.imshow(matrix, cmap=SIMILARITY_MAP, vmin=-1, vmax=1, extent=extent)
    for _, cell in rows[rows["same_target"] == 1.0].iterrows():
        axes.add_patch(
            Rectangle(
                (cell["other_key"] - 0.5, cell["key"] - 0.5), 1, 1, facecolor="none", edgecolor="black", linewidth=0.9
            )
        )
    a1, a2, other_a1, other_a2 = rows[["a1", "a2", "other_a1", "other_a2"]].iloc[0].astype(int)
    axes.set(
        xlabel=f"key of ({other_a1}, {other_a2})", ylabel=f"key of ({a1}, {a2})", xticks=(other_low, other_high),
        yticks=(low, high),
    )  # fmt: skip
    axes.xaxis.labelpad = axes.yaxis.labelpad = -6
    axes.tick_params(length=2)
    axes.spines[:].set_visible(True)
    panel_title(axes, rf"cosines of $X^{{\mathrm{{ao}}({layers})}}$")
    return image


def _draw_needs(axes: Axes, kept: pd.DataFrame, colour: str) -> None:
    """Share of the answers kept without the attention of either mechanism; large dots: the widest runs."""
    widths = np.sort(kept["d_model"].unique())[::-1]
    for place, (column, _) in enumerate(NEEDS):
        for width in widths:
            shares = kept.loc[kept["d_model"] == width, column]
            x = place + 0.09 * (np.arange(len(shares)) - (len(shares) - 1) / 2)
            large = width == widths[0]
            axes.plot(
                x, shares, "o", color=colour, markersize=7 if large else 4, mew=0.8, mfc=colour if large else "none",
                label=None if place else f"$d$ = {width:.0f}", clip_on=False,
            )  # fmt: skip
    axes.set_xticks(range(len(NEEDS)), [text for _, text in NEEDS], fontsize=LEAST)
    axes.set(
        xlim=(-0.6, len(NEEDS) - 0.4),
        ylim=(-0.04, 1.04),
        ylabel="answers kept without",
        xlabel="attention cut before the last layer",
    )
    if len(kept):
        single = kept["kept_without_single"].median() > 0.5  # then the middle of the right column is free
        axes.legend(fontsize=LEAST, loc="center right" if single else "center left", handletextpad=0.1, frameon=True)
    panel_title(axes, "ablation, (4, 3)")
