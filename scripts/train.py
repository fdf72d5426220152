"""Train one batch of runs and write data/runs/<family>/<batch>.parquet."""

import argparse
import importlib
import logging
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from condensation.datasets.mnist.data import DataError
from condensation.plan import InputError, build_plan
from condensation.plan.plan import Batch, Family
from condensation.store.atomic import NoSpaceError
from condensation.store.runs import batch_table, write_table

log = logging.getLogger("train")

FROM_NOTHING = "CONDENSATION_FROM_NOTHING"  # set by `make reproduce`: results and states of before do not count


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
    checkpoints = checkpoint_folder(batch, arguments.output.parent)
    try:
        table = train_batch(batch, plan.families[batch.family], arguments.output.parent, arguments.threads)
        write_table(table, arguments.output)
    except (DataError, NoSpaceError) as error:
        log.error("%s", error)
        with suppress(OSError):
            checkpoints.rmdir()  # if the first of its files found no room
        return 1
    shutil.rmtree(checkpoints, ignore_errors=True)
    return 0


def checkpoint_folder(batch: Batch, folder: Path) -> Path:
    """Return where a batch's unfinished trainings leave their state; DVC ignores the name."""
    return folder / f".{batch.name}.checkpoints.tmp"


def train_batch(batch: Batch, family: Family, folder: Path, threads: int) -> pa.Table:
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
    checkpoints = checkpoint_folder(batch, folder)
    if os.environ.get(FROM_NOTHING):
        shutil.rmtree(checkpoints, ignore_errors=True)
    settings: dict[str, Any] = {"threads": threads}
    if family.checkpoints:
        from condensation.store.checkpoint import Checkpoints  # imports torch, which other families do without

        settings["checkpoints"] = Checkpoints(checkpoints)
    results = importlib.import_module(family.training).train(todo, **settings)
    log.info("trained %d runs in %.1f s", len(todo), time.perf_counter() - started)
    table = batch_table(todo, results)
    if known is not None:
        table = pa.concat_tables([known, table], promote_options="permissive")
    return table.sort_by("run_id")


def trained_already(batch: Batch, folder: Path) -> pa.Table | None:
    """Return the batch's runs that other batches of the same code hold: a run's id and the code fix its result.

    Nothing is reused where CONDENSATION_FROM_NOTHING is set (`make reproduce`).
    """
    if os.environ.get(FROM_NOTHING):
        return None
    found: list[pa.Table] = []
    missing = set(batch.run_ids)
    for path in sorted(folder.glob(f"*-{batch.code}.parquet")):
        try:
            ids = set(pq.read_table(path, columns=["run_id"])["run_id"].to_pylist()) & missing
            if not ids:
                continue
            table = pq.read_table(path, page_checksum_verification=True, filters=[("run_id", "in", ids)])
        except FileNotFoundError:
            continue  # another job is about to make that batch again
        found.append(without_traces(table))
        missing -= ids
    return pa.concat_tables(found, promote_options="permissive") if found else None


def without_traces(table: pa.Table) -> pa.Table:
    """Return a table without what reading from a file adds to its schema, so that it is written with the same bytes."""

    def plain(type_: pa.DataType) -> pa.DataType:
        return pa.list_(plain(type_.value_type)) if pa.types.is_list(type_) else type_

    return table.cast(pa.schema([pa.field(field.name, plain(field.type)) for field in table.schema]))


if __name__ == "__main__":
    sys.exit(main())
