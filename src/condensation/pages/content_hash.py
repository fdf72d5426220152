"""Hash of what pages about figures say and how: cells of the tables they show, templates, the code that writes them."""

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from condensation.pages.code import drawing_code
from condensation.plan.code_hash import digest, serialise
from condensation.plan.plan import Plan

_CODE = ("scripts/build_gallery.py", "scripts/build_index.py")


def pages_hash(root: Path, plan: Plan) -> str:
    """Return 12 hex digits of the hash of everything figures/index.html and docs/figures.md show besides results.

    Comments (but those of code that is shown), reordered rows and other presets do not count: they change nothing.
    """
    return digest(_texts(root, plan), size=6)


def _texts(root: Path, plan: Plan) -> Iterator[str]:
    yield plan.preset_description
    families = set()
    for figure in plan.figures.values():
        yield repr(astuple(figure))
        yield from (code.text for code in drawing_code(figure, plan.sources))
        for name in figure.experiments:
            experiment = plan.experiments[name]
            families.add(experiment.family)
            yield repr(sorted(experiment.cells.items()))
    for family in sorted(families):
        yield from (column.meaning for column in plan.families[family].table_columns.values())
    for path in sorted((root / "workflow/report").glob("*")):
        if path.suffix == ".tsv" or path.name.startswith("gallery."):
            yield f"{path.name} {path.read_text('utf-8')}"
    pages = sorted((plan.sources.folder / "condensation/pages").glob("*.py"))
    for path in [*(plan.sources.root / name for name in _CODE), *pages]:
        yield f"{path.name} {serialise(plan.sources.parse(path))}"
