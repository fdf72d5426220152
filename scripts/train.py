"""Train one batch of runs and write data/runs/<family>/<batch>.parquet."""

import argparse
import importlib
import logging
import os
import shutil
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from condensation.plan import InputError, build_plan
from condensation.plan.plan import Batch
from condensation.records.runs import batch_table, write_table

log = logging.getLogger("train")

CHECKPOINTS = "CONDENSATION_CHECKPOINTS"  # where a long training may leave its state; the folder is of this batch alone


def main() -> int:
    """Parse arguments, reuse what is trained already, train the rest, write the batch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("batch", help="family/name of the batch")
    parser.add_argument("--preset", default=os.environ.get("CONDENSATION_PRESET", "lecture"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        plan = build_plan(Path.cwd(), arguments.preset)
    except InputError as error:
        log.error("%s", error)
        return 1
    batch = plan.batches.get(arguments.batch)
    if batch is None:
        log.error("the tables no longer ask for the batch %s; start again", arguments.batch)
        return 1
    # beside data/runs, which DVC records; the batch's name carries the hash of its runs and code
    checkpoints = Path("data/checkpoints") / arguments.batch
    if os.environ.get("CONDENSATION_FROM_NOTHING"):
        shutil.rmtree(checkpoints, ignore_errors=True)
    os.environ[CHECKPOINTS] = str(checkpoints)
    table = train_batch(batch, plan.families[batch.family].training, arguments.output.parent, arguments.threads)
    write_table(table, arguments.output, {"batch": arguments.batch})
    shutil.rmtree(checkpoints, ignore_errors=True)
    return 0


def train_batch(batch: Batch, training: str, folder: Path, threads: int) -> pa.Table:
    """Train what no batch of the same code in `folder` holds yet, and join it with what one does."""
    known = trained_already(batch, folder)
    have = set(known["run_id"].to_pylist()) if known is not None else set()
    todo = [run for run, name in zip(batch.runs, batch.run_ids, strict=True) if name not in have]
    log.info("%s: %d runs, %d trained before", batch.name, len(batch.runs), len(have))
    if not todo:
        assert known is not None
        return known.sort_by("run_id")
    if os.environ.get("CONDENSATION_FORBID_TRAINING"):
        # the laws set this to prove that a rebuild from stored results trains nothing
        raise RuntimeError("training is forbidden by CONDENSATION_FORBID_TRAINING")
    started = time.perf_counter()
    results = importlib.import_module(training).train(todo, threads=threads)
    log.info("trained %d runs in %.1f s", len(todo), time.perf_counter() - started)
    table = batch_table(todo, results)
    if known is not None:
        table = pa.concat_tables([known, table], promote_options="permissive")
    return table.sort_by("run_id")


def trained_already(batch: Batch, folder: Path) -> pa.Table | None:
    """Return the batch's runs that other batches of the same code hold: a run's id and the code fix its result.

    Nothing is reused where CONDENSATION_FROM_NOTHING is set (`make reproduce`).
    """
    if os.environ.get("CONDENSATION_FROM_NOTHING"):
        return None
    code = batch.name.rsplit("-", 1)[1]
    found: list[pa.Table] = []
    missing = set(batch.run_ids)
    for path in sorted(folder.glob(f"*-{code}.parquet")):
        try:
            ids = set(pq.read_table(path, columns=["run_id"])["run_id"].to_pylist()) & missing
            if not ids:
                continue
            table = pq.read_table(path, page_checksum_verification=True, filters=[("run_id", "in", ids)])
        except FileNotFoundError:
            continue  # another job is about to make that batch again
        found.append(table.replace_schema_metadata(None))
        missing -= ids
    return pa.concat_tables(found, promote_options="permissive") if found else None


if __name__ == "__main__":
    sys.exit(main())
