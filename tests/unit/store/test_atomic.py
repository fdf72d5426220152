"""Files appear whole or not at all."""

import errno
import multiprocessing
import resource
from pathlib import Path

import pytest

from condensation.store.atomic import NoSpaceError, replacing


def test_the_new_content_replaces_the_old(tmp_path: Path):
    path = tmp_path / "numbers.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["numbers.txt"]


def test_what_a_killed_process_left_is_overwritten(tmp_path: Path):
    (tmp_path / ".numbers.txt.tmp").write_text("half of the n")
    with replacing(tmp_path / "numbers.txt") as temporary:
        assert temporary.parent == tmp_path
        temporary.write_text("")
    assert [entry.name for entry in tmp_path.iterdir()] == ["numbers.txt"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]):
    path = tmp_path / "numbers.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as temporary:
        temporary.write_text("half of the n")
        raise error
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["numbers.txt"]


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "numbers.txt"):
        pass
    assert not any(tmp_path.iterdir())


def test_missing_folders_are_made(tmp_path: Path):
    path = tmp_path / "a folder" / "another" / "numbers.txt"
    with replacing(path) as temporary:
        temporary.write_text("1")
    assert path.read_text() == "1"


def write_slowly(path: Path, word: str) -> None:
    with replacing(path) as temporary, temporary.open("w") as file:
        for _ in range(2000):
            file.write(word)
            file.flush()


def test_two_writers_of_a_file_wait_for_each_other(tmp_path: Path):
    path = tmp_path / "numbers.txt"
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write_slowly, args=(path, word)) for word in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert path.read_text() in {word * 2000 for word in ("one", "two", "three")}
    assert [entry.name for entry in tmp_path.iterdir()] == ["numbers.txt"]


def test_a_full_disk_is_named_and_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "numbers.txt"
    path.write_text("old")
    with pytest.raises(NoSpaceError, match=r"numbers\.txt could not be written"), replacing(path) as temporary:
        temporary.write_text("half of the n")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["numbers.txt"]


def test_a_file_larger_than_allowed_is_named(tmp_path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(NoSpaceError), replacing(tmp_path / "numbers.txt") as temporary:
            temporary.write_bytes(bytes(10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not any(tmp_path.iterdir())
