"""Convert the published values of workflow/reference into data/raw/published.parquet."""

import argparse
import sys
from pathlib import Path

from condensation.store.published import ATTRIBUTION, published_table
from condensation.store.runs import write_table


def main() -> int:
    """Parse arguments and write the one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    write_table(published_table(arguments.folder), arguments.output, {"attribution": ATTRIBUTION})
    return 0


if __name__ == "__main__":
    sys.exit(main())
