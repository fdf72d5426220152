"""Tab separated tables with line numbers; every fault of the file itself is a problem with a line.

They are read as spreadsheet programs write them, too: byte order mark, CRLF, quotes around cells, tabs after the last.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from condensation.models.column import Column
from condensation.plan.cells import Values, read_cell
from condensation.plan.problems import Problem, did_you_mean, quote

OWN = "my/"  # folder of a user's own tables, which git does not track; laid out like workflow/
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')  # a cell as spreadsheet programs write it; a text with quotes in it is none


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

    @property
    def own(self) -> bool:
        """Whether it stands in a table of the user's own."""
        return self.file.startswith(OWN)

    def place_of(self, other: "Row") -> str:
        """Say where another row is: the line, and the table if it is another one."""
        return f"line {other.line}" + (f" of {other.file}" if other.file != self.file else "")

    def problem(self, column: str, reason: str) -> Problem:
        """Return a problem at the place of a cell."""
        place = self.overridden.get(column)
        return (
            Problem(place.file, place.line, column, reason) if place else Problem(self.file, self.line, column, reason)
        )


@dataclass(frozen=True)
class Table:
    """Columns and rows of a table, and what is wrong with it.

    keys: every text of the first column, also of rows that are wrong, so that one mistake is reported once;
    None if the table could not be read.
    """

    file: str
    columns: Mapping[str, Column]
    rows: tuple[Row, ...]
    keys: frozenset[str] | None
    problems: tuple[Problem, ...]

    @property
    def key(self) -> str:
        """The first column, which names the rows."""
        return next(iter(self.columns))

    def values(self, row: Row, problems: list[Problem]) -> dict[str, Values]:
        """Return the values of the valid cells of a row; what is wrong with the others goes to `problems`."""
        values = {}
        for name, column in self.columns.items():
            found, reasons = read_cell(row.cells[name], column)
            if reasons:
                problems += [row.problem(name, reason) for reason in reasons]
            else:
                values[name] = found
        return values


def read_with_own(root: Path, file: str, columns: Mapping[str, Column]) -> Table:
    """Read a table of workflow/ and, as if appended to it, the table of the same name in the folder of own ones."""
    table = read_table(root / file, file, columns)
    own = file.replace("workflow/", OWN, 1)
    if not (root / own).is_file():
        return table
    more = read_table(root / own, own, columns)
    rows = (*table.rows, *more.rows)
    again = _repeated_keys(rows, table.key)
    keys = None if table.keys is None or more.keys is None else table.keys | more.keys
    return Table(
        file, columns, rows, keys, (*table.problems, *more.problems, *again)
    )  # problems of one place count once


def stray_tables(root: Path, read: Collection[str]) -> list[Problem]:
    """Return a problem for each of a user's own tables that is read nowhere, but has nearly the name of one that is.

    read: tables of workflow/, as paths below the root.
    """
    problems = []
    known = {Path(file).stem: file.replace("workflow/", OWN, 1) for file in read}
    for folder in (OWN, f"{OWN}experiments/"):
        for path in sorted((root / folder).glob("*.tsv")):
            file = f"{folder}{path.name}"
            if path.stem not in known:
                hint = did_you_mean(path.stem, known)
            else:
                hint = f"; its place is `{known[path.stem]}`" if file != known[path.stem] else ""
            if hint:
                problems.append(Problem(file, 1, "file", f"is not read{hint}"))
    return problems


def read_table(path: Path, file: str, columns: Mapping[str, Column]) -> Table:
    """Read a table; rows hold every column, and rows or files that do not are problems."""
    problems: list[Problem] = []
    lines = _lines(path, file, problems)
    start = next((number for number, line in lines if _is_content(line)), None)
    if start is None:
        if not problems:
            problems.append(Problem(file, 1, "header", "is missing: the table is empty"))
        return Table(file, columns, (), None, tuple(problems))
    header = _cells(lines[start - 1][1])
    width = len(header)
    while len(header) > 1 and not header[-1]:  # all rows are padded to the width of the widest
        header.pop()
    fatal = _header_problems(file, start, header, columns, problems)
    if fatal:
        return Table(file, columns, (), None, tuple(problems))
    key = next(iter(columns))
    rows, keys = [], set()
    complete = set(header) >= set(columns)
    for number, line in lines[start:]:
        if not _is_content(line):
            continue
        texts = _cells(line)
        if len(texts) == width and not any(texts[len(header) :]):
            del texts[len(header) :]
        cells = dict(zip(header, texts, strict=False))
        keys.add(cells.get(key, ""))
        if len(texts) != len(header):
            reason = f"has {len(texts)} cells, the header has {len(header)} columns (tabs separate them)"
            problems.append(Problem(file, number, "row", reason))
        elif complete:
            rows.append(Row(file, number, cells))
        else:  # still say what is wrong with the cells there are
            for name in columns.keys() & cells.keys():
                problems += [Problem(file, number, name, reason) for reason in read_cell(cells[name], columns[name])[1]]
    problems += _repeated_keys(rows, key)
    return Table(file, columns, tuple(rows), frozenset(keys) if key in header else None, tuple(problems))


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("#", '"#'))


def _cells(line: str) -> list[str]:
    """Split a line at its tabs; quotes around a whole cell are none of its text."""
    cells = [cell.strip() for cell in line.split("\t")]
    return [cell[1:-1].replace('""', '"').strip() if _QUOTED.fullmatch(cell) else cell for cell in cells]


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
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
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


def _header_problems(
    file: str, line: int, header: list[str], names: Mapping[str, Column], problems: list[Problem]
) -> bool:
    """Report a wrong header; True if nothing below it can be read."""
    if len(header) == 1 and len(names) > 1:
        for separator, word in ((",", "commas"), (";", "semicolons"), ("|", "bars"), (None, "spaces")):
            if len(names.keys() & {part.strip() for part in header[0].split(separator)}) > 1:
                problems.append(Problem(file, line, "header", f"{word} separate the columns; use tabs"))
                return True
    if not names.keys() & set(header):
        problems.append(
            Problem(file, line, "header", f"is missing: the first line names the columns {', '.join(names)}")
        )
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


def _repeated_keys(rows: Iterable[Row], key: str) -> list[Problem]:
    first: dict[str, Row] = {}
    problems = []
    for row in rows:
        other = first.setdefault(row.cells[key], row)
        if other is not row:
            reason = f"{quote(row.cells[key])} is already in {row.place_of(other)}"
            problems.append(Problem(row.file, row.line, key, reason))
    return problems
