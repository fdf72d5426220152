"""Compare data/, figures/, DVC's cache and the store with the recorded hashes, and the metrics with the tables."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from condensation.plan import InputError, build_plan
from condensation.store.freshness import stale_results, words
from condensation.store.integrity import (
    STORE_REPAIR,
    Damage,
    Hash,
    RecordError,
    damaged_files,
    damaged_images,
    damaged_objects,
    md5_of,
    missing_in_git,
    missing_objects,
    recorded_outputs,
)

STORE, CACHE, LOCK = ".dvc/store", ".dvc/cache", "dvc.lock"


def main() -> int:
    """Print one line a damaged file: file, expected, found, and the command that repairs it; 1 if there is any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd())
    root = parser.parse_args().root
    if not (root / LOCK).is_file():
        sys.stderr.write("there is no dvc.lock: nothing has been recorded yet, run dvc repro\n")
        return 1
    try:
        damages = list(damages_of(root))
    except RecordError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        # recorded results that are whole, and still not those that the tables ask for
        whole = {damage.file for damage in damages}
        damages += [damage for damage in stale_of(root) if damage.file not in whole]
    except InputError as error:
        sys.stderr.write(f"{error}\nthe tables cannot be read: whether results belong to them was not checked\n")
        return 1
    for damage in damages:
        sys.stdout.write(f"{damage}\n")
    counts = [sum(1 for _ in (root / place / "files").rglob("?" * 30 + "*")) for place in (STORE, CACHE)]
    sys.stdout.write(
        f"{counts[0]} objects of the store, {counts[1]} of the cache and every local result compared: "
        f"{len(damages)} damaged\n"
    )
    return 1 if damages else 0


def damages_of(root: Path, md5: Hash = md5_of) -> Iterator[Damage]:
    """Yield what is damaged, in the order in which it can be repaired: store, cache, results.

    Raises RecordError if dvc.lock cannot be read.
    """
    outputs, store, cache = recorded_outputs(root / LOCK), root / STORE, root / CACHE
    yield from damaged_objects(store, STORE, f"rm -f {{path}} && {STORE_REPAIR}", md5)
    missing = list(missing_objects(store, STORE, outputs, STORE_REPAIR, (cache,), md5))
    yield from missing
    reported = {damage.file.split(" ")[0] for damage in missing}
    yield from (damage for damage in missing_in_git(root, STORE) if damage.file not in reported)
    yield from damaged_objects(cache, CACHE, "rm -f {path} && dvc fetch", md5)
    yield from missing_objects(cache, CACHE, outputs, "dvc fetch", (store,), md5)
    yield from damaged_files(root, (store, cache), outputs, md5)
    yield from damaged_images(root, (store, cache), outputs.get("figures", ""), "docs/images", md5)


def stale_of(root: Path) -> Iterator[Damage]:
    """Yield metrics and figures made from other runs or by other code than the tables and scripts of now name.

    Raises InputError if the tables are wrong.
    """
    # whatever preset made them: what counts is that its tables still say the same
    for stale in stale_results(root, lambda preset: build_plan(root, preset)):
        repair = f"snakemake --config preset={stale.preset} {stale.file}"
        yield Damage(stale.file, words(stale.expected), words(stale.found), repair)


if __name__ == "__main__":
    sys.exit(main())
