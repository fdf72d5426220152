"""Claims and plotted values of two versions, compared in numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from condensation.pages.wording import number

TOLERANCE = 1e-6  # relative; another processor gives other last digits
ROUND_OFF = 1e-12  # of the largest number of a column: below it a number is zero
# columns that say which row it is; the others are results
KEYS = (
    "table", "panel", "series", "label", "layer", "m", "gamma", "gamma_prime", "log_m_beta2", "gamma2", "gamma3",
    "layers", "seed", "epoch", "neuron", "row", "column", "initialisation", "learning_rate", "weight_decay",
    "dropout", "x",
)  # fmt: skip


@dataclass(frozen=True)
class ClaimChange:
    """What became of a claim: added, removed, or its values and verdict before and after."""

    id: str
    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.kind:<10} {self.id:<34} {self.before} -> {self.after}"


def claim_changes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], tolerance: float = TOLERANCE
) -> list[ClaimChange]:
    """Return the claims that changed: verdicts first (now failed, now held), then values, bounds, added, removed."""
    old, new = ({claim["id"]: claim for claim in claims} for claims in (before, after))
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        one, two = old.get(name), new.get(name)
        if one is None or two is None:
            kind = "added" if one is None else "removed"
        elif one["held"] != two["held"]:
            kind = "now holds" if two["held"] else "now FAILS"
        elif (one["lower"], one["upper"]) != (two["lower"], two["upper"]):
            kind = "bounds"
        elif not alike(one["value"], two["value"], tolerance):
            kind = "value"
        else:
            continue
        changes.append(ClaimChange(name, kind, _told(one, kind), _told(two, kind)))
    order = ["now FAILS", "now holds", "bounds", "value", "added", "removed"]
    return sorted(changes, key=lambda change: order.index(change.kind))


def alike(one: Any, two: Any, tolerance: float) -> bool:
    """True for the same text, for numbers that differ by no more than a relative tolerance, and for lists of such."""
    one, two = (math.nan if value is None else value for value in (one, two))
    if isinstance(one, float | int) and isinstance(two, float | int):
        return math.isclose(one, two, rel_tol=tolerance, abs_tol=ROUND_OFF * (tolerance > 0)) or (one != one) & (
            two != two
        )
    if isinstance(one, Sequence | np.ndarray) and isinstance(two, Sequence | np.ndarray) and not isinstance(one, str):
        return len(one) == len(two) and all(alike(a, b, tolerance) for a, b in zip(one, two, strict=True))
    return str(one) == str(two)


def _told(claim: Mapping[str, Any] | None, kind: str) -> str:
    if claim is None:
        return "-"
    bounds = f" in [{number(claim['lower'])}, {number(claim['upper'])}]" if kind == "bounds" else ""
    return f"{number(claim['value'], 6)}{bounds} ({'held' if claim['held'] else 'FAILED'})"


@dataclass(frozen=True)
class ColumnChange:
    """How a column of plotted values changed: how many values, and where the largest change is."""

    column: str
    changed: int
    of: int
    largest: str

    def __str__(self) -> str:
        return f"{self.column}: {self.changed:,} of {self.of:,} values" + (
            f"; largest {self.largest}" if self.largest else ""
        )


@dataclass(frozen=True)
class TableChange:
    """How the plotted values of a figure changed. rows: what was added or removed, in words."""

    rows: str
    columns: tuple[ColumnChange, ...]

    def lines(self) -> list[str]:
        """Return one line a kind of change; empty if every value is the same."""
        return [*([self.rows] if self.rows else []), *map(str, self.columns)]


def table_change(before: pd.DataFrame, after: pd.DataFrame, tolerance: float = TOLERANCE) -> TableChange:
    """Compare two versions of a figure's metrics.

    Rows are matched by the columns that tell which row it is (`KEYS`, numbers to six digits), repeated ones in order.
    """
    told = []
    gone, come = (sorted(set(a.columns) - set(b.columns)) for a, b in ((before, after), (after, before)))
    if gone or come:
        told.append(f"columns {', '.join([f'-{name}' for name in gone] + [f'+{name}' for name in come])}")
    keys = [name for name in KEYS if name in before and name in after]
    one, two = (_numbered(table, keys) for table in (before, after))
    common = one.index.intersection(two.index)
    if len(common) < max(len(one), len(two)):
        told.append(f"rows {len(one) - len(common):,} removed, {len(two) - len(common):,} added, {len(common):,} kept")
    one, two = one.loc[common], two.loc[common]
    values = [name for name in after.columns if name in before and name not in keys]
    columns = [_column_change(name, one[name], two[name], keys, tolerance) for name in values]
    return TableChange("; ".join(told), tuple(change for change in columns if change.changed))


def _numbered(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Index rows by their keys and their number among rows of the same keys."""
    texts = pd.DataFrame({name: _key(table[name]) for name in keys})
    count = texts.groupby(keys, sort=False, dropna=False).cumcount() if keys else pd.Series(range(len(table)))
    index = [(*row, place) for row, place in zip(texts.itertuples(index=False, name=None), count, strict=True)]
    return table.set_index(pd.Index(index, tupleize_cols=False))


def _key(column: pd.Series) -> pd.Series:
    """Return what tells rows apart: numbers to six digits, since the last ones depend on the processor."""
    if pd.api.types.is_float_dtype(column):
        size = ROUND_OFF * column.abs().max()
        column = column.map(lambda value: 0.0 if abs(value) <= size else float(f"{value:.6g}"))
    return column.astype(object).where(column.notna(), "")


def _column_change(name: str, one: pd.Series, two: pd.Series, keys: list[str], tolerance: float) -> ColumnChange:
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(two) and one.dtype != bool:
        old, new = one.to_numpy(float), two.to_numpy(float)
        every = np.abs(np.concatenate([old, new]))
        zero = ROUND_OFF * every[np.isfinite(every)].max(initial=0.0) if tolerance else 0.0
        differs = ~np.isclose(old, new, rtol=tolerance, atol=zero, equal_nan=True)
        if not differs.any():
            return ColumnChange(name, 0, len(one), "")
        size = np.where(differs, np.nan_to_num(np.abs(new - old), nan=np.inf), 0.0)
        place = int(size.argmax())
        where = ", ".join(
            f"{key} {_short(value)}" for key, value in zip(keys, one.index[place], strict=False) if value != ""
        )
        digits = 6 if f"{old[place]:.6g}" != f"{new[place]:.6g}" else 17
        largest = f"{number(old[place], digits)} -> {number(new[place], digits)}"
        if old[place] and np.isfinite(size[place]):
            largest += f" ({(new[place] - old[place]) / abs(old[place]):+.2%})"
        return ColumnChange(name, int(differs.sum()), len(one), largest + (f" at {where}" if where else ""))
    differs = np.array([not alike(a, b, tolerance) for a, b in zip(one, two, strict=True)], dtype=bool)
    return ColumnChange(name, int(differs.sum()), len(one), "")


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
