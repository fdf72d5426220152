"""Sizes of pictures, and a still frame of an animation (motion starts only when a person opens it)."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image


@dataclass(frozen=True)
class Picture:
    """What the page shows of a figure: preview (a file beside the page, or a data URI), the large file, pixel size."""

    preview: str
    large: str
    width: int
    height: int
    animated: bool


def picture(folder: Path, figure: str, formats: tuple[str, ...]) -> Picture:
    """Return the picture of a figure: its PNG, else the last frame of its GIF in front of the GIF, else its SVG.

    Raises FileNotFoundError if the file is missing and ValueError if the figure has no format a browser shows.
    """
    shown = next((fmt for fmt in ("png", "gif", "svg") if fmt in formats), None)
    if shown is None:
        raise ValueError(f"{figure} has none of the formats png, gif, svg, which a browser shows")
    name = f"{figure}.{shown}"
    if shown == "svg":
        return Picture(name, name, 0, 0, animated=False)
    with Image.open(folder / name) as image:
        if shown == "png":
            return Picture(name, name, *image.size, animated=False)
        image.seek(getattr(image, "n_frames", 1) - 1)
        content = io.BytesIO()
        image.convert("RGB").quantize(64).save(content, format="PNG", optimize=True)
        uri = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
        return Picture(uri, name, *image.size, animated=True)
