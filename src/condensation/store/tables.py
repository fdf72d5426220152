"""A figure's named tables in one Parquet file: `measure` returns them, `draw` and quantities take them by name."""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from condensation.store.columns import COLUMNS, Column

TABLE = "table"  # column that says to which table a row belongs, and the name of the only table of a figure
_TABLES = b"tables"  # metadata: table -> its columns


def join_tables(tables: Mapping[str, pa.Table] | pa.Table) -> pa.Table:
    """Return one table of all rows; a column that a table lacks is null in its rows. One table alone stays as it is.

    Raises ValueError for a column `table`, and pyarrow's ArrowTypeError where two tables disagree about a column.
    """
    if isinstance(tables, pa.Table):
        return tables
    if any(TABLE in table.column_names for table in tables.values()):
        raise ValueError(f"a column cannot be called {TABLE!r}: it says to which table a row belongs")
    columns = {name: table.column_names for name, table in tables.items()}
    named = [table.add_column(0, TABLE, pa.array([name] * len(table), pa.string())) for name, table in tables.items()]
    joined = pa.concat_tables([table.replace_schema_metadata() for table in named], promote_options="default")
    return joined.replace_schema_metadata({_TABLES: json.dumps(columns)})


def rounded(table: pa.Table) -> pa.Table:
    """Return a table whose numbers have the significant digits of their columns (`Column.digits`).

    >>> rounded(pa.table({"x": [0.1 + 0.2, 1234567.89, -0.0, None]}))["x"].to_pylist()
    [0.3, 1234568.0, 0.0, None]
    """
    columns = []
    for name, column in zip(table.column_names, table.combine_chunks().columns, strict=True):
        digits = COLUMNS[name].digits if name in COLUMNS else Column.digits
        chunk = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if pa.types.is_list(chunk.type) and pa.types.is_floating(chunk.type.value_type):
            values = pa.array(_significant(chunk.values.to_numpy(zero_copy_only=False), digits), chunk.type.value_type)
            chunk = pa.ListArray.from_arrays(chunk.offsets, values, mask=chunk.is_null())
        elif pa.types.is_floating(chunk.type):
            numbers = _significant(chunk.to_numpy(zero_copy_only=False), digits)
            chunk = pa.array(numbers, chunk.type, mask=chunk.is_null().to_numpy(zero_copy_only=False))
        columns.append(chunk)
    return pa.Table.from_arrays(columns, schema=table.schema)


def _significant(values: NDArray[Any], digits: int) -> NDArray[Any]:
    """Round to the decimal number next to each value, so that it is written with few digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = digits - 1 - np.floor(np.log10(np.abs(values)))
        large, small = 10.0 ** np.clip(-shift, 0, 300), 10.0 ** np.clip(shift, 0, 300)
        result = np.round(values / large * small) * large / small
    return np.where(np.isfinite(result), result, values) + 0.0


def split_tables(joined: pa.Table) -> dict[str, pd.DataFrame]:
    """Return name -> rows of a figure's tables, each with its own columns only."""
    columns = json.loads((joined.schema.metadata or {}).get(_TABLES, b"{}"))
    if not columns:
        return {TABLE: joined.to_pandas()}
    own = joined.column(TABLE)
    return {
        name: joined.filter(pa.compute.equal(own, name)).select(names).to_pandas() for name, names in columns.items()
    }


def read_tables(path: Path) -> dict[str, pd.DataFrame]:
    """Read data/metrics/<figure>.parquet."""
    return split_tables(pq.read_table(path, page_checksum_verification=True))


def call_with_tables(function: Callable[..., Any], tables: Mapping[str, pd.DataFrame], **further: Any) -> Any:
    """Call a function with the tables, and the further arguments, that its parameters name.

    Raises KeyError for a parameter without a default that is neither.
    """
    given = {**tables, **further}
    parameters = inspect.signature(function).parameters.values()
    return function(**{p.name: given[p.name] for p in parameters if p.name in given or p.default is p.empty})
