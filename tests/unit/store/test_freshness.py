"""Results say what they were made of, whatever their format, and Snakemake is made to doubt those that are stale."""

import types

import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from condensation.drawing.save import Provenance, save_figure
from condensation.store.freshness import distrust, made_of, record_of, stale_files, stale_results
from condensation.store.runs import write_table

RUNS, CODE = "0123456789ab", "ba9876543210"


@pytest.fixture
def plan():
    """A plan of one figure."""
    figure = types.SimpleNamespace(id="f99_test", formats=("pdf", "png", "svg", "csv"))
    return types.SimpleNamespace(
        preset="smoke", figures={figure.id: figure},
        run_table_hash=lambda _: RUNS, measure_hash=lambda _: CODE,
    )  # fmt: skip


@pytest.fixture
def made(tmp_path, plan):
    """The files of this figure, of the runs that the plan asks for, with records."""
    provenance = Provenance("f99_test", "a slide; run table of nothing", RUNS, "smoke")
    paths = {fmt: tmp_path / f"figures/f99_test.{fmt}" for fmt in ("pdf", "png", "svg")}
    save_figure(Figure(), paths, provenance)
    (tmp_path / "figures/f99_test.csv").write_text("a,b\n")
    metadata = {"figure": "f99_test", "preset": "smoke", "run_table": RUNS, "measure_code": CODE}
    write_table(pa.table({"x": [1.0]}), tmp_path / "data/metrics/f99_test.parquet", metadata)
    for path in [*tmp_path.rglob("f99_test.*")]:
        record = record_of(tmp_path, str(path.relative_to(tmp_path)))
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(f"{{'{RUNS}' '{CODE}' 'smoke'}}")
    return tmp_path


def claim_in_records(root, *values):
    """Have every record say that its file was made of these values."""
    for path in root.rglob("f99_test.*"):
        record_of(root, str(path.relative_to(root))).write_text(" ".join(f"'{value}'" for value in values))


@pytest.mark.parametrize("fmt", ["pdf", "png", "svg"])
def test_a_figure_says_what_it_was_made_of(made, fmt):
    assert made_of(made / f"figures/f99_test.{fmt}") == {"run_table": RUNS, "preset": "smoke"}


def test_metrics_say_what_they_were_made_of(made):
    told = made_of(made / "data/metrics/f99_test.parquet")
    assert told == {"run_table": RUNS, "preset": "smoke", "measure_code": CODE}


def test_the_checksum_after_the_text_of_a_png_is_no_part_of_it(tmp_path):
    """It may begin with a letter, as one in four does."""
    for number in range(40):
        text = PngImagePlugin.PngInfo()
        text.add_text("Description", f"figure {number}; slide: s; run table {RUNS}; preset smoke")
        Image.new("L", (2, 2)).save(tmp_path / "a.png", pnginfo=text)
        assert made_of(tmp_path / "a.png") == {"run_table": RUNS, "preset": "smoke"}


def test_fresh_files_are_left_alone(made, plan):
    assert list(stale_files(made, plan)) == []
    assert stale_results(made, lambda _: plan) == []
    assert distrust(made, plan) == []


@pytest.mark.parametrize("changed", ["run_table_hash", "measure_hash"])
def test_files_of_other_runs_or_code_are_doubted(made, plan, changed):
    setattr(plan, changed, lambda _: "f" * 12)
    stale = {each.file for each in stale_files(made, plan)}
    figures = {f"figures/f99_test.{fmt}" for fmt in ("pdf", "png", "svg")} if changed == "run_table_hash" else set()
    assert stale == {"data/metrics/f99_test.parquet"} | figures
    assert distrust(made, plan) == []  # the records say so too: Snakemake sees it
    claim_in_records(made, RUNS, CODE, "f" * 12, "smoke")
    before = {path: path.read_bytes() for path in made.rglob("f99_test.*")}
    assert set(distrust(made, plan)) == stale
    assert {path: path.read_bytes() for path in made.rglob("f99_test.*")} == before
    for file in stale:
        assert (made / file).stat().st_mtime == 1
        assert not record_of(made, file).exists()


def test_files_without_a_record_are_doubted(made, plan):
    record_of(made, "figures/f99_test.csv").unlink()
    assert distrust(made, plan) == ["figures/f99_test.csv"]


def test_nothing_is_stale_where_nothing_is(tmp_path, plan):
    assert stale_results(tmp_path, lambda _: plan) == []
    assert distrust(tmp_path, plan) == []
