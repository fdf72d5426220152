"""Results as they were at a git revision: from DVC's cache, its store, or the store as that revision has it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import yaml

from condensation.store.integrity import md5_of, object_path

FOLDERS = ("data/metrics", "figures")


class UnknownRevisionError(ValueError):
    """A revision that git does not know, or whose results cannot be found; str() says what and what helps."""


class Results(Protocol):
    """A version of the results.

    name: what it is called. files: path in the repository, without the folder of the preset -> MD5 in hex.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def files(self) -> Mapping[str, str]: ...  # noqa: D102

    def read(self, path: str) -> bytes:
        """Return the bytes of one of the files."""


@dataclass(frozen=True)
class WorkingFolder:
    """Results of a preset as they lie in the working folder."""

    root: Path
    preset: str

    @property
    def name(self) -> str:
        """What it is called."""
        return f"the working folder (preset {self.preset})"

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Path -> MD5 of every result."""
        folders = {folder: self.root / folder / self.preset for folder in FOLDERS}
        return {
            f"{folder}/{path.name}": md5_of(path)
            for folder, place in folders.items()
            for path in place.glob("*")
            if path.is_file()
        }

    def read(self, path: str) -> bytes:
        """Return the bytes of a result."""
        folder, name = path.rsplit("/", 1)
        return (self.root / folder / self.preset / name).read_bytes()


@dataclass(frozen=True)
class Revision:
    """Results of a commit."""

    root: Path
    asked: str
    commit: str
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """What was asked for, and its commit."""
        return f"{self.asked} ({self.commit[:10]})"

    def read(self, path: str) -> bytes:
        """Return the bytes of a result; raises UnknownRevisionError if they are nowhere to be found."""
        return _object(self.root, self.commit, self.files[path])


def read_revision(root: Path, name: str) -> Revision:
    """Find the results a revision recorded: a commit, branch, tag, or the name of a DVC experiment."""
    commit = _commit(root, name)
    lock = _git(root, "show", f"{commit}:dvc.lock")
    if lock is None:
        raise UnknownRevisionError(f"{name} has no dvc.lock: no results were recorded then")
    files: dict[str, str] = {}
    for stage in (yaml.safe_load(lock).get("stages") or {}).values():
        for out in stage.get("outs", ()):
            folder = next((folder for folder in FOLDERS if f"{out['path']}/".startswith(f"{folder}/")), None)
            if folder and str(out["md5"]).endswith(".dir"):
                entries = json.loads(_object(root, commit, out["md5"]))
                files |= {f"{folder}/{entry['relpath']}": entry["md5"] for entry in entries}
    return Revision(root, name, commit, files)


def _commit(root: Path, name: str) -> str:
    candidates = [name]
    experiments = _git(root, "for-each-ref", "--format=%(refname)", "refs/exps") or b""
    candidates += [ref for ref in experiments.decode().splitlines() if ref.rsplit("/", 1)[-1] == name]
    for candidate in candidates:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}")
        if found:
            return found.decode().strip()
    raise UnknownRevisionError(f"git knows no revision {name} (git log and dvc exp show list them)")


def _object(root: Path, commit: str, md5: str) -> bytes:
    stores = (root / ".dvc/cache", root / ".dvc/store")
    for store in stores:
        path = object_path(store, md5)
        if path.is_file():
            return path.read_bytes()
    inside = object_path(Path(".dvc/store"), md5).as_posix()
    content = _git(root, "show", f"{commit}:{inside}")
    if content is None:
        raise UnknownRevisionError(
            f"{md5} of {commit[:10]} is in neither cache nor store: dvc fetch --all-commits gets it"
        )
    return content


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints, None if it fails; raises UnknownRevisionError if git refuses another owner's folder."""
    result = subprocess.run(["git", *arguments], cwd=root, capture_output=True)
    if result.returncode and b"dubious ownership" in result.stderr:
        raise UnknownRevisionError(result.stderr.decode(errors="replace").strip())
    return result.stdout if result.returncode == 0 else None
