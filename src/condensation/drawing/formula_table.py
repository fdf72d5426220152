"""A table of formulas as a picture: columns as wide as their text, horizontal rules only."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.textpath import TextPath

from condensation.drawing.labels import primes

_GAP = 9.0  # points between two columns


def natural_width(rows: Sequence[Sequence[str]]) -> float:
    """Return the width in points of a table (header first) at the style's font size."""
    return sum(_widths(rows)) + _GAP * (len(rows[0]) - 1)


def draw_formula_table(axes: Axes, rows: Sequence[Sequence[str]]) -> None:
    """Draw a table whose first row is the header: a rule above and below it and below the last row."""
    axes.axis("off")
    widths = _widths(rows)
    total = natural_width(rows)
    axes.set(xlim=(0, 1), ylim=(len(rows), -0.02))
    left = 0.0
    for column, width in enumerate(widths):
        middle = (left + width / 2) / total
        for line, row in enumerate(rows):
            place, side = ((left / total), "left") if column == 0 else (middle, "center")
            axes.text(place, line + 0.5, primes(row[column]), ha=side, va="center")
        left += width + _GAP
    for line, width in ((0, 1.2), (1, 0.7), (len(rows), 1.2)):
        axes.axhline(line, color="black", linewidth=width, clip_on=False)


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    size = mpl.rcParams["font.size"]
    font = mpl.font_manager.FontProperties(family=mpl.rcParams["font.family"], size=size)

    def width(text: str) -> float:
        return max(
            float(TextPath((0, 0), primes(part), size=size, prop=font).get_extents().width) for part in text.split("\n")
        )

    return [max(width(text) for text in column) for column in zip(*rows, strict=True)]
