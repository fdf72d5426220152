"""What a figure's script needs of its row, read from its syntax tree before anything starts."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from condensation.plan.code_hash import SourceTree
from condensation.plan.figures import Figure, is_generic, script_path
from condensation.plan.problems import Problem, quote
from condensation.plan.runs import Experiment, Run
from condensation.plan.tables import Row, Table

# a generic kind declares NEEDS, a literal: `families` whose runs it can show, parameters it `shows` (seeds besides),
# the `least` number of different values of a parameter, the `keep` of its runs, whether it needs `snapshots`
NEEDS = "NEEDS"
_TEXTS = ("csv", "tex")
_STORED = ("keep", "snapshots")  # change what is kept of a run, not the run
_FOLLOWS = "log_m_beta2"  # with `std` it is decided by gamma


def kind_problems(
    figures: Mapping[str, Figure], table: Table, experiments: Mapping[str, Experiment], sources: SourceTree
) -> Iterator[Problem]:
    """Yield what the scripts of figures cannot show: formats they cannot make, and runs a generic kind would pool."""
    for row in table.rows:
        figure = figures.get(row.cells["id"])
        path = script_path(figure.script, sources) if figure else None
        if figure is None or path is None or not path.is_file():
            continue
        tree = sources.parse(path)
        yield from _format_problems(row, figure, tree)
        needs = _needs(tree)
        if needs is None or not is_generic(figure.script):
            continue
        if not figure.experiments:
            yield row.problem("experiments", f"{quote(figure.script)} needs an experiment, found `-`")
        if set(figure.experiments) <= experiments.keys():
            yield from _run_problems(row, needs, [experiments[name] for name in figure.experiments])


def _needs(tree: ast.Module) -> dict[str, Any] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id == NEEDS for n in node.targets):
            return ast.literal_eval(node.value)
    return None


def _format_problems(row: Row, figure: Figure, tree: ast.Module) -> Iterator[Problem]:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    draw = functions.get("draw")
    returns = ast.unparse(draw.returns) if draw and draw.returns else ""
    moves = returns.endswith("Animation")
    for name in figure.formats:
        if name in _TEXTS and "draw_text" not in functions:
            yield row.problem("formats", f"{quote(name)} needs a function `draw_text` in {quote(figure.script)}")
        elif returns and name not in _TEXTS and (name == "gif") != moves:
            found = "an animation" if moves else "a still picture"
            yield row.problem("formats", f"{quote(name)} cannot show {found}, which {quote(figure.script)} draws")


def _run_problems(row: Row, needs: Mapping[str, Any], experiments: list[Experiment]) -> Iterator[Problem]:
    strange = [e for e in experiments if e.family not in needs["families"]]
    for experiment in strange:
        name, known = f"{experiment.family}:{experiment.name}", " or ".join(needs["families"])
        yield row.problem("experiments", f"{quote(name)} is of another family than this kind shows: {known}")
    runs = [run for experiment in experiments for run in experiment.runs]
    if strange or not runs:
        return
    for name in _pooled(runs, needs["shows"]):
        shown = ", ".join((*needs["shows"], "seed"))
        values = _listed(_values(runs, name))
        reason = f"its runs differ in {name} ({values}), which would be averaged or drawn as one; may differ: {shown}"
        yield row.problem("experiments", reason)
    for name, least in needs.get("least", {}).items():
        found = _values(runs, name)
        if len(found) < least:
            reason = f"needs at least {least} values of {name}, found {len(found)}: {_listed(found)}"
            yield row.problem("experiments", reason)
    keep = needs.get("keep")
    if keep and _values(runs, "keep") != [keep]:
        yield row.problem("experiments", f"needs runs with keep = {keep}, found {_listed(_values(runs, 'keep'))}")
    if needs.get("snapshots"):
        kept = _values(runs, "snapshots")
        if len(kept) > 1 or not kept[0]:
            said = "different ones" if len(kept) > 1 else "`-`"
            yield row.problem(
                "experiments", f"needs steps in the cell `snapshots`, the same for all runs, found {said}"
            )


def _pooled(runs: list[Run], shows: Iterable[str]) -> list[str]:
    """Return the parameters besides the shown ones and the seed in which runs differ."""
    shows = tuple(shows)
    names = dict.fromkeys(name for run in runs for name in vars(run) if name not in ("seed", *shows, *_STORED))
    pooled = [name for name in names if name != _FOLLOWS and len(_values(runs, name)) > 1]
    cases: dict[tuple[Any, ...], set[Any]] = {}
    for run in runs:
        cases.setdefault(tuple(getattr(run, name) for name in shows), set()).add(getattr(run, _FOLLOWS))
    return pooled + ([_FOLLOWS] if any(len(found) > 1 for found in cases.values()) else [])


def _values(runs: list[Run], name: str) -> list[Any]:
    """Return the different values of a parameter in the order they come, None for a family without it."""
    return list(dict.fromkeys(getattr(run, name, None) for run in runs))


def _listed(values: list[Any]) -> str:
    words = {True: "yes", False: "no", None: "-"}
    texts = [
        words[v] if v is None or isinstance(v, bool) else f"{v:g}" if isinstance(v, float) else str(v) for v in values
    ]
    return ", ".join(texts[:4]) + (", ..." if len(texts) > 4 else "")
