"""The CSV files hold exactly the numbers of the Parquet files."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

METRICS = Path(__file__).resolve().parents[2] / "data/metrics/lecture"
NAMES = sorted(path.name.removesuffix(".csv.zip") for path in METRICS.glob("*.csv.zip"))


def test_every_figure_has_its_csv():
    assert set(NAMES) == {path.stem for path in METRICS.glob("*.parquet")} - {"claims"}


@pytest.mark.parametrize("name", NAMES)
def test_csv_equals_parquet(name):
    table = pq.read_table(METRICS / f"{name}.parquet").to_pandas()
    with zipfile.ZipFile(METRICS / f"{name}.csv.zip") as archive:
        header, *rows = csv.reader(io.StringIO(archive.read(f"{name}.csv").decode()))
    assert header == list(table.columns)
    assert len(rows) == len(table)
    for position, column in enumerate(header):
        if pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            read = [float(row[position] or "nan") for row in rows]
            np.testing.assert_array_equal(read, table[column].to_numpy(float))
