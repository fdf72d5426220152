"""What scripts/train.py reuses, and what it refuses."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import train
from condensation.datasets.mnist.data import DataError
from condensation.plan import build_plan
from condensation.plan.batches import Batch
from condensation.plan.families import FAMILIES
from condensation.plan.runs import run_id
from condensation.store.runs import write_table
from tests.unit.store.test_runs import make_run
from train import train_batch

ROOT = Path(__file__).resolve().parents[2]
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


def test_missing_data_are_one_line_in_the_log(tmp_path, monkeypatch, caplog):
    def missing(*_):
        raise DataError("data/raw/mnist/x.gz is missing; get it again: snakemake mnist")

    batch = next(name for name in build_plan(ROOT).batches if name.startswith("cnn/"))
    output = tmp_path / "x.parquet"
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(train, "train_batch", missing)
    monkeypatch.setattr(sys, "argv", ["train.py", batch, "--output", str(output)])
    assert train.main() == 1
    assert "is missing; get it again" in caplog.text
    assert not output.exists()


def test_checkpoints_lie_beside_the_results_and_carry_the_code(tmp_path, monkeypatch):
    """A checkpoint of other code must not be met: the folder is named by the batch, whose name ends with it."""
    given = {}
    family = replace(FAMILIES["two_layer"], training="condensation.store", checkpoints=True)
    monkeypatch.setattr(
        "condensation.store.train",
        lambda runs, **settings: given.update(settings) or {"status": ["x"]},
        raising=False,
    )
    batch = make_batch((0,), "name")
    train_batch(batch, family, tmp_path, 1)
    assert given["checkpoints"].folder == tmp_path / f".{batch.name}.checkpoints.tmp"
