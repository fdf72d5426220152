"""Read the MNIST images and labels, after checking that they are MNIST's."""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from condensation.datasets.mnist.files import DIGESTS, FOLDER

Bytes = NDArray[np.uint8]
_UNSIGNED_BYTES = 0x08  # third byte of an idx file's magic number; the fourth is the number of dimensions


class DataError(Exception):
    """A data file is missing or is not what it should be; the text says which, why, and what to do."""


def load(
    split: Literal["train", "t10k"],
    count: int | None = None,
    *,
    folder: Path = FOLDER,
    digests: dict[str, str] = DIGESTS,
) -> tuple[Bytes, Bytes]:
    """Return the first `count` (or all) images (n, 28, 28) and labels (n,) of the training or the test images.

    Raises DataError if a file is missing, is no gzip or idx file, or has other bytes than MNIST's.
    """
    images = read_idx(_verified(folder, f"{split}-images-idx3-ubyte", digests))
    labels = read_idx(_verified(folder, f"{split}-labels-idx1-ubyte", digests))
    return images[:count], labels[:count]


def read_idx(content: bytes) -> Bytes:
    """Return the array of an idx file of unsigned bytes: magic 0 0 8 ndim, big-endian 32 bit sizes, values.

    Raises DataError if the header or the length is wrong.

    >>> read_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]))
    array([5, 7], dtype=uint8)
    """
    start = 4 + 4 * content[3] if len(content) > 3 else 4
    if len(content) < start or content[:3] != bytes([0, 0, _UNSIGNED_BYTES]):
        raise DataError("this is no idx file of unsigned bytes")
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], dtype=">u4"))
    values = np.frombuffer(content[start:], dtype=np.uint8)
    if values.size != np.prod(shape):
        raise DataError(f"this idx file says it holds {shape} values and holds {values.size}")
    return values.reshape(shape)


def check(name: str, content: bytes, digest: str) -> None:
    """Raise DataError unless `content` has the SHA-256 `digest`."""
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise DataError(f"{name}: SHA-256 of the decompressed file is {found}, expected {digest}")


def _verified(folder: Path, name: str, digests: dict[str, str]) -> bytes:
    path = folder / f"{name}.gz"
    repair = f"; get it again: rm -f {path} && snakemake mnist"
    try:
        content = gzip.decompress(path.read_bytes())
        check(str(path), content, digests[name])
    except FileNotFoundError:
        raise DataError(f"{path} is missing{repair}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be decompressed: {error}{repair}") from None
    except DataError as error:
        raise DataError(f"{error}{repair}") from None
    return content
