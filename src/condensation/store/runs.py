"""Trained runs in Parquet: one file a batch, one row a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from condensation.store.atomic import replacing


def _column(values: Sequence[Any]) -> pa.Array:
    """Arrow array of results; numpy arrays become lists of their own type, so that float32 stays float32."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, np.ndarray):
        return pa.array(values, type=pa.list_(pa.from_numpy_dtype(first.dtype)))
    if isinstance(first, list | tuple):
        return pa.array([None if value is None else list(value) for value in values], type=pa.list_(pa.int64()))
    return pa.array(values)


def batch_table(runs: Mapping[str, Any], results: dict[str, list[Any]]) -> pa.Table:
    """One row a run (id -> parameters), sorted by run id: run_id, the run's parameters, its results."""
    columns: dict[str, list[Any]] = {"run_id": list(runs)}
    parameters = [asdict(run) for run in runs.values()]
    columns |= {name: [p[name] for p in parameters] for name in parameters[0]} | results
    table = pa.table({name: _column(values) for name, values in columns.items()})
    return table.sort_by("run_id")


def write_table(table: pa.Table, path: Path, metadata: Mapping[str, str] = MappingProxyType({})) -> pa.Table:
    """Write a Parquet file whole or not at all, with `metadata` beside the schema, and return the table it holds.

    Lists of float32 hardly repeat: a dictionary would add half of their size again, and bytes of equal weight side by
    side compress better, above all those of rounded numbers.
    """
    schema = table.schema.with_metadata({**(table.schema.metadata or {}), **metadata})
    lists = {field.name: field.type.value_type for field in schema if pa.types.is_list(field.type)}
    paths = {name: f"{name}.list.element" for name in lists}
    floats = [name for name, type_ in lists.items() if type_ == pa.float32()]
    table = table.cast(schema)
    with replacing(path) as temporary:
        pq.write_table(
            table,
            temporary,
            compression="zstd",
            compression_level=9,
            write_page_checksum=True,
            version="2.6",
            use_dictionary=[paths.get(name, name) for name in schema.names if name not in floats],
            column_encoding={paths[name]: "BYTE_STREAM_SPLIT" for name in floats},
        )
    return table


def read_runs(paths: Iterable[Path], run_ids: Iterable[str]) -> pd.DataFrame:
    """Read the named runs from their batches, sorted by run id.

    Raises ValueError, naming the files, if a run is missing.
    """
    wanted, paths = set(run_ids), list(paths)
    tables = [
        pq.read_table(path, page_checksum_verification=True, filters=[("run_id", "in", wanted)]) for path in paths
    ]
    table = pa.concat_tables(tables, promote_options="permissive").sort_by("run_id")
    missing = wanted - set(table["run_id"].to_pylist())
    if missing:
        names = ", ".join(str(path) for path in paths)
        raise ValueError(f"{len(missing)} of {len(wanted)} runs are in none of {names}")
    return table.to_pandas()
