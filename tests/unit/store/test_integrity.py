"""Damage is found by hash, named with both hashes and a repair; what a job made here since is no damage."""

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
import yaml

from condensation.store.integrity import (
    RecordError,
    damaged_objects,
    object_path,
    recorded_outputs,
    result_status,
)

FILES = {"a.parquet": b"first", "sub/b.parquet": b"second", "c.parquet": b"third"}
RECORDS = ".snakemake/metadata"
STORED = 1_000_000.0  # when the stored jobs ended, seconds of the epoch


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def record_name(file: str) -> str:
    return urlsafe_b64encode(file.encode()).decode()


def record(end: float) -> bytes:
    return json.dumps({"rule": "train", "endtime": end}).encode()


@pytest.fixture
def repository(tmp_path):
    """Results, their records of Snakemake's, and a file of git, stored and cached."""
    records = {record_name(f"data/runs/{name}"): record(STORED + i) for i, name in enumerate(FILES)}
    outs = [{"path": "metrics.json", "md5": md5(b"{}")}]
    for output, files in (("data/runs", FILES), (RECORDS, records)):
        listing = json.dumps([{"md5": md5(content), "relpath": name} for name, content in files.items()]).encode()
        outs.append({"path": output, "md5": md5(listing) + ".dir"})
        for place in (".dvc/store", ".dvc/cache"):
            for digest, content in [(md5(listing) + ".dir", listing), *((md5(c), c) for c in files.values())]:
                path = object_path(tmp_path / place, digest)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for name, content in files.items():
            (tmp_path / output / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / output / name).write_bytes(content)
    (tmp_path / "metrics.json").write_bytes(b"{}")
    (tmp_path / "dvc.lock").write_text(yaml.safe_dump({"stages": {"train": {"outs": outs}}}))
    return tmp_path


def found(root: Path):
    return [*damaged_objects(root), *result_status(root).damaged]


def make_again(root: Path, name: str, content: bytes) -> None:
    """Do what a job of Snakemake's does."""
    (root / "data/runs" / name).write_bytes(content)
    (root / RECORDS / record_name(f"data/runs/{name}")).write_bytes(record(time.time()))


def test_an_undamaged_repository_is_clean(repository):
    assert set(recorded_outputs(repository / "dvc.lock")) == {"data/runs", RECORDS, "metrics.json"}
    assert found(repository) == []
    assert result_status(repository).made_here == ()


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file(repository, name):
    (repository / "data/runs" / name).write_bytes(b"secnd")
    (damage,) = found(repository)
    assert damage.file == f"data/runs/{name}"
    assert (damage.expected, damage.found) == (md5(FILES[name]), md5(b"secnd"))
    assert damage.repair == f"rm -f data/runs/{name} && dvc checkout --force data/runs/{name}"
    assert damage.file in str(damage)
    assert damage.repair in str(damage)


def test_a_deleted_file_a_new_file_and_a_renamed_one(repository):
    folder = repository / "data/runs"
    (folder / "a.parquet").unlink()
    (folder / "c.parquet").rename(folder / "d.parquet")
    damages = {damage.file: damage for damage in found(repository)}
    assert set(damages) == {"data/runs/a.parquet", "data/runs/c.parquet"}
    assert damages["data/runs/a.parquet"].found == "missing"
    assert result_status(repository).made_here == ("data/runs/d.parquet",)  # new results may be worth keeping


def test_two_files_with_each_others_content(repository):
    first, second = (repository / "data/runs" / name for name in ("a.parquet", "c.parquet"))
    content = first.read_bytes(), second.read_bytes()
    first.write_bytes(content[1])
    second.write_bytes(content[0])
    assert len(found(repository)) == 2


def test_what_a_job_made_here_is_no_damage(repository):
    make_again(repository, "a.parquet", b"other numbers")
    assert found(repository) == []
    assert result_status(repository).made_here == ("data/runs/a.parquet",)
    make_again(repository, "a.parquet", FILES["a.parquet"])  # and one that gives the same bytes is nothing new
    assert result_status(repository) == type(result_status(repository))((), ())


@pytest.mark.parametrize("content", [b"", b"{not json", record(STORED), record(STORED + 0.5), b"[]"])
def test_a_damaged_record_neither_hides_damage_nor_is_taken_for_a_job(repository, content):
    (repository / "data/runs/a.parquet").write_bytes(b"frist")
    path = repository / RECORDS / record_name("data/runs/a.parquet")
    path.write_bytes(content)
    expected = {"data/runs/a.parquet"} | ({f"{RECORDS}/{path.name}"} if content != record(STORED) else set())
    assert {damage.file for damage in found(repository)} == expected


def test_a_file_of_git_is_repaired_by_git(repository):
    (repository / "metrics.json").write_bytes(b"[]")
    (damage,) = found(repository)
    assert damage.repair == "rm -f metrics.json && git checkout -- metrics.json"


@pytest.mark.parametrize("content", [b"frist", b""])
@pytest.mark.parametrize("place", [".dvc/store", ".dvc/cache"])
def test_a_damaged_object(repository, place, content):
    path = object_path(repository / place, md5(FILES["a.parquet"]))
    path.write_bytes(content)
    (damage,) = found(repository)
    assert (damage.expected, damage.found) == (md5(FILES["a.parquet"]), md5(content))
    assert str(path.relative_to(repository)) in damage.repair


def test_a_missing_object(repository):
    path = object_path(repository / ".dvc/store", md5(FILES["a.parquet"]))
    path.unlink()
    assert [(damage.file, damage.found) for damage in found(repository)] == [
        (str(path.relative_to(repository)), "missing")
    ]


def test_a_damaged_list_of_files_is_a_damaged_object(repository):
    path = next((repository / ".dvc/store").rglob("*.dir"))
    path.write_bytes(b"{not json")
    (damage,) = found(repository)
    assert damage.expected == path.parent.name + path.stem
    object_path(repository / ".dvc/cache", path.parent.name + path.name).write_bytes(b"")
    with pytest.raises(RecordError, match="missing or damaged"):
        found(repository)
