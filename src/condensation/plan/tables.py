"""Tab separated tables with line numbers; every fault of the file itself is a problem with a line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from condensation.plan.problems import Problem, did_you_mean, quote
from condensation.plan.schema import TableSchema, Values

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Place:
    """Where a cell comes from: the table, or the preset that overrides it."""

    file: str
    line: int


@dataclass(frozen=True)
class Row:
    """Cells of a row by column; overridden: the places of the cells that a preset replaced."""

    file: str
    line: int
    cells: Mapping[str, str]
    overridden: Mapping[str, Place] = field(default_factory=dict)

    def problem(self, column: str, reason: str) -> Problem:
        """Return a problem at the place of a cell."""
        place = self.overridden.get(column)
        return (
            Problem(place.file, place.line, column, reason) if place else Problem(self.file, self.line, column, reason)
        )


@dataclass(frozen=True)
class Table:
    """Rows of a table, and what is wrong with it.

    keys: every text of the first schema column, also of rows that are wrong, so that one mistake is reported once;
    None if the table could not be read.
    """

    file: str
    rows: tuple[Row, ...]
    keys: frozenset[str] | None
    problems: tuple[Problem, ...]


def read_table(path: Path, file: str, schema: TableSchema) -> Table:
    """Read a table; rows hold every column of the schema, and rows or files that do not are problems."""
    problems: list[Problem] = []
    lines = _lines(path, file, problems)
    start = next((number for number, line in lines if _is_content(line)), None)
    if start is None:
        if not problems:
            problems.append(Problem(file, 1, "header", "is missing: the table is empty"))
        return Table(file, (), None, tuple(problems))
    header = [cell.strip() for cell in lines[start - 1][1].split("\t")]
    fatal = _header_problems(file, start, header, schema, problems)
    if fatal:
        return Table(file, (), None, tuple(problems))
    key = next(iter(schema.columns))
    rows, keys = [], set()
    complete = set(header) >= set(schema.columns)
    for number, line in lines[start:]:
        if not _is_content(line):
            continue
        texts = [cell.strip() for cell in line.split("\t")]
        cells = dict(zip(header, texts, strict=False))
        keys.add(cells.get(key, ""))
        if len(texts) != len(header):
            reason = f"has {len(texts)} cells, the header has {len(header)} columns (tabs separate them)"
            problems.append(Problem(file, number, "row", reason))
        elif complete:
            rows.append(Row(file, number, cells))
        else:  # still say what is wrong with the cells there are
            for name in schema.columns.keys() & cells.keys():
                problems += [Problem(file, number, name, reason) for reason in schema.read(name, cells[name])[1]]
    problems += _repeated_keys(file, rows, key)
    return Table(file, tuple(rows), frozenset(keys) if key in header else None, tuple(problems))


def row_values(row: Row, schema: TableSchema, problems: list[Problem]) -> dict[str, Values]:
    """Return the values of the valid cells of a row; what is wrong with the others goes to `problems`."""
    values = {}
    for name in schema.columns:
        found, reasons = schema.read(name, row.cells[name])
        if reasons:
            problems += [row.problem(name, reason) for reason in reasons]
        else:
            values[name] = found
    return values


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _lines(path: Path, file: str, problems: list[Problem]) -> list[tuple[int, str]]:
    """Return (number, text) of every line; faults that hide no other are repaired after they are reported."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.append(Problem(file, 1, "file", f"cannot be read: {error.strerror}"))
        return []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(file, 1, "file", "is UTF-16; save it as UTF-8"))
        return []
    if content.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem(file, 1, "file", "starts with a byte order mark (BOM); save it as UTF-8 without BOM"))
        content = content[3:]
    if b"\r" in content:
        number = content[: content.index(b"\r")].count(b"\n") + 1
        problems.append(Problem(file, number, "file", "has carriage returns (CRLF line ends); save it with LF"))
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = []
    for number, raw in enumerate(content.split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} (0x{raw[error.start]:02x}) is not UTF-8"
            problems.append(Problem(file, number, "row", reason))
            line = raw.decode("utf-8", "replace")
        control = _CONTROL.search(line)
        if control:
            problems.append(Problem(file, number, "row", f"has the control character {quote(control[0])}"))
        lines.append((number, line))
    return lines


def _header_problems(file: str, line: int, header: list[str], schema: TableSchema, problems: list[Problem]) -> bool:
    """Report a wrong header; True if nothing below it can be read."""
    names = schema.columns
    if len(header) == 1 and len(names) > 1:
        for separator, word in ((",", "commas"), (";", "semicolons"), ("|", "bars"), (None, "spaces")):
            if len(names.keys() & {part.strip() for part in header[0].split(separator)}) > 1:
                problems.append(Problem(file, line, "header", f"{word} separate the columns; use tabs"))
                return True
    for name in dict.fromkeys(header):
        if not name:
            problems.append(Problem(file, line, "header", "has a column without a name"))
        elif name not in names:
            missing = [known for known in names if known not in header]
            problems.append(Problem(file, line, name[:40], f"unknown column{did_you_mean(name, missing or names)}"))
        elif header.count(name) > 1:
            problems.append(Problem(file, line, name, "the column occurs twice"))
    problems += [Problem(file, line, name, "the column is missing") for name in names if name not in header]
    return False


def _repeated_keys(file: str, rows: list[Row], key: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        line = first.setdefault(row.cells[key], row.line)
        if line != row.line:
            problems.append(Problem(file, row.line, key, f"{quote(row.cells[key])} is already in line {line}"))
    return problems
