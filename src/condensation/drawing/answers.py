"""What a picture answers to a pointer: the numbers of its heat maps and of the points of its curves."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib._mathtext_data import tex2uni
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

MOST_CELLS, MOST_POINTS = 1600, 250  # of an axes; more are a texture, not numbers to read
_DROPPED = re.compile(r"\\(?:mathrm|mathbf|mathit|text|left|right|overline|hat|,|;|:| )|[${}]")
_LINES_ONLY = ("", "None", None, " ")


def answers(figure: Figure) -> list[dict[str, Any]]:
    """Return a drawn figure's maps and points, to be put over its picture.

    box: left, top, right, bottom of an axes as shares of the picture, from the top. A map has the names of its axes and
    of its values (x, y, z), edges (xs, ys, shares of the box), what its cells stand for (xc, yc) and values (v, row by
    row); points have p: [x share, y share, text]; a panel to which `draw` gave a label of several words has it as t.
    """
    found = []
    for axes in figure.axes:
        if hasattr(axes, "_colorbar_info"):
            continue
        box = axes.get_position()
        head = {"box": _rounded([box.x0, 1 - box.y1, box.x1, 1 - box.y0])}
        if " " in str(axes.get_label()):  # a sentence that `draw` gave the panel: `axes.set_label`
            found.append({**head, "t": axes.get_label()})
            continue
        maps = list(_maps(axes))
        points = [] if maps else list(_points(axes))
        found += [{**head, **one} for one in maps]
        if 0 < len(points) <= MOST_POINTS:
            found.append({**head, "p": points})
    return found


def plain(label: str) -> str:
    """Return a label without TeX.

    >>> plain(r"slope $S_w$ against $\\gamma\\prime$"), plain(r"$W^{Q(1)}$")
    ("slope S_w against γ'", 'W^Q(1)')
    """
    text = _DROPPED.sub("", label)
    text = text.replace(r"\prime", "'")
    return re.sub(r"\\([A-Za-z]+)", lambda name: chr(tex2uni[name[1]]) if name[1] in tex2uni else name[1], text).strip()


def _maps(axes: Axes) -> Iterator[dict[str, Any]]:
    values: Any
    for artist in (*axes.collections, *axes.images):
        if isinstance(artist, QuadMesh):
            corners: Any = artist.get_coordinates()
            x, y, values = corners[0, :, 0], corners[:, 0, 1], artist.get_array()
        elif isinstance(artist, AxesImage):
            values = artist.get_array()
            left, right, bottom, top = artist.get_extent()
            if values is None or values.ndim != 2:
                continue
            x = np.linspace(left, right, values.shape[1] + 1)
            y = np.linspace(*((top, bottom) if artist.origin == "upper" else (bottom, top)), values.shape[0] + 1)
        else:
            continue
        values = np.ma.filled(np.ma.masked_invalid(values), np.nan).reshape(len(y) - 1, len(x) - 1)
        if not 4 <= values.size <= MOST_CELLS:
            continue
        yield {
            "x": _name(axes, "x"), "y": _name(axes, "y"), "z": _colour_label(artist),
            "xs": _shares(axes, x, 0), "ys": _shares(axes, y, 1),
            "xc": _cells(axes.xaxis, x), "yc": _cells(axes.yaxis, y),
            "v": [[None if np.isnan(value) else float(f"{value:.3g}") for value in row] for row in values],
        }  # fmt: skip


def _points(axes: Axes) -> Iterator[list[Any]]:
    if not axes.axison or not (len(axes.get_xticks()) and len(axes.get_yticks())):
        return
    x_name, y_name = _name(axes, "x"), _name(axes, "y")
    for line in axes.lines:
        label = "" if str(line.get_label()).startswith("_") else plain(str(line.get_label()))
        if line.get_marker() in _LINES_ONLY or line.get_transform() != axes.transData:
            continue
        for x, y in np.asarray(line.get_xydata(), dtype=float):
            if not np.isfinite([x, y]).all():
                continue
            at = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
            if np.all((at >= 0) & (at <= 1)):
                said = "\n".join(f"{name}: {value:.4g}" for name, value in ((x_name, x), (y_name, y)) if name)
                said += f"\n{label}" if label else ""
                yield [*_rounded([at[0], 1 - at[1]]), said]


def _name(axes: Axes, which: str) -> str:
    """Return the label of an axis: its own, or that of a neighbour that shares it."""
    shared = axes.get_shared_x_axes() if which == "x" else axes.get_shared_y_axes()
    labels = [getattr(one, f"get_{which}label")() for one in (axes, *shared.get_siblings(axes))]
    return plain(next(filter(None, labels), ""))


def _colour_label(artist: Any) -> str:
    bar = artist.colorbar
    return plain(bar.ax.get_ylabel() or bar.ax.get_xlabel()) if bar else ""


def _shares(axes: Axes, edges: np.ndarray, which: int) -> list[float]:
    """Return edges as shares of the axes, from the left, or from the top."""
    other = axes.get_ylim()[0] if which == 0 else axes.get_xlim()[0]
    at = [axes.transData.transform((edge, other) if which == 0 else (other, edge)) for edge in edges]
    shares = axes.transAxes.inverted().transform(at)[:, which]
    return _rounded(shares if which == 0 else 1 - shares)


def _cells(axis: Axis, edges: np.ndarray) -> list[str]:
    """Return what each cell stands for: the texts of its ticks if each cell has one of its own, else its coordinate."""
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    said = [(at, plain(text.get_text())) for at, text in ticks]
    inside = [[text for at, text in said if text and min(ends) <= at < max(ends)] for ends in itertools.pairwise(edges)]
    if all(len(texts) == 1 for texts in inside):
        return [texts[0] for texts in inside]
    tiny = 1e-9 * np.ptp(edges)  # half-way between -0.1 and 0.1 is 1e-17
    return [f"{0 if abs(centre) < tiny else centre:.4g}" for centre in _centres(edges)]


def _centres(edges: np.ndarray) -> np.ndarray:
    """Return the coordinates half-way between which the edges lie; where there are none, the middles of the cells.

    >>> _centres(np.array([0.5, 1.5, 3.0, 5.0]))  # of cells at 1, 2, 4
    array([1., 2., 4.])
    """
    middles = (edges[1:] + edges[:-1]) / 2
    centres = [middles[0]]
    for edge in edges[1:-1]:
        centres.append(2 * edge - centres[-1])
    return np.array(centres) if np.isclose(2 * centres[-1] - edges[-2], edges[-1]) else middles


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]
