"""Hashes of the code of a figure: what measures it, what draws it, what the claims ask of it."""

import ast
from collections.abc import Callable, Iterable

from condensation.plan.code_hash import SourceTree, serialise
from condensation.plan.figures import Figure, script_path
from condensation.plan.slices import function_names, is_quantity, needed_part

CLAIMS_PACKAGE = "condensation.claims"
SIZE = 6  # bytes, 12 hex digits
Choice = Callable[[ast.FunctionDef], bool]


def measure_hash(figure: Figure, sources: SourceTree) -> str:
    """Return the hash of `measure`, what it needs of its module, and every module of ours that this imports."""
    return _hash_of_needed(figure, sources, lambda function: function.name.startswith("measure"))


def draw_hash(figure: Figure, sources: SourceTree) -> str:
    """Return the same for `draw` and `draw_text`."""
    return _hash_of_needed(figure, sources, lambda function: function.name.startswith("draw"))


def claims_hash(figures: Iterable[Figure], sources: SourceTree) -> str:
    """Return the same for the quantities of every figure, with the package that evaluates claims."""
    folder = sources.folder.joinpath(*CLAIMS_PACKAGE.split("."))
    modules = {f"{CLAIMS_PACKAGE}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    texts = []
    for figure in sorted(figures, key=lambda figure: figure.id):
        part, imported = _needed(figure, sources, is_quantity)
        modules |= imported
        texts.append(f"{figure.id} {serialise(part)}")
    return sources.closure_hash(modules, *texts, size=SIZE)


def _hash_of_needed(figure: Figure, sources: SourceTree, chosen: Choice) -> str:
    part, modules = _needed(figure, sources, chosen)
    return sources.closure_hash(modules, serialise(part), size=SIZE)


def _needed(figure: Figure, sources: SourceTree, chosen: Choice) -> tuple[ast.Module, frozenset[str]]:
    path = script_path(figure.id, sources)
    tree = sources.parse(path)
    part = needed_part(tree, function_names(tree, chosen))
    return part, sources.imported(part.body, path)
