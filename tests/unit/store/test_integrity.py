"""Damage is found by hash, and each finding names the file, both hashes and the command that repairs."""

import hashlib
import json

import pytest
import yaml

from condensation.store.integrity import (
    damaged_files,
    damaged_objects,
    missing_objects,
    object_path,
    recorded_outputs,
)

FILES = {"a.parquet": b"first", "sub/b.parquet": b"second", "c.parquet": b"third"}


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture
def repository(tmp_path):
    """One stage with one folder and one file of git, stored."""
    store = tmp_path / "store"
    listing = json.dumps([{"md5": md5(content), "relpath": name} for name, content in FILES.items()]).encode()
    folder = md5(listing) + ".dir"
    for digest, content in [(folder, listing), *((md5(content), content) for content in FILES.values())]:
        path = object_path(store, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, content in FILES.items():
        (tmp_path / "data/runs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data/runs" / name).write_bytes(content)
    (tmp_path / "metrics.json").write_bytes(b"{}")
    outs = [{"path": "data/runs", "md5": folder}, {"path": "metrics.json", "md5": md5(b"{}")}]
    (tmp_path / "dvc.lock").write_text(yaml.safe_dump({"stages": {"train": {"outs": outs}}}))
    return tmp_path


def found(root):
    store, outputs = root / "store", recorded_outputs(root / "dvc.lock")
    return [
        *damaged_objects(store, "store", "fetch {path}"),
        *missing_objects(store, "store", outputs, "push"),
        *damaged_files(root, (store, root / "cache"), outputs),
    ]


def test_an_undamaged_repository_is_clean(repository):
    assert set(recorded_outputs(repository / "dvc.lock")) == {"data/runs", "metrics.json"}
    assert found(repository) == []


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
    assert set(damages) == {"data/runs/a.parquet", "data/runs/c.parquet", "data/runs/d.parquet"}
    assert damages["data/runs/a.parquet"].found == "missing"
    assert "dvc commit" in damages["data/runs/d.parquet"].repair  # new results may be worth keeping


def test_two_files_with_each_others_content(repository):
    first, second = (repository / "data/runs" / name for name in ("a.parquet", "c.parquet"))
    content = first.read_bytes(), second.read_bytes()
    first.write_bytes(content[1])
    second.write_bytes(content[0])
    assert len(found(repository)) == 2


def test_a_file_of_git_is_repaired_by_git(repository):
    (repository / "metrics.json").write_bytes(b"[]")
    (damage,) = found(repository)
    assert damage.repair == "rm -f metrics.json && git checkout -- metrics.json"


@pytest.mark.parametrize("content", [b"frist", b""])
def test_a_damaged_object(repository, content):
    path = object_path(repository / "store", md5(FILES["a.parquet"]))
    path.write_bytes(content)
    (damage,) = found(repository)
    assert damage.expected == md5(FILES["a.parquet"])
    assert damage.found == md5(content)
    assert str(path.relative_to(repository)) in damage.repair


def test_a_missing_object(repository):
    object_path(repository / "store", md5(FILES["a.parquet"])).unlink()
    assert [(damage.file.split(" ")[1], damage.found) for damage in found(repository)] == [
        ("(data/runs/a.parquet)", "missing")
    ]


def test_a_damaged_listing_is_a_damaged_object(repository):
    path = next((repository / "store").rglob("*.dir"))
    path.write_bytes(b"{not json")
    assert any(damage.expected == path.parent.name + path.stem for damage in found(repository))
