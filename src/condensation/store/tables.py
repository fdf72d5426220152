"""A figure's named tables in one Parquet file: `measure` returns them, `draw` and quantities take them by name."""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TABLE = "table"  # column that says to which table a row belongs, and the name of the only table of a figure
COLUMNS = b"tables"  # metadata: table -> its columns


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
    return joined.replace_schema_metadata({COLUMNS: json.dumps(columns)})


def split_tables(joined: pa.Table) -> dict[str, pd.DataFrame]:
    """Return name -> rows of a figure's tables, each with its own columns only."""
    columns = json.loads((joined.schema.metadata or {}).get(COLUMNS, b"{}"))
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
