"""Write files whole or not at all, one writer at a time."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoSpaceError(OSError):
    """A file could not be written because the disk, the quota or the allowed file size is used up."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; on success it replaces `path`, on an error it is removed.

    A second writer of the same file (a job of a killed invocation may live on) waits until the first has finished.
    Raises NoSpaceError, naming the file, where the disk is full.
    """
    path = Path(path)
    temporary = path.parent / f".{path.name}.tmp"  # always the same: what a killed process left is overwritten
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _only_writer(temporary):
            try:
                os.utime(temporary, (0, 0))
                yield temporary
                if temporary.stat().st_mtime == 0:  # opening it to write would have dated it
                    raise FileNotFoundError(f"nothing was written to {temporary}")
                with temporary.open("rb") as file:
                    os.fsync(file.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in _FULL or "No space left" in str(error):
            raise NoSpaceError(f"{path} could not be written, nothing of it was kept: {error}") from error
        raise


@contextmanager
def _only_writer(temporary: Path) -> Iterator[None]:
    """Hold a lock on the temporary file, which ends with this process; without locks in the file system, do nothing."""
    while True:
        descriptor = os.open(temporary, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            # the file may have been renamed or removed by whoever held the lock: then it is another one that counts
            if temporary.exists() and os.fstat(descriptor).st_ino == temporary.stat().st_ino:
                yield
                return
        finally:
            os.close(descriptor)
