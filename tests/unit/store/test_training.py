"""What a training job reuses, and what it refuses."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from tests.unit.store.test_runs import make_run

import train
from condensation.datasets.mnist.data import DataError
from condensation.plan.runs import run_id
from condensation.store.manifests import BatchManifest
from condensation.store.runs import write_table
from condensation.store.training import train_batch


def make_batch(seeds, name: str) -> BatchManifest:
    runs = {run_id(run): asdict(run) for run in (make_run(seed=seed) for seed in seeds)}
    package = "condensation.models.two_layer"
    return BatchManifest(
        name=f"{name}-c0de", family="two_layer", code="c0de", run=f"{package}.run:TwoLayerRun",
        training=f"{package}.training", checkpoints=False, runs=runs,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds seeds 0 and 1, trained by the same code."""
    table = train_batch(make_batch((0, 1), "old"), tmp_path, 1)
    write_table(table, tmp_path / "old-c0de.parquet")
    return tmp_path


def test_runs_of_other_batches_are_reused(folder, monkeypatch):
    whole = train_batch(make_batch((0, 1, 2), "new"), folder.parent / "nowhere", 1)
    assert train_batch(make_batch((0, 1, 2), "new"), folder, 1).equals(whole)
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    assert train_batch(make_batch((0, 1), "part"), folder, 1).num_rows == 2
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1, 2), "new"), folder, 1)


def test_from_nothing_reuses_nothing(folder, monkeypatch):
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    monkeypatch.setenv("CONDENSATION_FROM_NOTHING", "yes")
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1), "part"), folder, 1)


def test_other_code_is_not_reused(folder, monkeypatch):
    (folder / "old-c0de.parquet").rename(folder / "old-0ther.parquet")
    monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    with pytest.raises(RuntimeError, match="forbidden"):
        train_batch(make_batch((0, 1), "part"), folder, 1)


def test_a_batch_that_another_job_is_making_again_is_passed_over(folder):
    (folder / "gone-c0de.parquet").symlink_to(folder / "no such file")
    assert train_batch(make_batch((0,), "part"), folder, 1).num_rows == 1


def test_missing_data_are_one_line_in_the_log(tmp_path, monkeypatch, caplog):
    def missing(*_):
        raise DataError("data/raw/mnist/x.gz is missing; get it again: snakemake mnist")

    manifest, output = tmp_path / "batch.json", tmp_path / "x.parquet"
    make_batch((0,), "name").write(manifest)
    monkeypatch.setattr(train, "train_batch", missing)
    monkeypatch.setattr(sys, "argv", ["train.py", str(manifest), "--output", str(output)])
    assert train.main() == 1
    assert "is missing; get it again" in caplog.text
    assert not output.exists()


def test_checkpoints_lie_beside_the_results_and_carry_the_code(tmp_path, monkeypatch):
    """A checkpoint of other code must not be met: the folder is named by the batch, whose name ends with it."""
    given = {}
    monkeypatch.setattr(
        "condensation.store.train",
        lambda runs, **settings: given.update(settings) or {"status": ["x"]},
        raising=False,
    )
    batch = replace(make_batch((0,), "name"), training="condensation.store", checkpoints=True)
    train_batch(batch, tmp_path, 1)
    assert given["checkpoints"].folder == tmp_path / f".{batch.name}.checkpoints.tmp"
