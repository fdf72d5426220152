"""Before and after images of a figure, and what differs between them."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops


@dataclass(frozen=True)
class PictureChange:
    """Files below the folder of the comparison, None where a version has no picture; share of pixels that differ."""

    figure: str
    before: str | None
    after: str | None
    difference: str | None
    share: float


def picture_change(figure: str, suffix: str, before: bytes | None, after: bytes | None, folder: Path) -> PictureChange:
    """Write the two pictures, and one in which only what differs is dark, into a folder."""
    old, new = (
        _write(content, folder / f"{figure}_{word}.{suffix}")
        for word, content in (("before", before), ("after", after))
    )
    if before is None or after is None:
        return PictureChange(figure, old, new, None, 1.0)
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as two:
        if one.size != two.size:
            return PictureChange(figure, old, new, None, 1.0)
        grey = ImageChops.difference(one.convert("RGB"), two.convert("RGB")).convert("L")
        counts = grey.histogram()
        share = 1.0 - counts[0] / sum(counts)
        name = f"{figure}_difference.png"
        ImageChops.invert(grey.point(lambda value: min(255, 3 * value))).save(folder / name)
    return PictureChange(figure, old, new, name, share)


def _write(content: bytes | None, path: Path) -> str | None:
    if content is None:
        return None
    path.write_bytes(content)
    return path.name
