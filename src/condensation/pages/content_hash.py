"""Hashes of what pages about figures say and how: cells of the tables they show, templates, the code that writes them.

Comments (but those of code that is shown), reordered rows and other presets do not count: they change nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path

from condensation.pages.code import drawing_code
from condensation.plan.code_hash import digest, serialise
from condensation.plan.figures import Figure
from condensation.plan.plan import Plan


def gallery_hash(root: Path, plan: Plan) -> str:
    """Return 12 hex digits of the hash of everything figures/<preset>/index.html shows besides results."""
    figures = plan.figures.values()
    texts = [code.text for figure in figures for code in drawing_code(figure, plan.sources)]
    families = sorted({plan.experiments[name].family for figure in figures for name in figure.experiments})
    texts += [column.meaning for family in families for column in plan.families[family].table_columns.values()]
    for path in sorted((root / "workflow/report").glob("*")):
        if path.suffix == ".tsv" or path.name.startswith("gallery."):
            texts.append(f"{path.name} {path.read_text('utf-8')}")
    return digest([*_shared(plan, figures, "scripts/build_gallery.py"), *texts], size=6)


def index_hash(root: Path, plan: Plan) -> str:
    """Return the same of docs/figures.md, which shows no code, and no figures of a user's own."""
    figures = [figure for figure in plan.figures.values() if not figure.own]
    equations = (root / "workflow/report/equations.tsv").read_text("utf-8")
    return digest([*_shared(plan, figures, "scripts/build_index.py"), equations], size=6)


def _shared(plan: Plan, figures: Iterable[Figure], script: str) -> Iterator[str]:
    yield plan.preset_description
    for figure in figures:
        yield repr(astuple(figure))
        yield from (repr(sorted(plan.experiments[name].cells.items())) for name in figure.experiments)
    pages = sorted((plan.sources.folder / "condensation/pages").glob("*.py"))
    for path in [plan.sources.root / script, *pages]:
        yield f"{path.name} {serialise(plan.sources.parse(path))}"
