"""Claims and plotted values of two versions, compared in numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from condensation.pages.wording import number

# columns that say which row it is; the others are results
KEYS = (
    "panel", "series", "label", "layer", "m", "gamma", "gamma_prime", "log_m_beta2", "gamma2", "gamma3", "seed",
    "epoch", "neuron", "row", "column", "initialisation", "learning_rate", "weight_decay", "dropout", "x",
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


def claim_changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[ClaimChange]:
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
        elif not _same(one["value"], two["value"]):
            kind = "value"
        else:
            continue
        changes.append(ClaimChange(name, kind, _told(one, kind), _told(two, kind)))
    order = ["now FAILS", "now holds", "bounds", "value", "added", "removed"]
    return sorted(changes, key=lambda change: order.index(change.kind))


def _same(one: float | None, two: float | None) -> bool:
    values = [math.nan if value is None else value for value in (one, two)]
    return values[0] == values[1] or all(math.isnan(value) for value in values)


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


def table_change(before: pd.DataFrame, after: pd.DataFrame) -> TableChange:
    """Compare two versions of a figure's metrics.

    Rows are matched by the columns that tell which row it is (`KEYS`), repeated ones in their order.
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
    columns = [_column_change(name, one[name], two[name], keys) for name in values]
    return TableChange("; ".join(told), tuple(change for change in columns if change.changed))


def _numbered(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Index rows by their keys and their number among rows of the same keys."""
    texts = pd.DataFrame({name: table[name].astype(object).where(table[name].notna(), "") for name in keys})
    count = texts.groupby(keys, sort=False, dropna=False).cumcount() if keys else pd.Series(range(len(table)))
    index = [(*row, place) for row, place in zip(texts.itertuples(index=False, name=None), count, strict=True)]
    return table.set_index(pd.Index(index, tupleize_cols=False))


def _column_change(name: str, one: pd.Series, two: pd.Series, keys: list[str]) -> ColumnChange:
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(two) and one.dtype != bool:
        old, new = one.to_numpy(float), two.to_numpy(float)
        differs = ~((old == new) | (np.isnan(old) & np.isnan(new)))
        if not differs.any():
            return ColumnChange(name, 0, len(one), "")
        size = np.where(differs, np.nan_to_num(np.abs(new - old), nan=np.inf), 0.0)
        place = int(size.argmax())
        where = ", ".join(
            f"{key} {_short(value)}" for key, value in zip(keys, one.index[place], strict=False) if value != ""
        )
        largest = f"{number(old[place], 6)} -> {number(new[place], 6)}"
        if old[place] and np.isfinite(size[place]):
            largest += f" ({(new[place] - old[place]) / abs(old[place]):+.2%})"
        return ColumnChange(name, int(differs.sum()), len(one), largest + (f" at {where}" if where else ""))
    differs = np.array([str(a) != str(b) for a, b in zip(one, two, strict=True)], dtype=bool)
    return ColumnChange(name, int(differs.sum()), len(one), "")


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
