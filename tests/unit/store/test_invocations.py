"""Invocations in one folder know of each other, and what a killed one left refuses nobody."""

import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from condensation.store import invocations

ENTER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from condensation.store.invocations import enter
print(enter(Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a process which enters the folder and stays; it returns whom that process met."""
    started = []

    def start():
        scripts = str(Path(__file__).resolve().parents[3] / "src")
        process = subprocess.Popen(
            [sys.executable, "-c", ENTER, str(tmp_path), scripts], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_first_is_alone_and_the_second_meets_it(start):
    first, met = start()
    assert met == "[]"
    second, met = start()
    assert met == f"[{first.pid}]"
    _, met = start()
    assert met == f"[{first.pid}, {second.pid}]"


def test_what_a_killed_one_left_is_removed(start, tmp_path):
    first, _ = start()
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir()
    (locks / "0.output.lock").write_text("figures/a.pdf\n")
    _, met = start()
    assert met == f"[{first.pid}]"
    assert locks.exists()  # somebody is at work: Snakemake's own lock decides
    for process in (first,):
        process.kill()
        process.wait()
    time.sleep(0.1)
    _, met = start()
    assert str(first.pid) not in met


def test_alone_again_the_locks_of_the_killed_are_gone(monkeypatch, tmp_path):
    held: list[IO[str]] = []
    monkeypatch.setattr(invocations, "_open", held)
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text("figures/a.pdf\n")
    assert invocations.enter(tmp_path) == []
    assert not locks.exists()
    for file in held:
        file.close()
