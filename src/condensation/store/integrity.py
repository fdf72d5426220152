"""Compare stored and local results with the hashes git records (dvc.lock), byte for byte."""

import hashlib
import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Hash = Callable[[Path], str]  # file -> MD5 in hex

MISSING = "missing"
STORE_REPAIR = "git checkout -- .dvc/store  # or, where the result was made: dvc push"
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}(\.dir)?")
_IN_GIT = ("metrics.json",)  # outputs that git keeps and DVC does not


@dataclass(frozen=True)
class Damage:
    """A file that is not what was recorded: hashes are MD5 in hex, or a word where there is none."""

    file: str
    expected: str
    found: str
    repair: str

    def __str__(self) -> str:
        return f"{self.file}: expected {self.expected}, found {self.found}; repair: {self.repair}"


class RecordError(Exception):
    """dvc.lock cannot be read; str() says why and how to repair it."""


def md5_of(path: Path) -> str:
    """Return the MD5 of a file in hex (the hash DVC records)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def recorded_outputs(lock: Path) -> dict[str, str]:
    """Return path -> MD5 of every output in dvc.lock; a folder's hash ends in .dir.

    Raises RecordError if the file is no record of DVC's.
    """
    try:
        stages = yaml.safe_load(lock.read_text("utf-8")).get("stages") or {}
        outputs = {str(out["path"]): str(out["md5"]) for stage in stages.values() for out in stage.get("outs", ())}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise RecordError(
            f"{lock.name}: is no record of DVC's ({error}); repair: git checkout -- {lock.name}"
        ) from None
    for path, md5 in outputs.items():
        if not _OBJECT.fullmatch(f"{md5[:2]}/{md5[2:]}"):
            raise RecordError(f"{lock.name}: {md5!r} of {path} is no MD5; repair: git checkout -- {lock.name}")
    return outputs


def object_path(store: Path, md5: str) -> Path:
    """Return where a DVC store or cache keeps an object."""
    return store / "files" / "md5" / md5[:2] / md5[2:]


def damaged_objects(store: Path, name: str, repair: str, md5: Hash = md5_of) -> Iterator[Damage]:
    """Yield every file of a store or cache whose bytes do not have the hash it is named by, or that has no such name.

    repair: a command that may hold {path}.
    """
    folder = store / "files"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder / "md5").as_posix() if path.is_relative_to(folder / "md5") else ""
        command = repair.format(path=shlex.quote(f"{name}/{path.relative_to(store)}"))
        if not _OBJECT.fullmatch(place):
            yield Damage(f"{name}/{path.relative_to(store)}", "no such file", "a file that is no object", command)
            continue
        expected = place.removesuffix(".dir").replace("/", "")
        found = md5(path)
        if found != expected:
            yield Damage(f"{name}/{path.relative_to(store)}", expected, found, command)


def missing_objects(
    store: Path, name: str, outputs: Mapping[str, str], repair: str, others: Sequence[Path] = (), md5: Hash = md5_of
) -> Iterator[Damage]:
    """Yield every object the recorded outputs (path -> MD5) need that a store or cache lacks.

    others: where a folder's list of files is looked up if this store has none that is sound.
    """
    seen = set()
    for output, digest in outputs.items():
        if output in _IN_GIT:
            continue
        files = [(f"{output}/{file}", of_file) for file, of_file in listing((store, *others), digest, md5) or ()]
        for file, needed in [(output, digest), *files]:
            if needed not in seen and not object_path(store, needed).is_file():
                place = object_path(Path(name), needed)
                yield Damage(f"{place} ({file})", needed.removesuffix(".dir"), MISSING, repair)
            seen.add(needed)


def listing(stores: Sequence[Path], digest: str, md5: Hash = md5_of) -> list[tuple[str, str]] | None:
    """Return (path, MD5) of the files of a folder's recorded hash, from the first store whose copy is sound.

    None for a file, or for a folder whose list no store holds undamaged.
    """
    if not digest.endswith(".dir"):
        return None
    for store in stores:
        path = object_path(store, digest)
        if path.is_file() and md5(path) == digest.removesuffix(".dir"):
            entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
            return [(entry["relpath"], entry["md5"]) for entry in entries]
    return None


def damaged_files(
    root: Path, stores: Sequence[Path], outputs: Mapping[str, str], md5: Hash = md5_of
) -> Iterator[Damage]:
    """Yield every local file below a recorded output that differs from, is missing in, or is unknown to the record.

    stores: where the record's lists of files are looked up, first one first.
    """
    for output, digest in outputs.items():
        local = root / output
        if not digest.endswith(".dir"):
            found = md5(local) if local.is_file() else MISSING
            if found != digest:
                yield Damage(output, digest, found, _repair(output, in_git=output in _IN_GIT))
            continue
        recorded = listing(stores, digest, md5)
        if recorded is None:
            yield Damage(output, digest, "no sound list of its files in store or cache", "dvc fetch")
        elif not any(path.is_file() for path in local.rglob("*")):
            yield Damage(output, digest, MISSING, f"dvc checkout --force {shlex.quote(output)}")
        else:
            yield from _damaged_folder(output, local, dict(recorded), md5)


def _damaged_folder(output: str, local: Path, recorded: dict[str, str], md5: Hash) -> Iterator[Damage]:
    # half a file of a killed process (*.tmp) is no result: .dvcignore leaves it out, too
    present = {
        path.relative_to(local).as_posix() for path in local.rglob("*") if path.is_file() and path.suffix != ".tmp"
    }
    for name in sorted(recorded.keys() | present):
        file = f"{output}/{name}"
        if name not in present:
            yield Damage(file, recorded[name], MISSING, f"dvc checkout --force {shlex.quote(file)}")
        elif name not in recorded:
            # it may be a new result, so that no command that is run in bulk should drop it unseen
            yield Damage(
                file,
                "no such file",
                "a file of no recorded result",
                f"rm {shlex.quote(file)}  # or keep it: dvc commit",
            )
        elif (found := md5(local / name)) != recorded[name]:
            yield Damage(file, recorded[name], found, _repair(file))


def damaged_images(
    root: Path, stores: Sequence[Path], figures: str, images: str, md5: Hash = md5_of
) -> Iterator[Damage]:
    """Yield every picture of a folder in git (docs/images) that is not the recorded figure of its name.

    figures: the MD5 of the recorded list of figures.
    """
    recorded = {name: digest for name, digest in listing(stores, figures, md5) or () if name.endswith((".png", ".gif"))}
    present = {path.name for path in (root / images).glob("*.*")} if recorded else set()
    for name in sorted(recorded.keys() | present):
        file = f"{images}/{name}"
        found = md5(root / file) if name in present else MISSING
        if name not in recorded:
            yield Damage(file, "no such figure", "a picture of no recorded figure", f"rm {shlex.quote(file)}")
        elif found != recorded[name]:
            yield Damage(file, recorded[name], found, _repair(file, in_git=True))


def missing_in_git(root: Path, folder: str) -> Iterator[Damage]:
    """Yield every file below a folder that git has and the working tree lacks (objects of earlier results)."""
    git = ["git", "-C", str(root), "ls-files", "--deleted", "-z", "--", folder]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    for file in filter(None, done.stdout.split("\0")):
        yield Damage(file, "a file of git", MISSING, f"git checkout -- {shlex.quote(file)}")


def _repair(file: str, *, in_git: bool = False) -> str:
    # rm first: DVC and git trust a file whose size and date are those they know, and would leave it as it is
    quoted = shlex.quote(file)
    return f"rm -f {quoted} && " + (f"git checkout -- {quoted}" if in_git else f"dvc checkout --force {quoted}")
