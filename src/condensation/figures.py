"""A figure's tables and its picture for a notebook, a paper or slides: `condensation.load`, `condensation.draw`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure

from condensation.drawing.panels import keep_panels
from condensation.drawing.style import STYLE, figure_width
from condensation.plan.claims import declared_failures
from condensation.plan.figures import short_names
from condensation.plan.plan import build_plan
from condensation.plan.problems import did_you_mean, quote
from condensation.store.columns import COLUMNS
from condensation.store.figure_module import load_figure_module
from condensation.store.tables import call_with_tables, read_tables

WIDEST = 40  # inches: a poster
_MARK = "workflow/figures.tsv"  # a checkout has it


def load(figure: str, *, root: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return name -> table of exactly the numbers a figure plots; a figure of one table calls it `table`.

    figure: its id, or the part before the first `_` (`f10`). root: the checkout; default: that of the working
    directory, else that of this package. Each table's `attrs` hold `figure`, and column -> text in `symbols`, `units`
    (`1` for pure numbers) and `meanings`. Raises KeyError for an unknown figure and FileNotFoundError for one that is
    not measured yet.
    """
    root = checkout() if root is None else root
    return _tables(root, find(figure, build_plan(root).figures))


def draw(
    figure: str,
    *,
    width: float | None = None,
    style: str | Path | Mapping[str, Any] | Sequence[str | Path | Mapping[str, Any]] = (),
    panels: Sequence[str] | None = None,
    root: Path | None = None,
) -> Figure | FuncAnimation:
    """Draw a figure from its stored numbers; nothing is written.

    width: inches; text keeps its size in points. style: what `matplotlib.style.use` takes, on top of the project's
    style. panels: letters of the panels to keep. The figure remembers the style, whatever is set when it is shown or
    saved. Raises KeyError for an unknown figure, FileNotFoundError for one that is not measured yet, OSError for an
    unknown style, and ValueError for an impossible width and for panels it does not have or cannot be taken apart into.
    """
    if width is not None and not 0 < width <= WIDEST:
        raise ValueError(f"a width of {width:g} inches: it must be more than 0 and at most {WIDEST}")
    root = checkout() if root is None else root
    plan = build_plan(root)
    name = find(figure, plan.figures)
    module = load_figure_module(root / plan.figures[name].script)
    own: list[Any] = [style] if isinstance(style, str | Path | Mapping) else list(style)
    with plt.style.context([STYLE, *own], after_reset=True):
        with nullcontext() if width is None else figure_width(width):
            drawn = call_with_tables(module.draw, _tables(root, name), failed=declared_failures(plan.claims, name))
            if panels is not None:
                keep_panels(drawn, panels)
        _remember_style(drawn, dict(mpl.rcParams))
    return drawn


def checkout(start: Path | None = None) -> Path:
    """Return the checkout that holds the working directory, else the one this package was installed from.

    Raises FileNotFoundError if neither is one.
    """
    here = Path.cwd() if start is None else start
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / _MARK).is_file():
            return folder
    raise FileNotFoundError(f"neither {here} nor the package lies in a checkout: pass root, the folder of {_MARK}")


def find(figure: str, known: Collection[str]) -> str:
    """Return the id of a figure from its id or from its short id, the part before the first `_`.

    Raises KeyError, naming the word and near matches.
    """
    short = short_names(known)
    if figure in known:
        return figure
    if figure in short:
        return short[figure]
    several = [name for name in known if name.partition("_")[0] == figure]
    if several:
        raise KeyError(f"{quote(figure)} may be {' or '.join(several)}")
    raise KeyError(f"there is no figure {quote(str(figure))}{did_you_mean(str(figure).lower(), [*short, *known])}")


def _tables(root: Path, figure: str) -> dict[str, pd.DataFrame]:
    path = root / f"data/metrics/lecture/{figure}.parquet"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: `make pull` fetches it, `snakemake {figure}` makes it")
    tables = read_tables(path)
    for table in tables.values():
        columns = {name: COLUMNS[name] for name in table.columns if name in COLUMNS}
        table.attrs = {
            "figure": figure,
            "symbols": {name: column.symbol for name, column in columns.items()},
            "units": {name: column.unit for name, column in columns.items()},
            "meanings": {name: column.description for name, column in columns.items()},
        }
    return tables


def _remember_style(drawn: Figure | FuncAnimation, style: Any) -> None:
    """Make a figure show and save itself under the style it was drawn with: matplotlib looks fonts up late."""
    figure = drawn if isinstance(drawn, Figure) else vars(drawn)["_fig"]
    for name in ("draw", "savefig"):
        setattr(figure, name, partial(_within, style, getattr(figure, name)))


def _within(style: Any, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with mpl.rc_context(style):
        return method(*arguments, **named)
