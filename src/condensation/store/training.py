"""One training job: reuse what is trained already, train the rest."""

import importlib
import logging
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from condensation.store.manifests import BatchManifest
from condensation.store.runs import batch_table

log = logging.getLogger("train")

FROM_NOTHING = "CONDENSATION_FROM_NOTHING"  # set by `make reproduce`: results and states of before do not count


def checkpoint_folder(name: str, folder: Path) -> Path:
    """Return where a batch's unfinished trainings leave their state; DVC ignores the name."""
    return folder / f".{name}.checkpoints.tmp"


def train_batch(batch: BatchManifest, folder: Path, threads: int) -> pa.Table:
    """Train what no batch of the same code in `folder` holds yet, and join it with what one does."""
    known = trained_already(batch, folder)
    have = set(known["run_id"].to_pylist()) if known is not None else set()
    todo = {run_id: run for run_id, run in batch.parameters().items() if run_id not in have}
    log.info("%s: %d runs, %d trained before", batch.name, len(batch.runs), len(have))
    if not todo:
        assert known is not None
        return known.sort_by("run_id")
    if os.environ.get("CONDENSATION_FORBID_TRAINING"):
        # the laws set this to prove that a rebuild from stored results trains nothing
        raise RuntimeError("training is forbidden by CONDENSATION_FORBID_TRAINING")
    started = time.perf_counter()
    checkpoints = checkpoint_folder(batch.name, folder)
    if os.environ.get(FROM_NOTHING):
        shutil.rmtree(checkpoints, ignore_errors=True)
    settings: dict[str, Any] = {"threads": threads}
    if batch.checkpoints:
        from condensation.store.checkpoint import Checkpoints  # imports torch, which other families do without

        settings["checkpoints"] = Checkpoints(checkpoints)
    results = importlib.import_module(batch.training).train(list(todo.values()), **settings)
    log.info("trained %d runs in %.1f s", len(todo), time.perf_counter() - started)
    table = batch_table(todo, results)
    if known is not None:
        table = pa.concat_tables([known, table], promote_options="permissive")
    return table.sort_by("run_id")


def trained_already(batch: BatchManifest, folder: Path) -> pa.Table | None:
    """Return the batch's runs that other batches of the same code hold: a run's id and the code fix its result.

    Nothing is reused where CONDENSATION_FROM_NOTHING is set (`make reproduce`).
    """
    if os.environ.get(FROM_NOTHING):
        return None
    found: list[pa.Table] = []
    missing = set(batch.runs)
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
