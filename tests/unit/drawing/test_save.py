"""Saved figures: the same bytes from run to run, provenance inside, nothing left behind by an error."""

import hashlib
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

from condensation.drawing.save import Provenance, save_figure, save_text
from condensation.drawing.style import attribution, new_figure, pi_ticks, use_style

PROVENANCE = Provenance(figure="f99_test", slide="A slide & its 'title'", run_table="0123456789ab", preset="smoke")
FORMATS = ("pdf", "png", "svg")
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        use_style()
        yield


def drawing() -> Figure:
    figure, axes = new_figure(1, 2, width=5, height=2.5, letters=True)
    x = np.linspace(-np.pi, np.pi, 50)
    axes[0, 0].plot(x, np.sin(x), label=r"$\gamma'$")
    axes[0, 0].legend()
    pi_ticks(axes[0, 0].xaxis)
    axes[0, 1].scatter(x, np.cos(x), c=x, clip_on=True)
    axes[0, 1].fill_between(x, x, hatch="//")
    attribution(figure, "published: somebody, CC BY 4.0")
    return figure


def animation() -> FuncAnimation:
    figure, axes = new_figure(1, 1, width=2, height=2)
    (line,) = axes[0, 0].plot([0, 1], [0, 1])

    def frame(number: int) -> list[Artist]:
        line.set_ydata([0, number])
        return [line]

    return FuncAnimation(figure, frame, frames=3)


def save_all(folder: Path) -> dict[str, bytes]:
    paths = {fmt: folder / f"f99_test.{fmt}" for fmt in (*FORMATS, "gif")}
    save_figure(drawing(), {fmt: paths[fmt] for fmt in FORMATS}, PROVENANCE)
    save_figure(animation(), {"gif": paths["gif"]}, PROVENANCE)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths.values())
    return {fmt: path.read_bytes() for fmt, path in paths.items()}


def test_two_savings_in_different_folders_are_identical(tmp_path: Path):
    first, second = save_all(tmp_path / "one"), save_all(tmp_path / "another one")
    assert {fmt for fmt in first if first[fmt] != second[fmt]} == set()


def test_another_process_at_another_time_gives_the_same_bytes(tmp_path: Path):
    # another seed of Python's hashes, another clock zone, another build date, another working folder
    program = (
        "import sys; from pathlib import Path; from tests.unit.drawing import test_save as t;"
        "t.use_style(); t.save_all(Path(sys.argv[1]))"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        "PYTHONHASHSEED": "12345",
        "TZ": "Asia/Tokyo",
        "SOURCE_DATE_EPOCH": "86400",
        "MPLBACKEND": "agg",
    }
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "theirs")], check=True, env=environment, cwd=tmp_path)
    for fmt, content in save_all(tmp_path / "ours").items():
        assert (tmp_path / "theirs" / f"f99_test.{fmt}").read_bytes() == content, fmt


def test_svg_ids_do_not_depend_on_the_callers_style(tmp_path: Path):
    mpl.rcParams["svg.hashsalt"] = None
    paths = [tmp_path / f"{name}.svg" for name in "ab"]
    for path in paths:
        save_figure(drawing(), {"svg": path}, PROVENANCE)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    with mpl.rc_context():
        use_style()
        save_all(folder)
    return folder


def test_provenance_in_png(saved: Path):
    with Image.open(saved / "f99_test.png") as image:
        assert image.info["Title"] == "f99_test"
        assert image.info["Description"] == str(PROVENANCE)
        assert "Software" not in image.info
        assert image.info["dpi"] == pytest.approx((200, 200), rel=1e-3)
        assert image.size == (1000, 500)


def test_provenance_in_pdf(saved: Path):
    content = (saved / "f99_test.pdf").read_bytes()
    # matplotlib compresses streams only; the document information is a plain dictionary
    information = re.search(rb"<<[^>]*/Title \(f99_test\)[^>]*>>", content)
    assert information is not None
    assert f"({PROVENANCE})".encode() in information.group()
    assert b"Date" not in content
    assert b"Matplotlib" not in content


def test_provenance_in_svg(saved: Path):
    terms = "{http://purl.org/dc/elements/1.1/}"
    tree = ElementTree.parse(saved / "f99_test.svg")
    assert [element.text for element in tree.iter(f"{terms}title")] == ["f99_test"]
    assert [element.text for element in tree.iter(f"{terms}description")] == [str(PROVENANCE)]
    assert not list(tree.iter(f"{terms}date"))


def test_provenance_in_gif(saved: Path):
    with Image.open(saved / "f99_test.gif") as image:
        assert image.info["comment"].decode() == str(PROVENANCE)
        assert image.n_frames == 3
        assert image.info["loop"] == 0


def test_provenance_names_everything():
    assert str(PROVENANCE) == "figure f99_test; slide: A slide & its 'title'; run table 0123456789ab; preset smoke"


def test_fonts_are_embedded_as_outlines_that_stay_text(saved: Path):
    content = (saved / "f99_test.pdf").read_bytes()
    assert b"/Type3" not in content
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    assert any(b" Tj" in text or b" TJ" in text for text in map(_inflated, streams))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_error_while_drawing_leaves_nothing_new(tmp_path: Path, fmt: str):
    class Broken(Artist):
        def draw(self, renderer):
            raise RuntimeError("cannot draw this")

    path = tmp_path / f"f99_test.{fmt}"
    path.write_bytes(b"the old figure")
    figure = drawing()
    figure.add_artist(Broken())
    with pytest.raises(RuntimeError, match="cannot draw this"):
        save_figure(figure, {fmt: path}, PROVENANCE)
    assert path.read_bytes() == b"the old figure"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_an_error_in_a_frame_leaves_nothing_new(tmp_path: Path):
    figure, _ = new_figure(1, 1, width=2, height=2)

    def frame(number: int) -> list[Artist]:
        if number == 2:
            raise RuntimeError("cannot draw this frame")
        return []

    path = tmp_path / "f99_test.gif"
    path.write_bytes(b"the old animation")
    with pytest.raises(RuntimeError, match="cannot draw this frame"):
        save_figure(FuncAnimation(figure, frame, frames=3), {"gif": path}, PROVENANCE)
    assert path.read_bytes() == b"the old animation"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("fmt", ["gif", "bmp"])
def test_a_figure_has_no_such_format(tmp_path: Path, fmt: str):
    with pytest.raises(ValueError, match=fmt):
        save_figure(drawing(), {fmt: tmp_path / f"f99_test.{fmt}"}, PROVENANCE)
    assert not any(tmp_path.iterdir())


def test_an_animation_is_not_saved_as_a_picture(tmp_path: Path):
    moving = animation()
    with pytest.raises(ValueError, match="only an animation"):
        save_figure(moving, {"png": tmp_path / "f99_test.png"}, PROVENANCE)
    save_figure(moving, {"gif": tmp_path / "f99_test.gif"}, PROVENANCE)


def test_text_has_unix_line_ends_and_utf8(tmp_path: Path):
    path = tmp_path / "table.tex"
    save_text("γ'\nβ\n", path)
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256("γ'\nβ\n".encode()).digest()
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.tex"]
