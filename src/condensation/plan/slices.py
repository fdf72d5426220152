"""The part of a figure's module that some of its functions need, so that an edit elsewhere does not count."""

import ast
from collections.abc import Callable, Iterable


def is_quantity(node: ast.FunctionDef) -> bool:
    """True for a function decorated with `@quantity`, which claims may name."""
    return any(getattr(mark, "attr", getattr(mark, "id", None)) == "quantity" for mark in node.decorator_list)


def quantities(tree: ast.Module) -> list[str]:
    """Return the names of the top-level functions decorated with `@quantity`."""
    return function_names(tree, is_quantity)


def function_names(tree: ast.Module, chosen: Callable[[ast.FunctionDef], bool]) -> list[str]:
    """Return the names of the top-level functions chosen by a condition."""
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and chosen(node)]


def needed_part(tree: ast.Module, names: Iterable[str]) -> ast.Module:
    """Return the top-level statements that `names` need, directly or through each other, in their order.

    Of an import only the needed names stay. A statement that binds no name (a call, an item assignment) always stays,
    because what it changes is not known.
    """
    bound = [_bound_names(statement) for statement in tree.body]
    used = [_used_names(statement) for statement in tree.body]
    needed = set(names)
    kept = [not names_here for names_here in bound]
    for index, keep in enumerate(kept):
        if keep:
            needed |= used[index]
    changed = True
    while changed:
        changed = False
        for index, names_here in enumerate(bound):
            if not kept[index] and names_here & needed:
                kept[index] = changed = True
                needed |= used[index]
    body = [_needed_import(statement, needed) for statement, keep in zip(tree.body, kept, strict=True) if keep]
    return ast.Module(body=body, type_ignores=[])


def _bound_names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if any(alias.name == "*" for alias in node.names):
                return set()
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return set()  # changes an object that exists already
    return names


def _used_names(statement: ast.stmt) -> set[str]:
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        names.add(statement.target.id)
    return names


def _needed_import(statement: ast.stmt, needed: set[str]) -> ast.stmt:
    """Leave the names nobody needs out of an import."""
    if isinstance(statement, ast.Import | ast.ImportFrom) and all(alias.name != "*" for alias in statement.names):
        names = [alias for alias in statement.names if (alias.asname or alias.name.split(".")[0]) in needed]
        if isinstance(statement, ast.Import):
            return ast.copy_location(ast.Import(names=names), statement)
        return ast.copy_location(ast.ImportFrom(statement.module, names, statement.level), statement)
    return statement
