"""Which invocations are at work in a folder: a lock that ends with its process, however that ends."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

LOCK = ".snakemake/invocations.lock"
_open: list[IO[str]] = []  # keeps the lock for the life of the process


def enter(root: Path) -> list[int]:
    """Join the invocations at work below `root`, and return the processes of the others.

    Snakemake's own lock survives a killed process and then refuses every later one. Where nobody else is at work, a
    remainder is removed; where somebody is, Snakemake's lock decides.
    """
    path = root / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        others = _alive(file)
        fcntl.flock(file, fcntl.LOCK_SH)
    except OSError:
        file.close()
        return []  # a file system without locks: Snakemake's own lock is all there is
    else:
        others = []
        shutil.rmtree(root / ".snakemake/locks", ignore_errors=True)
        file.truncate(0)
        fcntl.flock(file, fcntl.LOCK_SH)
    file.write(f"{os.getpid()}\n")
    file.flush()
    _open.append(file)
    return others


def _alive(file: IO[str]) -> list[int]:
    file.seek(0)
    processes = [int(line) for line in file.read().split() if line.isdigit()]
    return [process for process in dict.fromkeys(processes) if process != os.getpid() and _is_alive(process)]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
