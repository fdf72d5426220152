"""figures/index.html from the plan, the claims, the metrics and the pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from condensation.claims.report import Tally, tallies
from condensation.pages import wording
from condensation.pages.equations import mathml
from condensation.pages.pictures import Picture, picture
from condensation.pages.published import Compared, compared
from condensation.pages.settings import Settings, settings
from condensation.pages.tables import Equation, Published, ReportTables
from condensation.plan.figures import Figure
from condensation.plan.plan import Plan
from condensation.store.tables import split_tables

TEMPLATES = "workflow/report"
_KINDS = {"pdf": "PDF", "svg": "SVG", "png": "PNG", "gif": "GIF", "csv": "table as CSV", "tex": "table as LaTeX"}

Claim = Mapping[str, Any]


@dataclass(frozen=True)
class Download:
    """A file of a figure: its address relative to the page, its kind and its size in words."""

    href: str
    kind: str
    size: str


@dataclass(frozen=True)
class Entry:
    """Everything the page says about one figure."""

    figure: Figure
    picture: Picture
    alt: str
    claims: tuple[Claim, ...]
    published: Mapping[str, Published]
    comparisons: tuple[Compared, ...]
    settings: tuple[Settings, ...]
    equations: tuple[Equation, ...]
    columns: tuple[tuple[str, str, str, str], ...]
    downloads: tuple[Download, ...]
    run_table: str
    runs: int
    training: str

    @property
    def tallies(self) -> tuple[Tally, Tally]:
        """The figure's claims and, apart, its quality checks."""
        return tallies(self.claims)


def gallery_page(root: Path, plan: Plan, tables: ReportTables, claims: Sequence[Claim]) -> str:
    """Return the page; `root` holds figures/, data/metrics/ and workflow/report/.

    Raises FileNotFoundError for a figure that is not drawn and ValueError for tables that do not fit its metrics.
    """
    entries = [_entry(root, plan, tables, figure, claims) for figure in plan.figures.values()]
    environment = Environment(
        loader=FileSystemLoader(root / TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": wording.number,
        "measured": wording.measured,
        "verdict": wording.verdict,
        "mathml": mathml,
    }
    environment.globals["bounds"] = wording.bounds
    failed = [claim for claim in claims if not claim["held"]]
    return environment.get_template("gallery.html.jinja").render(
        plan=plan,
        entries=entries,
        claims=claims,
        failed=failed,
        tallies=tallies(claims),
        style=(root / TEMPLATES / "gallery.css").read_text("utf-8"),
        script=(root / TEMPLATES / "gallery.js").read_text("utf-8"),
    )


def _entry(root: Path, plan: Plan, tables: ReportTables, figure: Figure, claims: Sequence[Claim]) -> Entry:
    own = tuple(claim for claim in claims if claim["figure"] == figure.id)
    metrics = pq.read_table(root / f"data/metrics/{figure.id}.parquet", page_checksum_verification=True)
    rows = tuple(settings(plan, figure.id, root))
    return Entry(
        figure=figure,
        picture=picture(root / "figures", figure.id, figure.formats),
        alt=alternative_text(figure, own),
        claims=own,
        published={claim["id"]: tables.published[claim["id"]] for claim in own if claim["id"] in tables.published},
        comparisons=tuple(compared(split_tables(metrics), tables.comparisons_of(figure.id))),
        settings=rows,
        equations=tables.equations_of(figure.id),
        columns=tuple(_columns(metrics)),
        downloads=tuple(_downloads(root, figure)),
        run_table=plan.run_table_hash(figure.id),
        runs=sum(row.runs for row in rows),
        training=training_time(plan, figure, tables.seconds),
    )


def alternative_text(figure: Figure, claims: Sequence[Claim]) -> str:
    """Say what the figure shows, for whoever does not see it: title, caption, and what was measured."""
    numbers = [f"{claim['statement']}: {wording.measured(claim)}" for claim in claims]
    said = f" Measured: {'; '.join(numbers)}." if numbers else ""
    return f"{figure.title}. {figure.caption}{said}"


def training_time(plan: Plan, figure: Figure, seconds: Mapping[tuple[str, str, int], float]) -> str:
    """Return the time of the figure's runs in words, from workflow/report/training_times.tsv."""
    if not figure.experiments:
        return "nothing is trained"
    total, untimed, runs = 0.0, 0, set()
    for name in figure.experiments:
        experiment = plan.experiments[name]
        for run, run_id in zip(experiment.runs, experiment.run_ids, strict=True):
            if (experiment.family, run_id) in runs:
                continue  # two experiments may share a run, which is trained once
            runs.add((experiment.family, run_id))
            known = seconds.get((experiment.family, experiment.name, plan.families[experiment.family].work(run)))
            total, untimed = (total, untimed + 1) if known is None else (total + known, untimed)
    if untimed == len(runs):
        return f"{len(runs):,} runs, not timed yet"
    rest = f"; {untimed:,} of them not timed" if untimed else ""
    return f"{wording.duration(total)} of one core for {len(runs):,} runs{rest}"


def _columns(metrics: pa.Table) -> list[tuple[str, str, str, str]]:
    """Name, symbol, unit and meaning of every column."""
    texts = [{key.decode(): text.decode() for key, text in (field.metadata or {}).items()} for field in metrics.schema]
    return [
        (field.name, text.get("symbol", ""), text.get("unit", ""), text.get("description", ""))
        for field, text in zip(metrics.schema, texts, strict=True)
    ]


def _downloads(root: Path, figure: Figure) -> list[Download]:
    files = [(f"{figure.id}.{fmt}", _KINDS[fmt]) for fmt in figure.formats]
    files += [
        (f"../data/metrics/{figure.id}.parquet", "numbers as Parquet"),
        (f"../data/metrics/{figure.id}.csv.zip", "numbers as CSV (zipped)"),
    ]
    return [Download(href, kind, wording.file_size((root / "figures" / href).stat().st_size)) for href, kind in files]
