"""One style for every figure: its width, panel letters, titles, legends, angle ticks, tags of failed claims."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from condensation.drawing.palette import COLOURS, tint

__all__ = [
    "COLOURS",
    "LEAST",
    "SMALL",
    "attribution",
    "current_width",
    "failed_tag",
    "figure_width",
    "fitting_columns",
    "legend_outside",
    "new_figure",
    "panel_title",
    "pi_ticks",
    "tint",
    "use_style",
]

STYLE = Path(__file__).with_name("condensation.mplstyle")
FULL = 7.0  # inches: the text width of a page; 5.5 is that of a book, 3.25 a column's
SMALL = 7.5  # points: tags and numbers inside a panel
LEAST = 7.0  # points: nothing is smaller
_WIDTH: ContextVar[float | None] = ContextVar("width", default=None)


def use_style() -> None:
    """Set matplotlib's defaults to the project's style (and nothing of the user's own configuration)."""
    mpl.rcdefaults()
    plt.style.use(STYLE)


@contextmanager
def figure_width(inches: float) -> Iterator[None]:
    """Draw every figure inside at this width, whatever its own is; text keeps its size in points."""
    token = _WIDTH.set(inches)
    try:
        yield
    finally:
        _WIDTH.reset(token)


def current_width(own: float = FULL) -> float:
    """Return the width in inches a figure will have: that of `figure_width`, else its own."""
    return _WIDTH.get() or own


def fitting_columns(count: int, *, least: float, own: float = FULL) -> int:
    """Return how many of `count` panels, each at least `least` inches wide, stand side by side, in even rows."""
    most = max(1, min(count, int(current_width(own) / least)))
    rows = -(-count // most)
    return -(-count // rows)


def new_figure(
    rows: int, columns: int, *, height: float, width: float = FULL, letters: bool = False, **subplots: Any
) -> tuple[Figure, Any]:
    """Return a figure with a constrained layout and its (rows, columns) array of axes; sizes in inches."""
    figure = Figure(figsize=(current_width(width), height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    if letters:
        letter_panels(axes.flat)
    return figure, axes


def pair_of_panels(height: float, *, least: float = 2.6, **subplots: Any) -> tuple[Figure, Axes, Axes, bool]:
    """Return a figure with two lettered panels, and whether they stand beside each other.

    In a figure too narrow for two panels of `least` inches they stand below one another, 1.8 times as high.
    """
    beside = fitting_columns(2, least=least) == 2
    shape = (1, 2) if beside else (2, 1)
    figure, axes = new_figure(*shape, height=height if beside else 1.8 * height, letters=True, **subplots)
    return figure, *axes.flat, beside


def mosaic_figure(layouts: Mapping[float, tuple[Sequence[str], float]]) -> tuple[Figure, dict[str, Axes]]:
    """Return a figure of lettered panels, and them by letter; layouts: least width -> rows of letters, height."""
    rows, height = next(layout for least, layout in layouts.items() if current_width() >= least)
    figure = Figure(figsize=(current_width(), height), layout="constrained")
    axes = figure.subplot_mosaic("\n".join(rows))
    letter_panels(axes[letter] for letter in sorted(axes))
    return figure, axes


def share_ordinate(panels: Sequence[Axes], *, label: str = "", beside: bool = True) -> None:
    """Give panels one ordinate; beside: of those next to each other only the first has its label and numbers."""
    low, high = (side(limit for panel in panels for limit in panel.get_ylim()) for side in (min, max))
    for place, panel in enumerate(panels):
        panel.set_ylim(low, high)
        if place == 0 or not beside:
            panel.set_ylabel(label)
        else:
            panel.tick_params(labelleft=False)


def letter_panels(panels: Iterable[Axes], *, first: str = "a") -> None:
    """Write (a), (b), ... in bold above the left corner of each panel; titles follow them (`panel_title`)."""
    for number, panel in enumerate(panels):
        letter = rf"$\mathbf{{({chr(ord(first) + number)})}}$"
        panel.set_title(letter, loc="left")


def panel_title(axes: Axes, text: str, **style: Any) -> None:
    """Write a title at the left, after the panel's letter if it has one."""
    before = axes.get_title(loc="left")
    axes.set_title(f"{before}  {text}" if before else text, loc="left", **style)


def failed_tag(axes: Axes, text: str = "not reproduced", *, at: tuple[float, float] = (0.98, 0.97)) -> Text:
    """Mark a panel whose claim failed: a small boxed tag, by default in the upper right corner.

    text: `not reproduced`, or `differs: ...` with what differs; at: upper right corner of the tag in axes coordinates.
    """
    return axes.text(
        *at, text, transform=axes.transAxes, ha="right", va="top", fontsize=SMALL, zorder=10, gid="failed",
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "#FFF3B0", "edgecolor": "black", "linewidth": 0.6},
    )  # fmt: skip


def legend_outside(
    figure: Figure,
    handles: Sequence[Artist],
    labels: Sequence[str] | None = None,
    *,
    loc: str = "outside lower center",
    **style: Any,
) -> Legend:
    """Place a legend below (or above) all panels in as many columns as the figure's width has room for."""
    texts = [str(handle.get_label()) for handle in handles] if labels is None else list(labels)
    size = mpl.font_manager.FontProperties(size=style.get("fontsize", mpl.rcParams["legend.fontsize"]))
    points = size.get_size_in_points()
    widths = [TextPath((0, 0), text, size=points, prop=size).get_extents().width for text in texts]
    room = figure.get_size_inches()[0] * 72 - 2.5 * points
    columns = len(texts)
    while columns > 1 and _columns_width(widths, columns) + 4.6 * points * columns > room:
        columns -= 1
    columns = -(-len(texts) // -(-len(texts) // columns))  # even rows
    return figure.legend(handles, texts, loc=loc, ncols=columns, **style)  # type: ignore[call-overload]


def _columns_width(widths: Sequence[float], columns: int) -> float:
    """Return the sum of the columns' widths where entries fill the columns one after the other, as legends do."""
    rows = -(-len(widths) // columns)
    return sum(max(widths[start : start + rows]) for start in range(0, len(widths), rows))


def pi_ticks(axis: Axis, *, few: bool = False) -> None:
    """Put ticks at multiples of pi / 2 (few: of pi) from -pi to pi."""
    labels = (r"$-\pi$", r"$-\pi/2$", "$0$", r"$\pi/2$", r"$\pi$")
    chosen = slice(None, None, 2 if few else 1)
    axis.set_ticks((np.pi * np.array([-1, -0.5, 0, 0.5, 1]))[chosen], labels[chosen])


def attribution(figure: Figure, text: str) -> None:
    """Write a small grey line below everything else; the layout makes room for it."""
    figure.supxlabel(text, fontsize=LEAST, color="0.4", x=0.99, ha="right")
