"""Write a figure's numbers as one CSV in a ZIP: every digit of the Parquet file, lists joined by `;`."""

import argparse
import sys
from pathlib import Path

import pyarrow.parquet as pq

from condensation.store.csv_export import write_zipped_csv


def main() -> int:
    """Parse arguments and convert one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("metrics", type=Path, help="data/metrics/<figure>.parquet")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    table = pq.read_table(arguments.metrics, page_checksum_verification=True)
    write_zipped_csv(table, arguments.output, name=f"{arguments.metrics.stem}.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
