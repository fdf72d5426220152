"""Every figure, drawn from the stored metrics: labelled axes, the same bytes twice."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

from condensation.drawing.save import Provenance, save_figure
from condensation.plan import build_plan
from condensation.plan.claims import declared_failures
from condensation.store.columns import COLUMNS
from condensation.store.figure_module import load_figure_module
from condensation.store.tables import TABLE, call_with_tables, read_tables

ROOT = Path(__file__).resolve().parents[2]
PLAN = build_plan(ROOT, "lecture")
FIGURES = PLAN.figures
STILL = [name for name, figure in FIGURES.items() if "gif" not in figure.formats]


pytestmark = pytest.mark.usefixtures("style")


def drawing(name: str) -> Figure:
    """Draw a figure from its stored metrics, with the tags of its declared failures."""
    tables = read_tables(ROOT / f"data/metrics/lecture/{name}.parquet")
    failed = declared_failures(PLAN.claims, name)
    return call_with_tables(load_figure_module(ROOT / FIGURES[name].script).draw, tables, failed=failed)


@pytest.mark.parametrize("name", FIGURES)
def test_metrics_are_explained_by_the_vocabulary(name):
    table = pq.read_table(ROOT / f"data/metrics/lecture/{name}.parquet")
    assert table.num_rows
    for field in (field for field in table.schema if field.name != TABLE):
        assert field.metadata[b"description"].decode() == COLUMNS[field.name].description


@pytest.mark.parametrize("name", STILL)
def test_axes_have_labels(name):
    figure = drawing(name)
    shared = {"x": figure.get_supxlabel(), "y": figure.get_supylabel()}
    rows = {panel.get_subplotspec().rowspan.start: [] for panel in figure.axes if panel.get_subplotspec()}
    for panel in figure.axes:
        if not panel.axison:
            continue
        if len(panel.get_xticks()) and panel.get_subplotspec():
            assert panel.get_xlabel() or shared["x"], f"{name}: an abscissa without a label"
            rows[panel.get_subplotspec().rowspan.start].append(panel.get_ylabel())
    for labels in rows.values():  # panels of one row may share the ordinate's label, written once
        assert not labels or any(labels) or shared["y"], f"{name}: a row without an ordinate's label"


@pytest.mark.parametrize("name", STILL)
def test_the_same_bytes_twice(name, tmp_path):
    provenance = Provenance(figure=name, slide=FIGURES[name].slide, run_table="0", preset="lecture")
    for folder in ("first", "second"):
        save_figure(drawing(name), {"png": tmp_path / folder / f"{name}.png"}, provenance)
    assert (tmp_path / f"first/{name}.png").read_bytes() == (tmp_path / f"second/{name}.png").read_bytes()
