"""Train one batch of runs and write data/runs/<family>/<batch>.parquet."""

import argparse
import logging
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from condensation.datasets.mnist.data import DataError
from condensation.store.atomic import NoSpaceError
from condensation.store.manifests import BatchManifest
from condensation.store.runs import write_table
from condensation.store.training import checkpoint_folder, train_batch

log = logging.getLogger("train")


def main() -> int:
    """Parse arguments, reuse what is trained already, train the rest, write the batch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    batch, folder = BatchManifest.read(arguments.manifest), arguments.output.parent
    checkpoints = checkpoint_folder(batch.name, folder)
    try:
        write_table(train_batch(batch, folder, arguments.threads), arguments.output)
    except (DataError, NoSpaceError) as error:
        log.error("%s", error)
        with suppress(OSError):
            checkpoints.rmdir()  # if the first of its files found no room
        return 1
    shutil.rmtree(checkpoints, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
