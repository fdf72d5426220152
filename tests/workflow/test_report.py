"""Snakemake's own report, without a network, and the graph of the pipeline in docs/how_it_works.md."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from condensation.pages.captions import plain, report_captions
from condensation.pages.wording import symbols
from condensation.plan import build_plan
from draw_rule_graph import END, LABELS, START, edges, mermaid, rule_graph

ROOT = Path(__file__).resolve().parents[2]
PLAN = build_plan(ROOT, "lecture")
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def test_every_figure_has_a_caption_with_its_settings_and_claims():
    captions = report_captions(PLAN)
    assert list(captions) == list(PLAN.figures)
    for figure in PLAN.figures.values():
        caption = captions[figure.id]
        assert len(caption["settings"]) == len(figure.experiments)
        assert len(caption["claims"]) == sum(
            claim.figure == figure.id and claim.kind != "quality" for claim in PLAN.claims
        )
        assert caption["caption"] == plain(symbols(figure.caption))


def test_the_report_is_made_without_a_network(tmp_path):
    """Snakemake brings the scripts of its report along; where user namespaces are forbidden the network stays on."""
    command = ["snakemake", "--report", str(tmp_path / "report.html")]
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True).returncode == 0:
        command = [*alone, *command]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT)
    assert result.returncode == 0, result.stderr[-2000:]
    page = (tmp_path / "report.html").read_text()
    for figure in PLAN.figures.values():
        assert f"figures/lecture/{figure.id}." in page
        assert figure.slide.replace(":", ",") in page
    assert "Result" in page


@pytest.fixture(scope="module")
def graph() -> str:
    return mermaid(edges(rule_graph(ROOT), set(PLAN.figures)))


def test_every_rule_of_the_graph_has_a_label_and_figures_are_one_box(graph):
    rules = set(re.findall(r"^  (\w+)\[", graph, flags=re.MULTILINE))
    assert {"train", "measure", "draw", "check_claims", "gallery"} <= rules <= set(LABELS)
    assert not rules & set(PLAN.figures)
    assert "  train --> measure\n" in graph
    assert "  measure --> draw\n" in graph


def test_the_graph_in_the_docs_is_current(graph):
    page = (ROOT / "docs/how_it_works.md").read_text("utf-8")
    assert page.partition(START)[2].partition(END)[0].strip() == graph.strip()
