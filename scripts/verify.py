"""Compare data/, figures/, DVC's cache and the store with the recorded hashes; exit 1 if anything differs."""

import argparse
import itertools
import sys
from pathlib import Path

from condensation.records.integrity import damaged_files, damaged_objects, missing_objects


def main() -> int:
    """Print one line a damaged file: file, expected, found, and the command that repairs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd())
    root = parser.parse_args().root
    lock, store, cache = root / "dvc.lock", root / ".dvc/store", root / ".dvc/cache"
    if not lock.is_file():
        sys.stderr.write("there is no dvc.lock: nothing has been recorded yet, run dvc repro\n")
        return 1
    damages = list(
        itertools.chain(
            damaged_objects(store, ".dvc/store", "git checkout -- .dvc/store"),
            missing_objects(store, lock, "git checkout -- .dvc/store, or dvc push from where it was made"),
            damaged_objects(cache, ".dvc/cache", "rm -f {path} && dvc pull"),
            damaged_files(root, (store, cache), lock),
        )
    )
    for damage in damages:
        sys.stdout.write(f"{damage}\n")
    objects = sum(1 for _ in (store / "files/md5").glob("??/*"))
    sys.stdout.write(f"{objects} objects of the store and every local result compared: {len(damages)} damaged\n")
    return 1 if damages else 0


if __name__ == "__main__":
    sys.exit(main())
