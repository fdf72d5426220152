"""Files appear whole or not at all."""

from pathlib import Path

import pytest

from condensation.records.atomic import replacing


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
