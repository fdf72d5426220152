"""Some panels of a figure: the others leave, and those that stay are laid out anew."""

import re
from collections.abc import Sequence

from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from condensation.drawing.style import fitting_columns

LEAST_PANEL = 1.5  # inches a panel needs to stand beside another
LEGEND = 0.6  # inches of a legend above or below all panels
_LETTER = re.compile(r"^(?:\$\\mathbf\{)?\((\w)\)")


def keep_panels(figure: Figure | FuncAnimation, letters: Sequence[str]) -> None:
    """Leave only the panels of these letters, side by side in their order as far as the figure's width allows.

    Raises ValueError for a letter the figure does not have, and for a figure that cannot be taken apart: an animation,
    or one in which an axes has neither a letter nor a lettered panel that it belongs to.
    """
    if isinstance(figure, FuncAnimation):
        raise ValueError("an animation has no panels to choose from")
    panels = {letter: axes for axes in figure.axes if (letter := _letter(axes))}
    lone = [axes for axes in figure.axes if axes not in panels.values() and not _is_colorbar(axes) and axes.axison]
    if not panels or lone or figure.subfigs:
        raise ValueError("this figure cannot be taken apart: not each of its panels has a letter of its own")
    unknown = [letter for letter in letters if letter not in panels]
    if unknown or not letters:
        raise ValueError(f"there is no panel {', '.join(unknown) or '-'}; this figure has {', '.join(sorted(panels))}")
    kept = [panels[letter] for letter in letters]
    for axes in kept:
        _name_axes(axes, list(panels.values()))
    width, height = figure.get_size_inches()
    around = LEGEND if figure.legends else 0.0
    rows_before = max(getattr(axes.get_gridspec(), "nrows", 1) for axes in panels.values())
    for axes in list(figure.axes):
        owners = vars(axes)["_colorbar_info"]["parents"] if _is_colorbar(axes) else [axes]
        owners[:] = [owner for owner in owners if owner in kept]
        if not owners:
            axes.remove()
    columns = fitting_columns(len(kept), least=LEAST_PANEL, own=width)
    rows = -(-len(kept) // columns)
    grid = GridSpec(rows, columns, figure=figure)
    for place, axes in enumerate(kept):
        axes.set_subplotspec(grid[place // columns, place % columns])
    figure.set_size_inches(width, (height - around) * rows / rows_before + around)


def _letter(axes: Axes) -> str | None:
    found = _LETTER.match(axes.get_title(loc="left"))
    return found[1] if found else None


def _is_colorbar(axes: Axes) -> bool:
    return hasattr(axes, "_colorbar_info")


def _name_axes(axes: Axes, panels: Sequence[Axes]) -> None:
    """Give a panel the label and the tick labels that a neighbour, whose axis it shares, showed for both."""
    for other in panels:
        if other.get_ylabel() and not axes.get_ylabel() and axes.get_shared_y_axes().joined(axes, other):
            axes.set_ylabel(other.get_ylabel())
            axes.tick_params(labelleft=True)
        if other.get_xlabel() and not axes.get_xlabel() and axes.get_shared_x_axes().joined(axes, other):
            axes.set_xlabel(other.get_xlabel())
            axes.tick_params(labelbottom=True)
