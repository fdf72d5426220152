"""Hashes of source code that comments, docstrings and layout do not change, equal on every Python version."""

import ast
import itertools
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from condensation.plan.problems import InputError, Problem

PACKAGE = "condensation"
_LEFT_OUT = {"ctx", "type_comment", "kind", "type_ignores"}  # say nothing, or differ between Python versions


def serialise(node: ast.AST) -> str:
    """Write a syntax tree as text, without positions, docstrings and other bare strings, absent fields and empty lists.

    ast.dump is not used: its text differs between Python versions.

    >>> serialise(ast.parse("x = 1  # one"))
    'Module(body=[Assign(targets=[Name(id=x),]value=Constant(value=1)),])'
    """
    parts: list[str] = []
    _write(node, parts)
    return "".join(parts)


def _write(value: object, parts: list[str]) -> None:
    if isinstance(value, ast.Constant):
        parts += "Constant(value=", ascii(value.value), ")"
    elif isinstance(value, ast.AST):
        parts += type(value).__name__, "("
        for name in value._fields:
            if name in _LEFT_OUT:
                continue
            content = getattr(value, name, None)
            if isinstance(content, list):
                content = _joined(content) if isinstance(value, ast.JoinedStr) else _without_texts(content)
            if content is None or content == []:
                continue
            parts += name, "="
            _write(content, parts)
        parts.append(")")
    elif isinstance(value, list):
        parts.append("[")
        for item in value:
            _write(item, parts)
            parts.append(",")
        parts.append("]")
    else:
        parts.append(str(value))


def _without_texts(items: list[object]) -> list[object]:
    """Leave out statements that are only a text: docstrings of modules, functions, classes and attributes."""
    return [
        item
        for item in items
        if not (
            isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) and isinstance(item.value.value, str)
        )
    ]


def _joined(items: list[ast.AST]) -> list[ast.AST]:
    """Merge neighbouring texts of an f-string, which Python 3.11 and 3.12 split differently."""
    merged: list[ast.AST] = []
    for constant, group in itertools.groupby(items, lambda item: isinstance(item, ast.Constant)):
        if not constant:
            merged += group
            continue
        text = "".join(str(item.value) for item in group if isinstance(item, ast.Constant))
        if text:
            merged.append(ast.Constant(text))
    return merged


class SourceTree:
    """Modules of a package folder (src/) and scripts of the same repository, parsed and hashed once each."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "src"
        self._trees: dict[Path, ast.Module] = {}
        self._texts: dict[Path, str] = {}
        self._digests: dict[str, str] = {}
        self._imports: dict[str, frozenset[str]] = {}
        self._paths: dict[str, Path | None] = {}

    def parse(self, path: Path) -> ast.Module:
        """Return the syntax tree of a file; raises InputError if it is missing or not Python."""
        if path not in self._trees:
            try:
                self._trees[path] = ast.parse(path.read_bytes())
            except OSError as error:
                raise InputError([self._problem(path, 1, f"cannot be read: {error.strerror}")]) from error
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None) or 1
                raise InputError(
                    [self._problem(path, line, f"is not Python: {getattr(error, 'msg', error)}")]
                ) from error
        return self._trees[path]

    def text(self, path: Path) -> str:
        """Return what counts of a file: its code, or all of it where it is not Python."""
        if path not in self._texts:
            self._texts[path] = serialise(self.parse(path)) if path.suffix == ".py" else path.read_text("utf-8")
        return self._texts[path]

    def path_of(self, module: str) -> Path | None:
        """Return the file of a module below the folder, or None if it is not ours."""
        if module not in self._paths:
            path = self.folder.joinpath(*module.split("."))
            files = (path.with_suffix(".py"), path / "__init__.py")
            self._paths[module] = next((file for file in files if file.is_file()), None)
        return self._paths[module]

    def imported(self, nodes: Iterable[ast.AST], importer: Path) -> frozenset[str]:
        """Return the modules below the folder that statements import, at any depth, with the packages that hold them.

        Raises InputError for an import of this package that does not exist: its code could not be hashed.
        """
        found: set[str] = set()
        package = importer.relative_to(self.folder).parent.parts if importer.is_relative_to(self.folder) else ()
        for statement in _imports(nodes):
            for name, required in _imported_names(statement, package):
                parts = name.split(".")
                ours = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
                found.update(module for module in ours if self.path_of(module))
                if required and parts[0] == PACKAGE and not self.path_of(name):
                    line = getattr(statement, "lineno", 1)
                    raise InputError([self._problem(importer, line, f"there is no module {name}")])
        return frozenset(found)

    def closure(self, modules: Iterable[str]) -> dict[str, str]:
        """Return module name -> digest of its code, for modules below the folder and all they import in turn."""
        waiting = {package for module in modules for package in _with_packages(module)}
        digests: dict[str, str] = {}
        while waiting:
            module = waiting.pop()
            if module in digests:
                continue
            if module not in self._digests:
                path = self.path_of(module)
                if path is None:
                    if module in modules:
                        missing = self.folder.joinpath(*module.split(".")).with_suffix(".py")
                        raise InputError([self._problem(missing, 1, "does not exist")])
                    continue
                tree = _eager(self.parse(path))
                self._imports[module] = self.imported([tree], path)
                self._digests[module] = digest([serialise(tree)], size=16)
            digests[module] = self._digests[module]
            waiting |= self._imports[module] - digests.keys()
        return digests

    def closure_hash(self, modules: Iterable[str], *further: str, size: int = 4) -> str:
        """Return 2 `size` hex digits of the hash of modules, everything they import, and further text."""
        return digest(
            [*(f"{name} {code}" for name, code in sorted(self.closure(modules).items())), *further], size=size
        )

    def _problem(self, path: Path, line: int, reason: str) -> Problem:
        return Problem(path.relative_to(self.root).as_posix(), line, "code", reason)


def _eager(module: ast.Module) -> ast.Module:
    """Leave out `__getattr__` and `__all__`: what a package offers lazily is no part of whoever imports the package."""
    lazy = ("__getattr__", "__all__")
    return ast.Module([node for node in module.body if _name_of(node) not in lazy], [])


def _name_of(statement: ast.stmt) -> str | None:
    """Return the name of a function, or the one that is assigned to."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement
    return getattr(target, "id", getattr(target, "name", None))


def digest(texts: Iterable[str], *, size: int) -> str:
    """Return 2 `size` hex digits of the hash of texts, in their order."""
    result = blake2b(digest_size=size)
    for text in texts:
        content = text.encode()
        result.update(b"%d:" % len(content) + content)
    return result.hexdigest()


def _with_packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _imports(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield import statements at any depth, without a look into expressions, which can hold none."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _imports(getattr(node, name, ()))


def _imported_names(statement: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Yield (dotted name, whether it must be a module) of an import; `from a import b` may mean the module a.b."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.name, True
    elif isinstance(statement, ast.ImportFrom):
        base = package[: len(package) + 1 - statement.level] if statement.level else ()
        origin = ".".join((*base, *(statement.module.split(".") if statement.module else ())))
        if origin:
            yield origin, True
        for alias in statement.names:
            yield f"{origin}.{alias.name}" if origin else alias.name, False
