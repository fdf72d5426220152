"""Save figures byte-identically from run to run, whole or not at all, with where they come from inside."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from condensation.drawing.answers import answers
from condensation.store.atomic import replacing


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from: its id, its slide, the hash of its table of runs, the preset."""

    figure: str
    slide: str
    run_table: str
    preset: str

    def __str__(self) -> str:
        return f"figure {self.figure}; slide: {self.slide}; run table {self.run_table}; preset {self.preset}"


def save_figure(drawing: Figure | FuncAnimation, paths: Mapping[str, Path], provenance: Provenance) -> None:
    """Write a figure in every format of `paths` (pdf, png, svg; gif for an animation).

    The same figure gives the same bytes: no dates, no program versions, fixed ids in the SVG.
    Raises ValueError for a format the drawing cannot have.
    """
    if isinstance(drawing, Figure):
        drawing.draw_without_rendering()  # panels of a fixed aspect settle in the second pass of the layout
    for fmt, path in paths.items():
        if isinstance(drawing, FuncAnimation) != (fmt == "gif"):
            raise ValueError(f"{path.name}: only an animation is saved as gif, and only a figure as anything else")
        with replacing(path) as temporary:
            content = io.BytesIO()  # on a full disk the PDF backend hides the error behind one of its own
            if isinstance(drawing, FuncAnimation):
                _save_gif(drawing, content, provenance)
            else:
                # without a salt the ids in the SVG are random; a caller may have set another style
                with mpl.rc_context({"svg.hashsalt": "condensation"}):
                    metadata = _metadata(fmt, provenance)
                    if fmt == "png":
                        _save_png(drawing, content, metadata)
                    else:
                        drawing.savefig(content, format=fmt, metadata=metadata)
            temporary.write_bytes(content.getvalue())


def save_text(text: str, path: Path) -> None:
    """Write a text file in UTF-8 with Unix line ends."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _metadata(fmt: str, provenance: Provenance) -> dict[str, str | None]:
    """Metadata by format, without the dates and versions matplotlib writes by default."""
    if fmt == "pdf":
        return {
            "Title": provenance.figure,
            "Subject": str(provenance),
            "CreationDate": None,
            "Producer": None,
            "Creator": None,
        }
    if fmt == "png":
        return {"Title": provenance.figure, "Description": str(provenance)}
    if fmt == "svg":
        return {"Title": provenance.figure, "Description": str(provenance), "Date": None, "Creator": None}
    raise ValueError(f"unknown format {fmt}")


def _save_png(figure: Figure, content: io.BytesIO, metadata: Mapping[str, str | None]) -> None:
    """Write a picture with the numbers the gallery answers a pointer with; opaque ones without alpha."""
    numbers = json.dumps(answers(figure), ensure_ascii=False, separators=(",", ":"))
    text, drawn = PngInfo(), io.BytesIO()
    for name, value in {**metadata, "Numbers": numbers}.items():
        text.add_text(name, value or "")
    figure.savefig(drawn, format="png", pil_kwargs={"compress_level": 1})
    with Image.open(drawn) as image:
        opaque = image.getchannel("A").getextrema() == (255, 255)
        (image.convert("RGB") if opaque else image).save(content, "PNG", pnginfo=text, dpi=image.info["dpi"])


def _save_gif(animation: FuncAnimation, content: io.BytesIO, provenance: Provenance) -> None:
    """Write the frames, the last of them shown for 2 s, and the provenance as the GIF's comment."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "frames.gif"
        animation.save(path, writer=PillowWriter(fps=8), dpi="figure")  # type: ignore[arg-type]
        with Image.open(path) as image:
            frames = [frame.convert("RGB").quantize(64) for frame in ImageSequence.Iterator(image)]
    frames[0].save(
        content,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[*[125] * (len(frames) - 1), 2000],
        loop=0,
        comment=str(provenance).encode(),
    )
