"""What scripts/train.py reuses, and what it refuses."""

from pathlib import Path

import pytest

from condensation.plan.batches import Batch
from condensation.plan.families import FAMILIES
from condensation.plan.runs import run_id
from condensation.records.runs import write_table
from tests.records.test_runs import make_run
from train import train_batch

FAMILY = FAMILIES["two_layer"]


def make_batch(seeds, name: str) -> Batch:
    runs = tuple(make_run(seed=seed) for seed in seeds)
    return Batch(family="two_layer", name=f"{name}-c0de", runs=runs, run_ids=tuple(map(run_id, runs)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds seeds 0 and 1, trained by the same code."""
    table = train_batch(make_batch((0, 1), "old"), FAMILY, tmp_path, 1)
    write_table(table, tmp_path / "old-c0de.parquet", {"batch": "old"})
    return tmp_path


def test_runs_of_other_batches_are_reused(folder, monkeypatch):
    whole = train_batch(make_batch((0, 1, 2), "new"), FAMILY, folder.parent / "nowhere", 1)
    assert train_batch(make_batch((0, 1, 2), "new"), FAMILY, folder, 1).equals(whole)
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    assert train_batch(make_batch((0, 1), "part"), FAMILY, folder, 1).num_rows == 2
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1, 2), "new"), FAMILY, folder, 1)


def test_from_nothing_reuses_nothing(folder, monkeypatch):
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    monkeypatch.setenv("CONDENSATION_FROM_NOTHING", "yes")
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1), "part"), FAMILY, folder, 1)


def test_other_code_is_not_reused(folder, monkeypatch):
    (folder / "old-c0de.parquet").rename(folder / "old-0ther.parquet")
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1), "part"), FAMILY, folder, 1)


def test_a_batch_that_another_job_is_making_again_is_passed_over(folder):
    (folder / "gone-c0de.parquet").symlink_to(folder / "no such file")
    assert train_batch(make_batch((0,), "part"), FAMILY, folder, 1).num_rows == 1
