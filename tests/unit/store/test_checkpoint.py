"""Checkpoints: one file a run, whole or passed over."""

from dataclasses import dataclass, replace

import pytest
import torch

from condensation.store.checkpoint import Checkpoints


@dataclass(frozen=True)
class Run:
    seed: int = 0
    gamma: float = 0.5


def test_of_two_runs_are_two_files(tmp_path):
    paths = {Checkpoints(tmp_path).of(Run(seed, gamma)).path for seed in (0, 1) for gamma in (0.5, 0.8)}
    assert len(paths) == 4
    assert Checkpoints(tmp_path).of(Run()).path == Checkpoints(tmp_path).of(replace(Run())).path


def test_what_is_written_is_read(tmp_path):
    checkpoint = Checkpoints(tmp_path).of(Run())
    assert checkpoint.read() is None
    checkpoint.write({"step": torch.tensor([3]), "theta": torch.arange(4.0)})
    found = checkpoint.read()
    assert int(found["step"]) == 3
    assert found["theta"].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.path.name]


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_one_is_passed_over(content, tmp_path):
    checkpoint = Checkpoints(tmp_path).of(Run())
    checkpoint.write({"step": torch.tensor([3])})
    checkpoint.path.write_bytes(content)
    assert not checkpoint.read()
