"""Pictures of the gallery: their sizes and numbers, small ones for the contents, a still frame of an animation."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

THUMBNAIL = 280  # pixels


@dataclass(frozen=True)
class Picture:
    """What the page shows of a figure.

    preview: a file beside the page or a data URI; large: the file; width, height: pixels; thumbnail: a data URI, empty
    where there is none; numbers: JSON of what the picture answers to a pointer (`drawing.answers`).
    """

    preview: str
    large: str
    width: int = 0
    height: int = 0
    animated: bool = False
    thumbnail: str = ""
    numbers: str = "[]"


def picture(folder: Path, figure: str, formats: tuple[str, ...]) -> Picture:
    """Return the picture of a figure: its PNG, else the last frame of its GIF in front of the GIF, else its SVG.

    Raises FileNotFoundError if the file is missing and ValueError if the figure has no format a browser shows.
    """
    shown = next((fmt for fmt in ("png", "gif", "svg") if fmt in formats), None)
    if shown is None:
        raise ValueError(f"{figure} has none of the formats png, gif, svg, which a browser shows")
    name = f"{figure}.{shown}"
    if shown == "svg":
        return Picture(name, name)
    with Image.open(folder / name) as image:
        image.seek(getattr(image, "n_frames", 1) - 1)
        image.load()
        still = image.convert("RGB")
        numbers = getattr(image, "text", {}).get("Numbers", "[]")
    preview = _data(still.quantize(64), "PNG", optimize=True) if shown == "gif" else name
    small = still.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return Picture(
        preview, name, *still.size, animated=shown == "gif", thumbnail=_data(small, "WEBP", quality=60), numbers=numbers
    )


def _data(image: Image.Image, kind: str, **options: object) -> str:
    content = io.BytesIO()
    image.save(content, format=kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(content.getvalue()).decode()}"
