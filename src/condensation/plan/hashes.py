"""Hashes of the code of a figure: what measures it, what draws it, what the claims ask of it."""

import ast
from collections.abc import Callable, Iterable, Iterator

from condensation.plan.code_hash import SourceTree, serialise
from condensation.plan.figures import Figure, script_path
from condensation.plan.slices import function_names, is_quantity, needed_part

CLAIMS_PACKAGE = "condensation.claims"
SIZE = 6  # bytes, 12 hex digits
Choice = Callable[[ast.FunctionDef], bool]

# files that every figure shares besides its own module. They count by themselves, without what they
# import, or every change to the plan would measure and draw everything again
MEASURE_TOOLS = (
    "scripts/measure.py",
    "src/condensation/store/runs.py",
    "src/condensation/store/published.py",
    "src/condensation/store/tables.py",
)
DRAW_TOOLS = (
    "scripts/draw.py",
    "src/condensation/drawing/save.py",
    "src/condensation/drawing/style.py",
    "src/condensation/drawing/condensation.mplstyle",
)
CLAIM_TOOLS = ("scripts/check_claims.py",)


def measure_hash(figure: Figure, sources: SourceTree) -> str:
    """Return the hash of `measure`, what it needs of its module, and every module of ours that this imports."""
    return _hash_of_needed(figure, sources, lambda function: function.name.startswith("measure"), MEASURE_TOOLS)


def draw_hash(figure: Figure, sources: SourceTree) -> str:
    """Return the same for `draw` and `draw_text`."""
    return _hash_of_needed(figure, sources, lambda function: function.name.startswith("draw"), DRAW_TOOLS)


def claims_hash(figures: Iterable[Figure], sources: SourceTree) -> str:
    """Return the same for the quantities of every figure, with the package that evaluates claims."""
    folder = sources.folder.joinpath(*CLAIMS_PACKAGE.split("."))
    modules = {f"{CLAIMS_PACKAGE}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    texts = []
    for figure in sorted(figures, key=lambda figure: figure.id):
        part, imported = _needed(figure, sources, is_quantity)
        modules |= imported
        texts.append(f"{figure.id} {serialise(part)}")
    return sources.closure_hash(modules, *texts, *_tools(sources, CLAIM_TOOLS), size=SIZE)


def _hash_of_needed(figure: Figure, sources: SourceTree, chosen: Choice, tools: Iterable[str]) -> str:
    part, modules = _needed(figure, sources, chosen)
    return sources.closure_hash(modules, serialise(part), *_tools(sources, tools), size=SIZE)


def _tools(sources: SourceTree, names: Iterable[str]) -> Iterator[str]:
    """Yield the code of shared files that are there, by name."""
    for name in names:
        path = sources.root / name
        if path.is_file():
            yield f"{name} {sources.text(path)}"


def _needed(figure: Figure, sources: SourceTree, chosen: Choice) -> tuple[ast.Module, frozenset[str]]:
    path = script_path(figure.script, sources)
    tree = sources.parse(path)
    part = needed_part(tree, function_names(tree, chosen))
    return part, sources.imported(part.body, path)
