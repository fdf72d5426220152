"""Fetch stored results; local results that DVC has not recorded stay, and only what is missing beside them is added."""

import argparse
import subprocess
import sys
from pathlib import Path

from condensation.store.atomic import NoSpaceError, replacing
from condensation.store.integrity import RecordError, listing, md5_of, object_path, recorded_outputs


def main() -> int:
    """Pull; where DVC refuses because it would drop unrecorded files, add the missing files one by one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd())
    root = parser.parse_args().root
    if not (root / ".git").exists():  # from an archive: DVC needs to be told that there is no git
        subprocess.run(["dvc", "config", "--local", "core.no_scm", "true"], cwd=root, check=True)
    pull = subprocess.run(["dvc", "pull"], cwd=root, capture_output=True, text=True)
    if pull.returncode == 0:
        return 0
    subprocess.run(["dvc", "fetch", "--quiet"], cwd=root)  # its exit code does not tell whether all was there
    try:
        added = add_missing(root, root / ".dvc/cache", root / "dvc.lock")
    except (FileNotFoundError, ValueError, RecordError, NoSpaceError) as error:
        sys.stderr.write(f"{pull.stderr}\n{error}\n")
        return 1
    sys.stderr.write(
        f"local results that DVC has not recorded were kept, {added} missing files were added from the store\n"
        "(dvc commit records yours; dvc pull --force drops them)\n"
    )
    return 0


def add_missing(root: Path, cache: Path, lock: Path) -> int:
    """Copy every recorded file that is missing below `root` from the cache; return how many. Nothing is overwritten.

    Raises FileNotFoundError if a recorded object, or a sound list of an output's files, is not in the cache, ValueError
    if a file's bytes are wrong, RecordError if dvc.lock cannot be read.
    """
    added = 0
    for output, md5 in recorded_outputs(lock).items():
        if not md5.endswith(".dir"):
            continue  # git has it
        files = listing((cache,), md5)
        if files is None:
            raise FileNotFoundError(
                f"{output}: the list of its files, {object_path(cache, md5)}, is missing or damaged, and the store has"
                " no sound one; repair: rm it, if it is there, and pull again"
            )
        for name, digest in files:
            target, source = root / output / name, object_path(cache, digest)
            if target.exists():
                continue
            if not source.is_file():
                raise FileNotFoundError(f"{output}/{name}: {digest} is missing in the store")
            if md5_of(source) != digest:
                raise ValueError(f"{source}: expected {digest}, found {md5_of(source)}; repair: rm it and pull again")
            with replacing(target) as temporary:
                temporary.write_bytes(source.read_bytes())
            added += 1
    return added


if __name__ == "__main__":
    sys.exit(main())
