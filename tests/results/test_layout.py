"""Every figure at the widths of a column, a book and a page: no text below 7 points, outside, or on another.

Nothing is allowed beyond that: a text that has to give way is hidden by the figure itself (numerals of keys in f22).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure
from matplotlib.text import Text

from condensation.drawing.style import LEAST, figure_width
from condensation.plan import build_plan
from condensation.plan.claims import declared_failures
from condensation.store.figure_module import load_figure_module
from condensation.store.tables import call_with_tables, read_tables

ROOT = Path(__file__).resolve().parents[2]
PLAN = build_plan(ROOT, "lecture")
WIDTHS = (3.25, 5.5, 7.0)
# A line's box reaches from the highest to the lowest letter whatever is written: the ink is smaller by this a side
AIR = 0.12

pytestmark = pytest.mark.usefixtures("style")


@contextmanager
def drawn_texts() -> Iterator[list[Text]]:
    """Collect the texts that are drawn: neither hidden nor empty, tick labels only inside the view."""
    found: dict[int, Text] = {}
    draw = Text.draw

    def recorded(text: Text, *arguments: Any, **keywords: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            found[id(text)] = text
        draw(text, *arguments, **keywords)

    texts: list[Text] = []
    with patch.object(Text, "draw", recorded):
        yield texts
    texts += found.values()


def corners(text: Text) -> np.ndarray:
    """Return the corners (4, 2), in pixels, of the ink's box, turned as the text is."""
    around = Text.get_window_extent(text)  # an annotation's own extent includes its arrow
    middle, angle = np.array([around.x0 + around.x1, around.y0 + around.y1]) / 2, text.get_rotation()
    text.set_rotation(0)
    box = Text.get_window_extent(text)
    text.set_rotation(angle)
    lines = text.get_text().count("\n") + 1
    half = np.array([box.width, box.height * (1 - 2 * AIR / lines)]) / 2
    turned = np.deg2rad(angle)
    turn = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    return middle + (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ turn.T


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two rectangles share area: no edge of either separates them."""
    for edges in (one[1:3] - one[0:2], other[1:3] - other[0:2]):
        for along in edges:
            a, b = one @ along, other @ along
            if a.max() <= b.min() + 1e-6 or b.max() <= a.min() + 1e-6:
                return False
    return True


def drawing(name: str) -> Figure | FuncAnimation:
    """Draw a figure from its stored metrics, with the tags of its declared failures."""
    tables = read_tables(ROOT / f"data/metrics/lecture/{name}.parquet")
    failed = declared_failures(PLAN.claims, name)
    return call_with_tables(load_figure_module(ROOT / PLAN.figures[name].script).draw, tables, failed=failed)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PLAN.figures)
def test_texts_are_legible_inside_and_apart(name: str, width: float):
    with figure_width(width):
        drawn = drawing(name)
    figure = vars(drawn)["_fig"] if isinstance(drawn, FuncAnimation) else drawn
    if engine := figure.get_layout_engine():
        engine.execute(figure)  # as `save_figure` does: panels of a fixed aspect settle in the second pass
    with drawn_texts() as texts:
        figure.draw_without_rendering()
    found = [(text.get_text(), corners(text)) for text in texts]
    small = [text.get_text() for text in texts if text.get_fontsize() < LEAST]
    assert not small, f"below {LEAST} points"
    frame = figure.bbox.padded(1)
    assert not [label for label, box in found if frame.count_contains(box) < 4], "outside"
    assert not [(first, second) for (first, one), (second, other) in combinations(found, 2) if overlap(one, other)]
