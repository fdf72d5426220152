"""Rows of an experiment table multiplied out to runs, each with an id by content."""

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from condensation.models.cell_error import CellError
from condensation.plan.cells import Values
from condensation.plan.families import Family, Run
from condensation.plan.problems import Problem, quote
from condensation.plan.tables import Row, Table

MOST_RUNS = 1_000_000  # of one row

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True)
class Experiment:
    """A row of an experiment table: its cells as text (after the preset), its source and notes, and its runs."""

    family: str
    name: str
    line: int
    cells: Mapping[str, str]
    source: str
    notes: str
    runs: tuple[Run, ...]
    run_ids: tuple[str, ...]


def run_id(run: Run) -> str:
    """Return 16 hex digits of the hash of a run's family and parameters, and of nothing else."""
    return blake2b(_canonical({**vars(run), "family": run.family}).encode(), digest_size=8).hexdigest()


def expand_table(family: Family, table: Table, problems: list[Problem]) -> list[Experiment]:
    """Return the experiments of a table; rows that are wrong are left out and added to `problems`."""
    experiments = []
    axes = [name for name, column in table.columns.items() if column.kind != "text"]
    same: dict[tuple[str, ...], Row] = {}
    for row in table.rows:
        values = table.values(row, problems)
        if len(values) < len(table.columns):
            continue
        runs = _expand(family, row, {name: values[name] for name in axes}, problems)
        if runs is None:
            continue
        ids = tuple(map(run_id, runs))
        other = same.setdefault(tuple(sorted(ids)), row)
        if other is not row:
            reason = f"has the same runs as {quote(other.cells['name'])} in {row.place_of(other)}"
            problems.append(row.problem("name", reason))
        cells = row.cells
        experiments.append(
            Experiment(family.name, cells["name"], row.line, cells, cells["source"], cells["notes"], runs, ids)
        )
    return experiments


def _expand(family: Family, row: Row, values: dict[str, Values], problems: list[Problem]) -> tuple[Run, ...] | None:
    """Return the runs of a row: every combination of its values."""
    count = math.prod(map(len, values.values()))
    if count > MOST_RUNS:
        longest = max(values, key=lambda name: len(values[name]))
        reason = f"the row multiplies out to {count:,} runs, more than {MOST_RUNS:,}"
        problems.append(row.problem(longest, reason))
        return None
    names = tuple(values)
    runs: dict[Run, dict[str, object]] = {}
    wrong: set[Problem] = set()
    for combination in itertools.product(*values.values()):
        cells = dict(zip(names, combination, strict=True))
        try:
            run = family.run.from_cells(cells)
        except CellError as error:
            wrong.update(row.problem(column, reason) for column, reason in error.problems)
            continue
        other = runs.setdefault(run, cells)
        if other is not cells:
            wrong.add(row.problem(*_repeated(other, cells)))
    problems += wrong
    return None if wrong else tuple(runs)


def _repeated(first: Mapping[str, object], second: Mapping[str, object]) -> tuple[str, str]:
    """Say which column holds two cells that give one run."""
    column = next(name for name in first if first[name] != second[name])
    return column, f"{quote(str(first[column]))} and {quote(str(second[column]))} give the same run twice"


def run_table(experiments: Iterable[Experiment]) -> dict[str, list[str]]:
    """Return experiment name -> sorted run ids, the table a figure is made from."""
    return {f"{experiment.family}:{experiment.name}": sorted(experiment.run_ids) for experiment in experiments}
