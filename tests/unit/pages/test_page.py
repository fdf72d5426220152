"""The page as text: complete, in the lecture's order, self-contained, the same bytes twice."""

import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from condensation.pages.content_hash import gallery_hash, index_hash
from condensation.pages.entries import entries
from condensation.pages.page import Made, gallery_page, training_time
from condensation.pages.published import compared
from condensation.pages.settings import settings
from condensation.pages.tables import Comparison, read_report_tables
from condensation.pages.wording import symbols
from condensation.plan import build_plan
from condensation.store.csv_export import csv_text, write_zipped_csv
from condensation.store.tables import read_tables

ROOT = Path(__file__).resolve().parents[3]
PLAN = build_plan(ROOT, yaml.safe_load((ROOT / "params.yaml").read_text())["preset"])
TABLES = read_report_tables(ROOT, PLAN)
CLAIMS = pq.read_table(ROOT / "data/metrics/lecture/claims.parquet").to_pylist()


@pytest.fixture(scope="module")
def page() -> str:
    return gallery_page(ROOT, PLAN, TABLES, CLAIMS)


class Elements(HTMLParser):
    """Start tags with their attributes; void elements aside, every tag must be closed in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in {"meta", "link", "img", "br", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_same_bytes_twice(page):
    assert gallery_page(ROOT, PLAN, TABLES, CLAIMS) == page


def test_the_stored_page_is_this_page(page):
    stored = (ROOT / "figures/lecture/index.html").read_text("utf-8")
    told = re.search(r"Results of(?: commit <code>(\w*)</code>)?(?: ([\d-]*))?\.", stored)
    commit, date = (text or "" for text in told.groups()) if told else ("", "")
    assert stored == gallery_page(ROOT, PLAN, TABLES, CLAIMS, Made(commit=commit, date=date))


def test_commit_and_date_are_those_it_was_told():
    page = gallery_page(ROOT, PLAN, TABLES, CLAIMS, Made(commit="abc1234", date="2026-11-30"))
    assert "Results of commit <code>abc1234</code> 2026-11-30." in page


def test_the_page_names_the_results_by_what_git_tracks_once_they_are_stored(page):
    (stored,) = re.findall(r'data-copy="git log -1 (\.dvc/store/files/md5/\w\w/\w{30})"', page)
    digest = hashlib.md5((ROOT / "data/metrics/lecture/claims.parquet").read_bytes()).hexdigest()
    assert stored.removeprefix(".dvc/store/files/md5/").replace("/", "") == digest


def test_a_page_elsewhere_links_to_the_same_files(page):
    site = gallery_page(ROOT, PLAN, TABLES, CLAIMS, Made(page="."))
    addresses = [{a["href"] for a in Elements(text).all("a") if not a["href"].startswith("#")} for text in (page, site)]
    here, there = (
        {(ROOT / folder / href).resolve() for href in hrefs}
        for folder, hrefs in zip(("figures/lecture", "."), addresses, strict=True)
    )
    assert here == there
    assert all(path.is_file() for path in here)
    assert not any(href.startswith(("/", "..")) for href in addresses[1])


def test_figures_stand_in_the_order_of_the_lecture(page):
    assert [article["id"] for article in Elements(page).all("article")] == list(PLAN.figures)


def test_ids_are_unique_and_every_anchor_is_there(page):
    elements = Elements(page)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {a["href"][1:] for a in elements.all("a") if a["href"].startswith("#")}
    labels = {name for _, attributes in elements.found for name in attributes.get("aria-labelledby", "").split()}
    assert anchors | labels <= set(ids)


def test_nothing_comes_from_the_network(page):
    for name, attributes in Elements(page).found:
        for key in ("src", "href", "srcset", "action"):
            assert not re.match(r"(?:https?:)?//", attributes.get(key, "")), (name, attributes)
    assert "@import" not in page
    assert "url(" not in page


def test_every_picture_says_what_it_shows_in_its_caption(page):
    texts = [image["alt"] for image in Elements(page).all("img") if image.get("loading") == "lazy" and image["alt"]]
    assert texts == [symbols(figure.caption) for figure in PLAN.figures.values()]


def test_every_claim_stands_with_its_verdict_in_words(page):
    failed = [claim for claim in CLAIMS if not claim["held"]]
    assert page.count("✗ differs</span>") == len(failed)
    assert page.count("✓ holds</span>") == len(CLAIMS) - len(failed)
    for claim in CLAIMS:
        assert f'id="claim-{claim["id"]}"' in page
    explained = page.partition('id="differs"')[2].partition("</section>")[0]
    assert explained.count("<li>") == len(failed)
    for claim in failed:
        assert f'href="#claim-{claim["id"]}"' in explained
        assert f"<h3>{claim['category'].capitalize()}</h3>" in explained


def test_every_entry_says_its_verdict_and_its_models():
    shown = {entry.figure.id: entry for entry in entries(PLAN, CLAIMS)}
    assert list(shown) == list(PLAN.figures)
    assert shown["f12_slope_map_mnist"].models == ("two layers on MNIST",)
    assert shown["f08_phase_diagram"].models == ("drawing",)
    claim = {**CLAIMS[0], "figure": "f12_slope_map_mnist", "kind": "statement", "held": True, "category": ""}
    failed = {**claim, "held": False, "category": "near miss"}
    for claims, said in (
        ([], "It states nothing that could fail"),
        ([claim], "Its one statement holds"),
        ([claim, claim], "All 2 statements hold"),
        ([claim, failed], "1 of 2 statements hold, 1 differs (near miss)"),
        ([claim, {**claim, "kind": "quality"}], "Its one statement holds; 1 of 1 quality checks pass"),
    ):
        (entry,) = (one for one in entries(PLAN, claims) if one.figure.id == "f12_slope_map_mnist")
        assert entry.verdict == said


def test_each_equation_stands_once_and_names_are_symbols_in_the_text(page):
    assert page.count("<math ") == len(TABLES.equations)
    text = re.sub(r"<(script|style|pre|code|math).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not re.search(r"(?<![\w-])(gamma|kappa|beta\d?)(?!\w)", text)


def test_the_code_that_draws_stands_beside_the_figure(page):
    assert page.count('<details class="code">') == len(PLAN.figures)
    assert page.count("def draw(") >= len(PLAN.figures)


def test_every_guess_is_marked():
    for figure in PLAN.figures:
        for row in settings(PLAN, figure):
            notes = PLAN.experiments[f"{row.family}:{row.experiment}"].notes
            assert (row.guess or row.note) in symbols(notes)
            assert bool(row.guess) == ("guess" in notes)
            assert all(cell.meaning for cell in row.cells)
    (row,) = settings(PLAN, "f01_illustration")
    assert [cell.column for cell in row.cells if cell.guessed] == ["target", "m", "gamma", "max_steps"]


def test_published_values_stand_beside_ours():
    metrics = read_tables(ROOT / "data/metrics/lecture/f11_slope_map_synthetic.parquet")
    stars, cells = compared(metrics, TABLES.comparisons_of("f11_slope_map_synthetic"))
    assert (stars.coordinates, stars.value) == (("γ'",), "γ")
    assert (len(stars.rows), len(cells.rows)) == (9, 117)
    assert all(abs(float(row.published) - float(row.ours)) < 0.1 for row in stars.rows)


def test_a_comparison_of_a_missing_column_is_an_error():
    wrong = Comparison("x", "f11_slope_map_synthetic", "published_cells", "cells", ("gama",), "slope", "ours")
    metrics = read_tables(ROOT / "data/metrics/lecture/f11_slope_map_synthetic.parquet")
    with pytest.raises(ValueError, match="no column"):
        list(compared(metrics, [wrong]))


def test_training_time_counts_a_shared_run_once_and_tells_what_is_missing():
    figure = PLAN.figures["q1_wide_and_narrow"]
    assert training_time(PLAN, PLAN.figures["f08_phase_diagram"], {}) == "nothing is trained"
    assert training_time(PLAN, figure, {}) == "105 runs, not timed yet"
    assert "; 104 of them" not in training_time(PLAN, figure, TABLES.seconds)
    one = {("two_layer", "fixed_gamma", 100): 2.0}
    assert training_time(PLAN, figure, one) == "20 s of one core for 105 runs; 95 of them not timed"


def test_the_hash_of_a_page_follows_what_it_shows_and_nothing_else(monkeypatch):
    gallery, index = gallery_hash(ROOT, PLAN), index_hash(ROOT, PLAN)
    figures = dict(PLAN.figures)
    figures["f01_illustration"] = replace(figures["f01_illustration"], caption="another")
    assert gallery_hash(ROOT, replace(PLAN, figures=figures)) != gallery
    assert index_hash(ROOT, replace(PLAN, figures=figures)) != index
    assert gallery_hash(ROOT, build_plan(ROOT, PLAN.preset)) == gallery
    monkeypatch.setattr("condensation.pages.content_hash.drawing_code", lambda *_: ())  # other code that draws
    assert gallery_hash(ROOT, PLAN) != gallery
    assert index_hash(ROOT, PLAN) == index


def test_csv_holds_every_digit(tmp_path):
    table = pa.table({"a": [0.1 + 0.2, None, 1e-300], "by_seed": [[1.5, None], None, []], "text": ["x,y", 'q"', ""]})
    assert csv_text(table).splitlines() == [
        "a,by_seed,text", '0.30000000000000004,1.5;,"x,y"', ',,"q"""', "1e-300,,",
    ]  # fmt: skip
    for name in ("one", "two"):
        write_zipped_csv(table, tmp_path / name / "t.csv.zip", name="t.csv")
    assert (tmp_path / "one/t.csv.zip").read_bytes() == (tmp_path / "two/t.csv.zip").read_bytes()
