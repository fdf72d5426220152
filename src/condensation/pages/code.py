"""The code that draws a figure, as the gallery shows it: `draw`, and what it calls of the package's drawing modules."""

import ast
from dataclasses import dataclass
from pathlib import Path

from condensation.plan.code_hash import SourceTree
from condensation.plan.figures import Figure

DRAWING = "condensation.drawing."
_STYLE = f"{DRAWING}style"  # not what a figure shows


@dataclass(frozen=True)
class Code:
    """A function: its file below the repository, and its text."""

    file: str
    text: str


def drawing_code(figure: Figure, sources: SourceTree) -> tuple[Code, ...]:
    """Return `draw` of the figure's script and the functions of drawing modules that it names."""
    script = sources.root / figure.script
    tree = sources.parse(script)
    draw = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "draw")
    found = [_code(draw, script, sources.root)]
    named = {node.id for node in ast.walk(draw) if isinstance(node, ast.Name)}
    for statement in tree.body:
        if not isinstance(statement, ast.ImportFrom) or not str(statement.module).startswith(DRAWING):
            continue
        path = sources.path_of(str(statement.module))
        if path is None or statement.module == _STYLE:
            continue
        wanted = {alias.name for alias in statement.names} & named
        functions = [node for node in sources.parse(path).body if isinstance(node, ast.FunctionDef)]
        found += [_code(node, path, sources.root) for node in functions if node.name in wanted]
    return tuple(found)


def _code(function: ast.FunctionDef, path: Path, root: Path) -> Code:
    lines = path.read_text("utf-8").splitlines()[function.lineno - 1 : function.end_lineno]
    return Code(path.relative_to(root).as_posix(), "\n".join(lines))
