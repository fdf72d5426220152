"""Rows of workflow/figures.tsv, each checked against its script and its experiments."""

import ast
import importlib.util
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from condensation.models.column import NAME, NAME_HINT, Column, text
from condensation.plan.code_hash import SourceTree
from condensation.plan.problems import InputError, Problem, did_you_mean, quote
from condensation.plan.tables import OWN, Row, Table

TABLE = "workflow/figures.tsv"
GENERIC = "generic_"
SCRIPTS, OWN_SCRIPTS = "scripts/figures/", f"{OWN}figures/"
COLUMNS = {
    "id": text("name of the figure, of its script and of its files", NAME, NAME_HINT),
    "slide": text("slide of the lecture it reproduces"),
    "title": text("title in the gallery"),
    "script": text(
        "scripts/figures/<id>.py (my/figures/<id>.py in a table of one's own), or a kind of figure,"
        " scripts/figures/generic_<kind>.py",
        r"^(scripts|my)/figures/[a-z][a-z0-9_]*\.py$",
        "a path scripts/figures/<id>.py",
    ),
    "experiments": Column(
        "experiments whose runs it needs, family:name; `-` for none",
        words=("-",),
        pattern="^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$",
        hint="an experiment such as two_layer:slope_map",
    ),
    "formats": Column("file formats it is saved in", choices=("pdf", "png", "svg", "gif", "csv", "tex")),
    "caption": text("what is to be seen"),
}


@dataclass(frozen=True)
class Figure:
    """A figure: the experiments it needs (`family:name`), its script and the file formats it is saved in."""

    id: str
    slide: str
    title: str
    script: str
    experiments: tuple[str, ...]
    formats: tuple[str, ...]
    caption: str
    own: bool = False  # of a user's own table: in no file that git tracks


def read_figures(
    table: Table,
    experiments: Collection[str],
    unread: Collection[str],
    sources: SourceTree,
    problems: list[Problem],
) -> dict[str, Figure]:
    """Return the figures by id; what is wrong goes to `problems`.

    experiments: names of every row, `family:name`. unread: families whose table could not be read.
    """
    figures = {}
    rules = _rules(sources.root)
    for row in table.rows:
        values = table.values(row, problems)
        cells = row.cells
        wanted = values.get("experiments", ())
        if wanted == (None,):
            wanted = ()
        if None in wanted:
            problems.append(row.problem("experiments", "`-` means none and stands alone"))
            wanted = ()
        for name, other in itertools.combinations(wanted, 2):
            if name.split(":")[1] == other.split(":")[1]:  # a script knows its experiments by the names of their rows
                reason = f"{quote(name)} and {quote(other)} have one name; rename one of the rows"
                problems.append(row.problem("experiments", reason))
        for name in wanted:
            if name not in experiments and name.split(":")[0] not in unread:
                reason = f"there is no experiment {quote(name)}{did_you_mean(name, experiments)}"
                problems.append(row.problem("experiments", reason))
        if cells["id"] in rules:
            problems.append(row.problem("id", f"{quote(cells['id'])} is the name of a rule of the pipeline"))
        if "id" in values and "script" in values:
            problems += _script_problems(row, sources)
        if len(values) == len(COLUMNS):
            texts: dict[str, Any] = {name: cells[name] for name in COLUMNS}
            told = texts | {"experiments": wanted, "formats": values["formats"]}
            figures[cells["id"]] = Figure(**told, own=row.own)
    return figures


def short_names(ids: Collection[str]) -> dict[str, str]:
    """Return f10 -> f10_relative_distance for every id that alone begins so.

    >>> short_names(["f10_relative_distance", "f17_a", "f17_b", "f8"])
    {'f10': 'f10_relative_distance'}
    """
    starts = [name.partition("_")[0] for name in ids]
    return {start: name for start, name in zip(starts, ids, strict=True) if starts.count(start) == 1 and start != name}


def script_path(script: str, sources: SourceTree) -> Path:
    """Return the file of a figure's module from the cell `script`."""
    folder = OWN_SCRIPTS if script.startswith(OWN_SCRIPTS) else SCRIPTS
    return sources.root / folder / Path(script).name


def is_generic(script: str) -> bool:
    """True for the module of a kind of figure, which figures of any id may share."""
    return Path(script).name.startswith(GENERIC)


def _rules(root: Path) -> set[str]:
    """Return the names of the pipeline's rules, which are targets of `snakemake` as figures are."""
    files = [root / "Snakefile", *(root / "workflow/rules").glob("*.smk")]
    text = "\n".join(file.read_text("utf-8") for file in files if file.is_file())
    return set(re.findall(r"^rule (\w+):", text, flags=re.MULTILINE))


def _script_problems(row: Row, sources: SourceTree) -> list[Problem]:
    expected = f"{OWN_SCRIPTS if row.own else SCRIPTS}{row.cells['id']}.py"
    script = row.cells["script"]
    if script != expected and not is_generic(script):
        return [row.problem("script", f"must be {quote(expected)}, named by the figure's id, found {quote(script)}")]
    path = script_path(script, sources)
    if not path.is_file():
        known = [other.relative_to(sources.root).as_posix() for other in path.parent.glob("*.py")]
        return [row.problem("script", f"{quote(script)} does not exist{did_you_mean(script, known)}")]
    try:
        tree = sources.parse(path)
    except InputError as error:
        return list(error.problems)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    reasons = [f"has no function {quote(name)}" for name in ("measure", "draw") if name not in functions]
    packages = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    packages |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom) and not node.level}
    for name in sorted({package.partition(".")[0] for package in packages}):
        if row.own and importlib.util.find_spec(name) is None:
            reasons.append(f"imports {quote(name)}, which is not installed")
    return [row.problem("script", f"{quote(script)} {reason}") for reason in reasons]
