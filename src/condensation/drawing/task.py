"""Schematic drawings of the composite task and of the two mechanisms that can learn it; lengths are inches."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch

from condensation.drawing.palette import CATEGORIES, CLASSES, COLOURS
from condensation.drawing.style import LEAST, current_width, new_figure, tint

SPECIAL = ((3, 4), (4, 3))  # drawn with a ring and with a dashed frame
_NARROW = 5.0  # inches of width below which blocks stand below one another
_CELL, _ROW = 0.46, 0.31


def draw_task(pairs: pd.DataFrame, tokens: pd.DataFrame) -> Figure:
    """Single functions, the 16 ordered pairs by what training says of them, and the question; below, token strings."""
    narrow = current_width() < _NARROW
    wide = 3.2 if narrow else current_width()
    figure, canvas = _canvas(wide, 6.05 if narrow else 3.65)
    column = 1.12
    grid = (column + 0.36, 0.35) if not narrow else (column + 0.12, 0.35)
    _functions(canvas, (0.05, 0.42), column - 0.07, _from_diagonal(pairs))
    if not narrow:
        _arrow(canvas, (column + 0.05, grid[1] + 2 * _CELL), (grid[0] - 0.05, grid[1] + 2 * _CELL))
    _grid_of_pairs(canvas, grid, pairs)
    right = grid[0] + 4 * _CELL
    notes = (0.05, grid[1] + 4 * _CELL + 0.22) if narrow else (right + 0.38, grid[1])
    if not narrow:
        _arrow(canvas, (right + 0.07, grid[1] + 2 * _CELL), (notes[0] - 0.08, grid[1] + 2 * _CELL))
    bottom = _notes(canvas, notes, wide - notes[0] - 0.05, pairs)
    _strings(canvas, (0.05, max(bottom, grid[1] + 4 * _CELL) + 0.42), wide - 0.1, tokens, pairs)
    return figure


def draw_mechanisms(classes: pd.DataFrame, functions: pd.DataFrame) -> Figure:
    """(a) Ten unordered pairs, each with its answer; (b) four functions, and their composition on (4, 3)."""
    narrow = current_width() < _NARROW
    wide = 3.2 if narrow else current_width()
    figure, canvas = _canvas(wide, 6.3 if narrow else 3.6)
    half = wide if narrow else wide / 2
    _classes(canvas, (0.05, 0.05), half - 0.25, classes)
    place = (0.05, 3.85) if narrow else (half + 0.12, 0.05)
    given = classes.set_index(["a1", "a2"])["answer"][SPECIAL[0]]
    steps = dict(zip(functions["a1"], functions["answer"], strict=True))
    _composed(canvas, place, wide - place[0] - 0.05, steps, given)
    return figure


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure with one frameless panel whose units are inches, from the upper left corner."""
    figure, axes = new_figure(1, 1, height=height)
    figure.get_layout_engine().set(w_pad=0.0, h_pad=0.0)  # type: ignore[union-attr, call-arg]
    panel = axes[0, 0]
    panel.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    panel.axis("off")
    return figure, panel


def _text(canvas: Axes, x: float, y: float, text: str, **style: Any) -> None:
    canvas.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 8.5, **style})


def _box(canvas: Axes, x: float, y: float, width: float, height: float, colour: str, **style: Any) -> None:
    """A rounded box with its upper left corner at (x, y)."""
    shape = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.05")
    shape.set(**{"facecolor": colour, "edgecolor": COLOURS["guide"], "linewidth": 0.8, **style})
    canvas.add_patch(shape)


def _arrow(canvas: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = "0.3", **s: Any) -> None:
    style = {"arrowstyle": "-|>", "mutation_scale": 11, "linewidth": 1.3, "color": colour, "shrinkA": 0, "shrinkB": 0}
    canvas.add_patch(FancyArrowPatch(start, end, **{**style, **s}))


def _ring(canvas: Axes, x: float, y: float, width: float, height: float) -> None:
    canvas.add_patch(Ellipse((x, y), width, height, facecolor="none", edgecolor=COLOURS["symmetric"], linewidth=1.4))


def _dash(canvas: Axes, x: float, y: float, width: float, height: float) -> None:
    """A dashed frame around (x, y)."""
    _box(canvas, x - width / 2, y - height / 2, width, height, "none", edgecolor="black", linestyle="--", linewidth=1.2)


def _from_diagonal(pairs: pd.DataFrame) -> dict[int, float]:
    """Return what each anchor adds: half of what it adds twice."""
    twice = pairs[pairs["a1"] == pairs["a2"]]
    return dict(zip(twice["a1"], twice["answer"] / 2, strict=True))


def _functions(canvas: Axes, at: tuple[float, float], width: float, functions: Mapping[int, float]) -> None:
    x, y = at
    _text(canvas, x + width / 2, y - 0.26, "single functions")
    for number, (anchor, step) in enumerate(functions.items()):
        top = y + number * 0.45
        _box(canvas, x, top, width, 0.34, tint(CATEGORIES[number], 0.3))
        _text(canvas, x + width / 2, top + 0.17, rf"${anchor}:\ x \to x {step:+.0f}$", fontsize=9)


def _colour(kind: str) -> str:
    return {
        "inferential": tint("inferential", 0.25), "non-inferential": tint("symmetric", 0.25), "unseen": "white",
    }[kind]  # fmt: skip


def _grid_of_pairs(canvas: Axes, at: tuple[float, float], pairs: pd.DataFrame) -> None:
    x, y = at
    _text(canvas, x + 2 * _CELL, y - 0.19, "pairs of anchors ($a_1$, $a_2$)")
    for _, pair in pairs.iterrows():
        left, top = x + _CELL * (pair["a2"] - 1), y + _CELL * (pair["a1"] - 1)
        _box(canvas, left + 0.015, top + 0.015, _CELL - 0.03, _CELL - 0.03, _colour(pair["training"]))
        middle = left + _CELL / 2
        _text(canvas, middle, top + 0.15, f"({pair['a1']:.0f}, {pair['a2']:.0f})", fontsize=LEAST, color="0.25")
        answer = "?" if pair["training"] == "unseen" else f"$x {pair['answer']:+.0f}$"
        _text(canvas, middle, top + 0.31, answer, fontsize=LEAST + 0.5)
        if (pair["a1"], pair["a2"]) == SPECIAL[0]:
            _ring(canvas, middle, top + _CELL / 2, 1.04 * _CELL, 1.0 * _CELL)
        if pair["training"] == "unseen":
            _dash(canvas, middle, top + _CELL / 2, _CELL - 0.03, _CELL - 0.03)


def _notes(canvas: Axes, at: tuple[float, float], width: float, pairs: pd.DataFrame) -> float:
    """Say what training makes of the pairs, and the question; return the lower edge."""
    x, y = at
    counts = pairs["training"].value_counts()
    ((a1, a2),) = pairs.loc[pairs["training"] == "non-inferential", ["a1", "a2"]].to_numpy()
    given = pairs.loc[pairs["training"] == "non-inferential", "answer"].iloc[0]
    single = _from_diagonal(pairs)
    composed = single[a1] + single[a2]
    lines = (
        ("inferential", f"{counts['inferential']} inferential: $g(g(x; a_1); a_2)$"),
        ("non-inferential", f"{counts['non-inferential']} non-inferential: ({a1}, {a2}) is\n"
                            f"$x {given:+.0f}$ instead of $x {composed:+.0f}$"),
    )  # fmt: skip
    for kind, text in lines:
        height = 0.3 if "\n" not in text else 0.42
        _box(canvas, x, y, width, height, _colour(kind))
        _text(canvas, x + 0.08, y + height / 2, text, ha="left", fontsize=8)
        y += height + 0.08
    _box(canvas, x, y, width, 1.06, "white", edgecolor="black", linestyle="--", linewidth=1.2)
    question = f"{counts['unseen']} unseen:\nwhich solution on ({a2}, {a1})?"
    _text(canvas, x + 0.08, y + 0.2, question, ha="left", fontsize=8)
    for line, (name, step, how) in enumerate(
        (("symmetric", given, f"as on ({a1}, {a2})"), ("inferential", composed, "composed"))
    ):
        middle = y + 0.54 + 0.33 * line
        _box(canvas, x + 0.08, middle - 0.13, width - 0.16, 0.27, tint(name, 0.25), linewidth=0)
        _text(canvas, x + 0.14, middle, f"{name}: $x {step:+.0f}$, {how}", ha="left", fontsize=8)
    return y + 1.06


def _strings(canvas: Axes, at: tuple[float, float], width: float, tokens: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """One line a sequence: its tokens, key and anchors highlighted, and its target."""
    x, y = at
    length = tokens["place"].max() + 1
    step = min(0.5, (width - 1.05) / length)
    _text(canvas, x, y - 0.17, "sequences: key $x$ (black), anchors, noise", ha="left")
    _text(canvas, x + length * step + 0.3, y - 0.17, "target", ha="left")
    for number, rows in tokens.groupby("example"):
        top = y + _ROW * int(number)
        key = int(rows.loc[rows["role"] == "key", "token"].iloc[0])
        anchors = rows.loc[rows["role"] == "anchor", "token"].tolist()
        for _, token in rows.iterrows():
            colour = {"key": "black", "noise": "white"}.get(token["role"]) or tint(CATEGORIES[token["token"] - 1], 0.45)
            _box(canvas, x + step * token["place"], top, step - 0.02, _ROW - 0.05, colour)
            ink = {"key": "white", "noise": "0.5"}.get(token["role"], "black")
            middle = x + step * (token["place"] + 0.5) - 0.01
            _text(canvas, middle, top + _ROW / 2 - 0.025, f"{token['token']}", fontsize=8, color=ink)
        end = x + length * step
        _arrow(canvas, (end + 0.03, top + 0.13), (end + 0.24, top + 0.13))
        added = _candidates(pairs, *anchors)
        target = f"${key} {added[0]:+.0f} = {key + added[0]:.0f}$"
        if len(added) > 1:
            target = " or ".join(f"{key + step:.0f}" for step in added) + "?"
        _text(canvas, end + 0.3, top + 0.13, target, ha="left", fontsize=8)


def _candidates(pairs: pd.DataFrame, a1: int, a2: int) -> list[float]:
    """Return what a target adds to the key: the trained answer, or for an unseen pair that of its swap and the sum."""
    answer = pairs.set_index(["a1", "a2"])["answer"]
    if pd.notna(answer[a1, a2]):
        return [answer[a1, a2]]
    single = _from_diagonal(pairs)
    return [answer[a2, a1], single[a1] + single[a2]]


def _classes(canvas: Axes, at: tuple[float, float], width: float, classes: pd.DataFrame) -> None:
    x, y = at
    _text(canvas, x, y + 0.12, f"Mechanism 1: {classes['group'].nunique()} pairs, order lost", ha="left", fontsize=10)
    places: dict[tuple[int, int], tuple[float, float]] = {}
    for number, rows in classes.groupby("group"):
        top = y + 0.32 + 0.315 * int(number)
        _box(canvas, x, top, 1.25, 0.265, CLASSES[int(number)])
        for place, (a1, a2) in enumerate(zip(rows["a1"], rows["a2"], strict=True)):
            centre = (x + (0.34 + 0.57 * place if len(rows) > 1 else 0.625), top + 0.133)
            _text(canvas, *centre, f"({a1}, {a2})")
            places[(a1, a2)] = centre
        _arrow(canvas, (x + 1.29, top + 0.133), (x + 1.6, top + 0.133))
        _text(canvas, x + 1.65, top + 0.133, f"$x {rows['answer'].iloc[0]:+.0f}$", ha="left")
    (x1, y1), (x2, _) = places[SPECIAL[0]], places[SPECIAL[1]]
    _ring(canvas, x1, y1, 0.5, 0.25)
    _dash(canvas, x2, y1, 0.46, 0.215)
    answer = classes.set_index(["a1", "a2"])["answer"][SPECIAL[1]]
    _text(canvas, min(x + 2.1, x + width), y1, rf"$(4,3) \leftarrow (3,4)$: $x {answer:+.0f}$", ha="left", fontsize=8,
          color=COLOURS["symmetric"])  # fmt: skip


def _composed(
    canvas: Axes, at: tuple[float, float], width: float, functions: Mapping[int, float], given: float
) -> None:
    x, y = at
    title = f"Mechanism 2: {len(functions)} functions, composed"
    _text(canvas, x, y + 0.12, title, ha="left", fontsize=10)
    for number, (anchor, step) in enumerate(functions.items()):
        top = y + 0.32 + 0.4 * number
        _box(canvas, x, top, 0.62, 0.3, tint(CATEGORIES[number], 0.3))
        _text(canvas, x + 0.31, top + 0.15, f"anchor {anchor}")
        _arrow(canvas, (x + 0.66, top + 0.15), (x + 0.97, top + 0.15))
        _text(canvas, x + 1.02, top + 0.15, f"$x {step:+.0f}$", ha="left")
    bottom = y + 0.32 + 0.4 * len(functions) + 0.28
    (a1, a2), (first, second) = SPECIAL[1], (functions[a] for a in SPECIAL[1])
    _dash(canvas, x + 0.25, bottom, 0.46, 0.23)
    _text(canvas, x + 0.25, bottom, f"({a1}, {a2})")
    gap = min(0.95, (width - 1.05) / 2)
    places = [x + 0.62 + gap * number for number in range(3)]
    states = ("$x$", f"$x {first:+.0f}$", f"$x {first + second:+.0f}$")
    for place, state in zip(places, states, strict=True):
        _text(canvas, place + 0.13, bottom, state)
    for place, anchor, step in zip(places, (a1, a2), (first, second), strict=False):
        colour = CATEGORIES[list(functions).index(anchor)]
        _arrow(canvas, (place + 0.37, bottom), (place + gap - 0.16, bottom), colour, linewidth=2)
        _text(canvas, place + 0.1 + gap / 2, bottom - 0.14, f"${anchor}: {step:+.0f}$", fontsize=8)
    below = bottom + 0.42
    _ring(canvas, x + 0.25, below, 0.5, 0.25)
    _text(canvas, x + 0.25, below, "(3, 4)")
    _text(canvas, x + 0.62, below, f"$x {given:+.0f}$, an exception remembered by itself", ha="left", fontsize=8)
