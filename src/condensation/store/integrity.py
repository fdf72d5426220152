"""What DVC recorded (dvc.lock, store, cache) compared with the bytes that are there."""

import hashlib
import json
import re
import shlex
import subprocess
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

Hash = Callable[[Path], str]  # file -> MD5 in hex

STORE, CACHE, LOCK, RECORDS = ".dvc/store", ".dvc/cache", "dvc.lock", ".snakemake/metadata"
STORE_REPAIR = "git checkout -- .dvc/store  # or, where the result was made: dvc push"
IN_GIT = ("metrics.json",)  # outputs that git keeps and DVC does not
RECORDED_WITHIN = 60.0  # seconds after the end of a job
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}(\.dir)?")


class RecordError(Exception):
    """dvc.lock cannot be read, or DVC cannot say how results stand; str() says why and what repairs it."""


@dataclass(frozen=True)
class Damage:
    """A file that is not what was recorded, and the command that repairs it."""

    file: str
    expected: str
    found: str
    repair: str

    def __str__(self) -> str:
        return f"{self.file}: expected {self.expected}, found {self.found}; repair: {self.repair}"


@dataclass(frozen=True)
class Status:
    """Results of the working folder against the record: what is damaged, and what was made here since."""

    damaged: tuple[Damage, ...]
    made_here: tuple[str, ...]


def md5_of(path: Path) -> str:
    """Return the MD5 of a file in hex (the hash DVC records), `missing` where there is none."""
    if not path.is_file():
        return "missing"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def object_path(store: Path, md5: str) -> Path:
    """Return where a DVC store or cache keeps an object."""
    return store / "files" / "md5" / md5[:2] / md5[2:]


def recorded_outputs(lock: Path) -> dict[str, str]:
    """Return path -> MD5 of every output in dvc.lock; a folder's hash ends in .dir.

    Raises RecordError if the file is no record of DVC's.
    """
    try:
        stages = yaml.safe_load(lock.read_text("utf-8")).get("stages") or {}
        outputs = {str(out["path"]): str(out["md5"]) for stage in stages.values() for out in stage.get("outs", ())}
        if wrong := [md5 for md5 in outputs.values() if not _OBJECT.fullmatch(f"{md5[:2]}/{md5[2:]}")]:
            raise ValueError(f"{wrong[0]!r} is no MD5")
    except (OSError, yaml.YAMLError, ValueError, AttributeError, KeyError, TypeError) as error:
        text = f"{lock.name}: is no record of DVC's ({error}); repair: git checkout -- {lock.name}"
        raise RecordError(text) from None
    return outputs


def recorded_files(root: Path, stores: tuple[Path, ...], md5: Hash = md5_of) -> dict[str, str]:
    """Return path -> MD5 of every recorded result; files of folders by the first sound list in the stores.

    Raises RecordError where no store has a sound list.
    """
    files = {}
    for output, digest in recorded_outputs(root / LOCK).items():
        if not digest.endswith(".dir"):
            files[output] = digest
            continue
        lists = [object_path(store, digest) for store in stores]
        sound = next((path for path in lists if md5(path) == digest.removesuffix(".dir")), None)
        if sound is None:
            raise RecordError(
                f"{output}: the list of its files, {digest}, is missing or damaged in store and cache;"
                f" repair: rm -f {lists[0].relative_to(root)} && {STORE_REPAIR}"
            )
        files |= {f"{output}/{entry['relpath']}": entry["md5"] for entry in json.loads(sound.read_text("utf-8"))}
    return files


def damaged_objects(root: Path, md5: Hash = md5_of) -> Iterator[Damage]:
    """Yield every object of store and cache whose bytes do not have the hash it is named by, and what is missing."""
    needed = {digest for digest in recorded_outputs(root / LOCK).values() if digest.endswith(".dir")}
    recorded = recorded_files(root, (root / CACHE, root / STORE), md5)
    needed |= {digest for file, digest in recorded.items() if file not in IN_GIT}
    for place, repair in ((STORE, STORE_REPAIR), (CACHE, "dvc fetch")):
        folder = root / place / "files"
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{place}/{path.relative_to(root / place)}"
            digest = path.relative_to(folder / "md5").as_posix() if path.is_relative_to(folder / "md5") else ""
            expected = digest.removesuffix(".dir").replace("/", "") if _OBJECT.fullmatch(digest) else "no such file"
            if (found := md5(path)) != expected:
                yield Damage(name, expected, found, f"rm -f {shlex.quote(name)} && {repair}")
        for digest in sorted(needed):
            if not (path := object_path(root / place, digest)).is_file():
                yield Damage(str(path.relative_to(root)), digest.removesuffix(".dir"), "missing", repair)
    deleted = ["git", "-C", str(root), "ls-files", "--deleted", "-z", "--", STORE]  # objects of earlier results, too
    for file in filter(None, subprocess.run(deleted, capture_output=True, text=True).stdout.split("\0")):
        if file.rsplit("md5/")[-1].replace("/", "") not in needed:
            yield Damage(file, "a file of git", "missing", f"git checkout -- {shlex.quote(file)}")


def result_status(root: Path, md5: Hash = md5_of) -> Status:
    """Compare every file below the recorded outputs with the record.

    A result that differs was made here if Snakemake wrote a new record of it: a job ran. Where the record is the stored
    one, no job made these bytes: they are damaged.
    """
    recorded = recorded_files(root, (root / CACHE, root / STORE), md5)
    folders = [root / output for output, digest in recorded_outputs(root / LOCK).items() if digest.endswith(".dir")]
    # half a file of a killed process (*.tmp) is no result: .dvcignore leaves it out, too
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp"]
    present = {path.relative_to(root).as_posix() for path in files}
    differs = {file for file in recorded if md5(root / file) != recorded[file]}
    fresh = {
        file for file in differs if file.startswith(f"{RECORDS}/") and _written_by_a_job(root, file, recorded[file])
    }
    ran = {_output(file) for file in fresh | (present - set(recorded)) if file.startswith(f"{RECORDS}/")}
    damaged = sorted(file for file in differs - fresh if file not in present or file not in ran)
    damages = [Damage(file, recorded[file], md5(root / file), _repair(file)) for file in damaged]
    made = (differs - fresh - set(damaged)) | (present - set(recorded))
    return Status(tuple(damages), tuple(sorted(file for file in made if not file.startswith(f"{RECORDS}/"))))


def _output(record: str) -> str:
    """Return the output that one of Snakemake's records is about, as its name says; empty for any other name."""
    try:
        return urlsafe_b64decode(Path(record).name.encode()).decode()
    except ValueError:
        return ""


def _written_by_a_job(root: Path, file: str, digest: str) -> bool:
    """Tell whether a job wrote this record: its end differs from the stored one's, and is when the file was written."""
    try:
        path = root / file
        end = json.loads(path.read_text("utf-8"))["endtime"]
        stored = next(place for place in (CACHE, STORE) if object_path(root / place, digest).is_file())
        before = json.loads(object_path(root / stored, digest).read_text("utf-8"))["endtime"]
        return bool(end != before and abs(path.stat().st_mtime - end) < RECORDED_WITHIN)
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return False


def _repair(file: str) -> str:
    # rm first: DVC trusts a file whose size and date are those it knows, and would leave it as it is
    back = "git checkout --" if file in IN_GIT else "dvc checkout --force"
    return f"rm -f {shlex.quote(file)} && {back} {shlex.quote(file)}"
