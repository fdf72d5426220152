"""Compare stored and local results with the hashes git records (dvc.lock), byte for byte."""

import hashlib
import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Damage:
    """A file that is not what was recorded: hashes are MD5 in hex, or a word where there is none."""

    file: str
    expected: str
    found: str
    repair: str

    def __str__(self) -> str:
        return f"{self.file}: expected {self.expected}, found {self.found}; repair: {self.repair}"


def md5_of(path: Path) -> str:
    """Return the MD5 of a file in hex (the hash DVC records)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def recorded_outputs(lock: Path) -> dict[str, str]:
    """Return path -> MD5 of every output in dvc.lock; a folder's hash ends in .dir."""
    stages = yaml.safe_load(lock.read_text()).get("stages") or {}
    return {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ())}


def object_path(store: Path, md5: str) -> Path:
    """Return where a DVC store or cache keeps an object."""
    return store / "files" / "md5" / md5[:2] / md5[2:]


def damaged_objects(store: Path, name: str, repair: str) -> Iterator[Damage]:
    """Yield every object of a store or cache whose bytes do not have the hash it is named by."""
    for path in sorted((store / "files" / "md5").glob("??/*")):
        expected = path.parent.name + path.name.removesuffix(".dir")
        found = md5_of(path)
        if found != expected:
            yield Damage(
                f"{name}/{path.relative_to(store)}", expected, found, repair.format(path=shlex.quote(str(path)))
            )


def missing_objects(store: Path, lock: Path, repair: str) -> Iterator[Damage]:
    """Yield every object the recorded outputs need that a store lacks."""
    for output, md5 in recorded_outputs(lock).items():
        for file, digest in [(output, md5), *listing(store, md5)]:
            if not object_path(store, digest).is_file() and not _in_git(output):
                yield Damage(file, digest, "missing in the store", repair)


def _in_git(output: str) -> bool:
    return output == "metrics.json"


def listing(store: Path, md5: str) -> list[tuple[str, str]]:
    """Return (path, MD5) of the files of a folder's recorded hash; empty for a file or a folder that cannot be read."""
    path = object_path(store, md5)
    if not md5.endswith(".dir") or not path.is_file():
        return []
    try:
        entries: list[dict[str, Any]] = json.loads(path.read_text())
        return [(entry["relpath"], entry["md5"]) for entry in entries]
    except (ValueError, KeyError, TypeError):
        return []  # a damaged listing is reported as a damaged object


def damaged_files(root: Path, stores: Sequence[Path], lock: Path) -> Iterator[Damage]:
    """Yield every local file below a recorded output that differs from, is missing in, or is unknown to the record.

    stores: where the record's lists of files are looked up, first one first.
    """
    for output, md5 in recorded_outputs(lock).items():
        local = root / output
        if not md5.endswith(".dir"):
            found = md5_of(local) if local.is_file() else "missing"
            if found != md5:
                yield Damage(
                    output,
                    md5,
                    found,
                    f"git checkout -- {output}" if _in_git(output) else f"dvc checkout --force {output}",
                )
            continue
        recorded = dict(next((files for store in stores if (files := listing(store, md5))), []))
        repair = f"dvc checkout --force {output}"
        present = (
            {str(path.relative_to(local)) for path in local.rglob("*") if path.is_file()} if local.is_dir() else set()
        )
        for name in sorted(recorded.keys() | present):
            if name not in present:
                yield Damage(f"{output}/{name}", recorded[name], "missing", repair)
            elif name not in recorded:
                yield Damage(
                    f"{output}/{name}",
                    "no such file",
                    "a file of no recorded result",
                    f"{repair}  # or keep it: dvc commit",
                )
            elif (found := md5_of(local / name)) != recorded[name]:
                yield Damage(f"{output}/{name}", recorded[name], found, repair)
