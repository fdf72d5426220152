"""Published values beside ours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from condensation.pages.tables import Comparison
from condensation.pages.wording import number
from condensation.store.columns import COLUMNS


@dataclass(frozen=True)
class ComparedRow:
    """One published value: its coordinates and both values as text."""

    coordinates: tuple[str, ...]
    published: str
    ours: str


@dataclass(frozen=True)
class Compared:
    """A published table beside ours; symbols: of its coordinates and of the value."""

    source: str
    coordinates: tuple[str, ...]
    value: str
    rows: tuple[ComparedRow, ...]


def compared(tables: Mapping[str, pd.DataFrame], comparisons: Iterable[Comparison]) -> Iterator[Compared]:
    """Yield the comparisons of a figure's tables.

    Raises ValueError if the metrics lack a table or a column that workflow/report/published_series.tsv names.
    """
    for comparison in comparisons:
        for name in (comparison.published, comparison.ours):
            missing = {*comparison.coordinates, comparison.value} - set(tables.get(name, pd.DataFrame()).columns)
            if missing:
                raise ValueError(
                    f"published_series.tsv: {comparison.name}: the table {name} has no column {sorted(missing)}"
                )
        published, ours = tables[comparison.published], tables[comparison.ours]
        if published.empty or ours.empty:
            continue  # a preset without the published points
        yield Compared(
            source=comparison.source,
            coordinates=tuple(_symbol(name) for name in comparison.coordinates),
            value=_symbol(comparison.value),
            rows=tuple(_rows(published, ours, comparison)),
        )


def _symbol(column: str) -> str:
    return COLUMNS[column].symbol or column


def _rows(published: pd.DataFrame, ours: pd.DataFrame, comparison: Comparison) -> Iterator[ComparedRow]:
    """Match by coordinates; where several rows of ours lie there (ways to the same gamma), take the last one."""
    for _, row in published.iterrows():
        here = pd.Series(True, index=ours.index)
        for name in comparison.coordinates:
            here &= np.isclose(ours[name].astype(float), float(row[name]))
        found = ours.loc[here, comparison.value]
        yield ComparedRow(
            tuple(number(float(row[name])) for name in comparison.coordinates),
            number(float(row[comparison.value])),
            number(float(found.iloc[-1]) if len(found) else None),
        )
