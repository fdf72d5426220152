"""`condensation.load` and `condensation.draw`, scripts/redraw.py, and the notebook that shows them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import condensation
from condensation.drawing.palette import COLOURS
from condensation.drawing.panels import keep_panels
from condensation.figures import checkout, find
from condensation.plan import build_plan
from condensation.store.columns import COLUMNS
from condensation.store.tables import read_tables

ROOT = Path(__file__).resolve().parents[2]
FIGURES = build_plan(ROOT).figures


def test_importing_the_package_imports_no_plotting():
    said = "import sys, condensation; sys.exit('matplotlib' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said]).returncode == 0
    with pytest.raises(AttributeError, match="nothing"):
        _ = condensation.nothing


@pytest.mark.parametrize("name", FIGURES)
def test_tables_are_the_plotted_ones_with_symbols_and_units(name):
    tables, stored = (
        condensation.load(name.partition("_")[0], root=ROOT),
        read_tables(ROOT / f"data/metrics/lecture/{name}.parquet"),
    )
    assert {key: list(table.columns) for key, table in tables.items()} == {
        key: list(table.columns) for key, table in stored.items()
    }
    for table in tables.values():
        assert table.attrs["figure"] == name
        assert table.attrs["units"] == {column: COLUMNS[column].unit for column in table.columns}
        assert set(table.attrs["symbols"]) == set(table.attrs["meanings"]) == set(table.columns)


def test_a_word_that_is_no_figure_is_named_with_near_matches():
    assert find("f10", FIGURES) == find("f10_relative_distance", FIGURES) == "f10_relative_distance"
    for word, near in (("f100", "f10"), ("f10_relative_distanc", "f10_relative_distance")):
        with pytest.raises(KeyError, match=rf"no figure `{word}`; did you mean `{near}`"):
            condensation.load(word, root=ROOT)
    with pytest.raises(KeyError, match="`f10` may be f10_relative_distance or f10_mine"):
        find("f10", [*FIGURES, "f10_mine"])  # and not the last of them


def test_what_is_not_measured_says_how_to_get_it(tmp_path):
    for name in ("workflow", "src", "scripts"):
        (tmp_path / name).symlink_to(ROOT / name)
    with pytest.raises(FileNotFoundError, match=r"`make pull` fetches it, `snakemake f10_relative_distance` makes it"):
        condensation.load("f10", root=tmp_path)


def test_the_checkout_is_found_from_inside_and_from_elsewhere(tmp_path, monkeypatch):
    assert checkout(ROOT / "docs") == ROOT
    monkeypatch.chdir(tmp_path)
    assert (checkout() / "workflow/figures.tsv").is_file()


def drawn_sizes(figure: Figure) -> set[float]:
    return {round(label.get_fontsize(), 3) for axes in figure.axes for label in axes.get_xticklabels()}


def published_markers(figure: Figure) -> list[tuple]:
    colour = to_hex(COLOURS["published"])
    lines = [line for axes in figure.axes for line in axes.lines if to_hex(line.get_color()) == colour]
    return [(line.get_marker(), to_hex(line.get_markeredgecolor()), line.get_xydata().tolist()) for line in lines]


@pytest.mark.parametrize("width", [3.25, 5.5])
def test_width_style_and_published_markers(width, tmp_path):
    style = {
        "font.size": 12,
        "xtick.labelsize": 11,
        "font.family": "sans-serif",
        "lines.marker": "",
        "lines.color": "r",
    }
    before = dict(mpl.rcParams)
    plain, own = (condensation.draw("f10", width=width, style=s, root=ROOT) for s in ((), style))
    assert dict(mpl.rcParams) == before
    assert plain.get_size_inches()[0] == own.get_size_inches()[0] == width
    assert 11 in drawn_sizes(own) - drawn_sizes(plain)
    assert published_markers(own) == published_markers(plain) != []
    seen = []
    own.canvas.mpl_connect("draw_event", lambda event: seen.append(mpl.rcParams["font.size"]))
    own.savefig(tmp_path / "own.png", dpi=50)  # fonts are looked up now, whatever is set by then
    assert set(seen) == {12}


def test_panels_that_are_kept_have_the_whole_figure():
    figure = condensation.draw("f10", width=5.5, panels=["d", "a"], root=ROOT)
    assert [axes.get_title(loc="left")[:14] for axes in figure.axes] == [r"$\mathbf{(a)}$", r"$\mathbf{(d)}$"]
    figure.draw_without_rendering()
    first, second = sorted(figure.axes, key=lambda axes: axes.get_position().x0)
    assert second.get_title(loc="left").startswith(r"$\mathbf{(a)}$")  # in the order asked for
    assert first.get_position().width > 0.3
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figure.axes)


@pytest.mark.parametrize(
    ("figure", "panels", "said"),
    [
        ("f10", ["z"], "no panel z; this figure has a, b, c, d, e, f, g"),
        ("f10", [], "no panel -; this figure has a, b, c, d, e, f, g"),
        ("f13", ["a"], "cannot be taken apart"),
    ],
)
def test_panels_that_are_not_there_are_refused(figure, panels, said):
    with pytest.raises(ValueError, match=said):
        condensation.draw(figure, panels=panels, root=ROOT)


def redraw(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/redraw.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_command_writes_into_its_own_folder_only(tmp_path):
    style = tmp_path / "my.mplstyle"
    style.write_text("font.family: sans-serif\nsavefig.dpi: 50\n")
    result = redraw(tmp_path, "f10", "--width", "3.25", "--style", str(style), "--formats", "pdf,png", "--output", "o")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["o/f10_relative_distance.pdf", "o/f10_relative_distance.png"]
    assert sorted(path.name for path in tmp_path.rglob("*.p*")) == [
        "f10_relative_distance.pdf", "f10_relative_distance.png",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["f99"], "there is no figure `f99`"),
        (["f10", "--style", "nosuch"], "'nosuch' is not a valid package style"),
        (["f10", "--panels", "x"], "there is no panel x"),
        (["f04b", "--formats", "png"], "f04b_trajectory_animation can be saved as gif"),
        (["f10", "--output", str(ROOT / "figures")], "figures/ holds what the pipeline makes"),
        (["f10", "--output", str(ROOT / "figures/lecture")], "figures/ holds what the pipeline makes"),
        (["F10"], "there is no figure `F10`; did you mean `f10`"),
        (["f10", "--width", "0"], "a width of 0 inches: it must be more than 0"),
        (["f10", "--width", "nan"], "a width of nan inches"),
        (["f10", "--width", "1000"], "at most 40"),
    ],
)
def test_the_command_says_what_is_wrong_in_a_line(arguments, said, tmp_path):
    result = redraw(tmp_path, *arguments)
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_an_animation_is_returned_as_one_and_has_no_panels():
    animation = condensation.draw("f04b", root=ROOT)
    animation._draw_was_started = True  # nothing is shown here: no warning about that
    assert isinstance(animation, FuncAnimation)
    with pytest.raises(ValueError, match="an animation has no panels"):
        keep_panels(animation, ["a"])


@pytest.mark.parametrize("page", ["README.md", "docs/using.md"])
def test_the_lines_of_python_in_the_pages_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"(?ms)^```python\n(.*?)^```", (ROOT / page).read_text("utf-8"))
    exec(compile(block, page, "exec"), {})


def test_the_notebook_runs_from_top_to_bottom_and_holds_no_outputs():
    cells = json.loads((ROOT / "docs/explore.ipynb").read_text("utf-8"))["cells"]
    names: dict = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert isinstance(names["figure"], Figure)
