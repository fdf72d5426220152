"""The gallery from the plan, the claims, the metrics and the pictures."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from condensation.claims.report import tallies
from condensation.pages import wording
from condensation.pages.code import Code, drawing_code
from condensation.pages.entries import Claim, Entry, entries
from condensation.pages.equations import mathml
from condensation.pages.pictures import Picture, picture
from condensation.pages.published import Compared, compared
from condensation.pages.tables import ReportTables
from condensation.plan.figures import Figure
from condensation.plan.plan import Plan
from condensation.store.integrity import md5_of, object_path
from condensation.store.tables import split_tables

TEMPLATES = "workflow/report"
FIRST = "f09_typical_cases"  # what a student sees first: the three regimes
CATEGORIES = ("near miss", "finite width", "our size", "not reproduced")
_KINDS = {"pdf": "PDF", "svg": "SVG", "png": "PNG", "gif": "GIF", "csv": "table as CSV", "tex": "table as LaTeX"}
_NUMBERS = {"parquet": "numbers as Parquet", "csv.zip": "numbers as CSV (zipped)"}


@dataclass(frozen=True)
class Made:
    """Where a page lies and where its results are from: folders below the repository, commit and date as told."""

    page: str = "figures/lecture"
    figures: str = "figures/lecture"
    metrics: str = "data/metrics/lecture"
    commit: str = ""
    date: str = ""

    def link(self, path: str) -> str:
        """Return the address of a file of the repository, relative to the page."""
        return PurePosixPath(os.path.relpath(path, self.page)).as_posix()


@dataclass(frozen=True)
class Download:
    """A file of a figure: its path below the repository, its kind and its size in words."""

    path: str
    kind: str
    size: str


@dataclass(frozen=True)
class Card:
    """What the gallery shows of a figure besides its entry."""

    entry: Entry
    picture: Picture
    published: Mapping[str, object]
    comparisons: tuple[Compared, ...]
    columns: tuple[Mapping[str, str], ...]
    downloads: tuple[Download, ...]
    code: tuple[Code, ...]
    run_table: str
    training: str


def gallery_page(root: Path, plan: Plan, tables: ReportTables, claims: Sequence[Claim], made: Made = Made()) -> str:
    """Return the page; `root` is the repository, below which figures and metrics lie.

    Raises FileNotFoundError for a figure that is not drawn and ValueError for tables that do not fit its metrics.
    """
    cards = [_card(root, plan, tables, entry, made) for entry in entries(plan, claims, tables.equations)]
    environment = Environment(
        loader=FileSystemLoader(plan.sources.root / TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        name: getattr(wording, name) for name in ("number", "measured", "missed", "symbols", "lowered")
    }
    environment.filters |= {"mathml": mathml, "link": made.link}
    environment.globals["bounds"] = wording.bounds
    differing = [(card.entry.figure, claim) for card in cards for claim in card.entry.failed]
    named = [*CATEGORIES, *sorted({claim["category"] for _, claim in differing} - set(CATEGORIES))]
    return environment.get_template("gallery.html.jinja").render(
        plan=plan,
        made=made,
        stored=object_path(Path(".dvc/store"), md5_of(root / made.metrics / "claims.parquet")).as_posix(),
        cards=cards,
        first=next((card for card in cards if card.entry.figure.id == FIRST), cards[0]),
        models=list(dict.fromkeys(model for card in cards for model in card.entry.models)),
        differing={name: own for name in named if (own := [pair for pair in differing if pair[1]["category"] == name])},
        tallies=tallies(claims),
        equations=tables.equations,
        style=(plan.sources.root / TEMPLATES / "gallery.css").read_text("utf-8"),
        script=(plan.sources.root / TEMPLATES / "gallery.js").read_text("utf-8"),
    )


def _card(root: Path, plan: Plan, tables: ReportTables, entry: Entry, made: Made) -> Card:
    figure = entry.figure
    metrics = pq.read_table(root / made.metrics / f"{figure.id}.parquet", page_checksum_verification=True)
    files = {f"{made.figures}/{figure.id}.{fmt}": _KINDS[fmt] for fmt in figure.formats}
    files |= {f"{made.metrics}/{figure.id}.{suffix}": kind for suffix, kind in _NUMBERS.items()}
    return Card(
        entry=entry,
        picture=picture(root / made.figures, figure.id, figure.formats),
        published={c["id"]: tables.published[c["id"]] for c in entry.claims if c["id"] in tables.published},
        comparisons=tuple(compared(split_tables(metrics), tables.comparisons_of(figure.id))),
        columns=tuple(
            {"name": field.name, **{key.decode(): text.decode() for key, text in (field.metadata or {}).items()}}
            for field in metrics.schema
        ),
        downloads=tuple(
            Download(path, kind, wording.file_size((root / path).stat().st_size)) for path, kind in files.items()
        ),
        code=drawing_code(figure, plan.sources),
        run_table=plan.run_table_hash(figure.id),
        training=training_time(plan, figure, tables.seconds),
    )


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
