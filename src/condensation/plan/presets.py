"""Presets: YAML files that override cells of the experiment tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from condensation.plan.cells import read_cell
from condensation.plan.problems import Problem, did_you_mean, quote
from condensation.plan.settings import NO_NAME, is_name
from condensation.plan.tables import Place, Row, Table

_NULL = "tag:yaml.org,2002:null"
_SCALARS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}


@dataclass(frozen=True)
class Override:
    """A cell that a preset replaces, as text; the lines of its family and of its row, to tell one mistake once."""

    family: str
    row: str
    column: str
    text: str
    place: Place
    family_line: int
    row_line: int


@dataclass(frozen=True)
class Preset:
    """A preset's description and overrides, and what is wrong with its file."""

    name: str
    description: str = ""
    overrides: tuple[Override, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def read_preset(path: Path, file: str) -> Preset:
    """Read `description: text` and family -> row -> column -> cell; nothing in the file is ever executed."""
    preset = Preset(path.stem)
    problems = preset.problems
    if not is_name(path.stem):
        problems.append(Problem(file, 1, "file", f"its name {NO_NAME}"))
    try:
        # the slower loader in Python: the one in C crashes the process on deeply nested input
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        problems.append(Problem(file, 1, "file", f"cannot be read: {error.strerror}"))
        return preset
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "file", "is not UTF-8"))
        return preset
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(Problem(file, mark.line + 1 if mark else 1, "yaml", error.problem or "is not YAML"))
        return preset
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(
            Problem(file, 1, "yaml", "is nested too deeply" if isinstance(error, RecursionError) else "is not YAML")
        )
        return preset
    description = ""
    overrides = []
    for family, node in _items(root, "preset", file, problems):
        if family.value == "description":
            description = _text(node, "description", file, problems) or ""
            continue
        for row, columns in _items(node, family.value, file, problems):
            for column, cell in _items(columns, row.value, file, problems):
                text = _text(cell, column.value, file, problems)
                if text is not None:
                    place = Place(file, cell.start_mark.line + 1)
                    lines = family.start_mark.line + 1, row.start_mark.line + 1
                    overrides.append(Override(family.value, row.value, column.value, text.strip(), place, *lines))
    if not description and not problems:
        problems.append(Problem(file, 1, "description", "is missing: say in a sentence what the preset is for"))
    return replace(preset, description=description, overrides=tuple(overrides))


def check_preset(preset: Preset, tables: Mapping[str, Table]) -> list[Problem]:
    """Return every override whose family, row or column does not exist, or whose cell is wrong."""
    problems = []
    for override in preset.overrides:
        file, line = override.place.file, override.place.line
        if override.family not in tables:
            hint = did_you_mean(override.family, [*tables, "description"])
            problems.append(
                Problem(file, override.family_line, "family", f"unknown family {quote(override.family)}{hint}")
            )
            continue
        table = tables[override.family]
        if table.keys is not None and override.row not in table.keys:
            reason = f"unknown row {quote(override.row)}{did_you_mean(override.row, table.keys)}"
            problems.append(Problem(file, override.row_line, "row", reason))
        if override.column not in table.columns:
            reason = f"unknown column{did_you_mean(override.column, table.columns)}"
            problems.append(Problem(file, line, override.column[:40], reason))
        elif override.column == table.key:
            problems.append(Problem(file, line, override.column, "a preset cannot rename a row"))
        else:
            _, reasons = read_cell(override.text, table.columns[override.column])
            problems += [Problem(file, line, override.column, reason) for reason in reasons]
    return problems


def apply_preset(table: Table, family: str, preset: Preset) -> Table:
    """Return the table with the cells of a preset in place of its own."""
    by_row: dict[str, dict[str, Override]] = {}
    for override in preset.overrides:
        if override.family == family and override.column in table.columns and override.column != table.key:
            by_row.setdefault(override.row, {})[override.column] = override
    rows = []
    for row in table.rows:
        overrides = by_row.get(row.cells[table.key], {})
        if overrides:
            cells = dict(row.cells) | {name: override.text for name, override in overrides.items()}
            row = Row(row.file, row.line, cells, {name: override.place for name, override in overrides.items()})
        rows.append(row)
    return replace(table, rows=tuple(rows))


def _items(
    node: yaml.Node | None, name: str, file: str, problems: list[Problem]
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Yield the (key, value) nodes of a mapping; keys are text and occur once."""
    if isinstance(node, yaml.ScalarNode) and node.tag == _NULL:
        return  # `two_layer:` with nothing below it
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        problems.append(Problem(file, line, name[:40], "must be a mapping of names to values"))
        return
    seen = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(file, line, name[:40], "has a key that is not text"))
        elif key.value in seen:
            problems.append(Problem(file, line, key.value[:40], "occurs twice"))
        else:
            seen.add(key.value)
            yield key, value


def _text(node: yaml.Node, name: str, file: str, problems: list[Problem]) -> str | None:
    if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
        if node.value.isprintable():
            return str(node.value)
        reason = "has a control character or a line end"
    else:
        reason = "must be one text or number, written as in the table"
    problems.append(Problem(file, node.start_mark.line + 1, name[:40], reason))
    return None
