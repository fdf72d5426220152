from dataclasses import fields

import pytest

from condensation.models.column import Column, text
from condensation.pages.tables import COLUMNS as REPORT
from condensation.plan import claims, figures
from condensation.plan.cells import WORDS, read_cell
from condensation.plan.families import FAMILIES
from condensation.plan.tables import read_table

COLUMNS = {
    "name": text("name", "^[a-z]+$", "lowercase"),
    "m": Column("width", 2, 10, type=int),
    "notes": text("notes", empty=True),
}


@pytest.fixture
def read(tmp_path):
    def read_content(content: str | bytes):
        path = tmp_path / "t.tsv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_table(path, "t.tsv", COLUMNS)
        return table, [str(problem).removeprefix("t.tsv:") for problem in table.problems]

    return read_content


def test_rows_keep_their_lines(read):
    table, problems = read("# comment\n\nname\tm\tnotes\n\na\t2\t\n# b\t3\t\nc\t4,5\t ü \n")
    assert [(row.line, dict(row.cells)) for row in table.rows] == [
        (5, {"name": "a", "m": "2", "notes": ""}),
        (7, {"name": "c", "m": "4,5", "notes": "ü"}),
    ]
    assert (table.keys, problems) == ({"a", "c"}, [])


def test_columns_may_stand_in_any_order(read):
    table, problems = read("notes\tm\tname\n\t2\ta\n")
    assert (table.rows[0].cells["name"], problems) == ("a", [])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "1: header: is missing"),
        ("# only a comment\n\n", "1: header: is missing"),
        (b"\xff\xfen\x00", "1: file: is UTF-16"),
        ("name\tm\tnotes\na\t2\tx\ry\n", "2: row: has the control character `\\r`"),
        (b"name\tm\tnotes\na\t2\t\xe9\n", "2: row: byte 5 (0xe9) is not UTF-8"),
        ("name\tm\tnotes\na\t2\t\x1b[31m\n", "2: row: has the control character `\\x1b`"),
        ("name\tm\tnotes\na\t2\t\x00\n", "2: row: has the control character `\\x00`"),
        ("name,m,notes\na,2,\n", "1: header: commas separate"),
        ("name;m;notes\n", "1: header: semicolons separate"),
        ("name m notes\n", "1: header: spaces separate"),
        ("name\tm\tnotes\tm\n", "1: m: the column occurs twice"),
        ("name\tm\tnots\n", "1: nots: unknown column; did you mean `notes`?"),
        ("name\tm\n", "1: notes: the column is missing"),
        ("a\t2\t\nb\t3\t\n", "1: header: is missing: the first line names the columns name, m, notes"),
        ("name\tm\t\tnotes\n", "1: header: has a column without a name"),
        ("name\tm\tnotes\t\na\t2\t\tx\n", "2: row: has 4 cells, the header has 3"),
        ("name\tm\tnotes\na\t2\n", "2: row: has 2 cells, the header has 3"),
        ("name\tm\tnotes\na\t2\t\tx\n", "2: row: has 4 cells, the header has 3"),
        ("name\tm\tnotes\na\t2\t\na\t3\t\n", "3: name: `a` is already in line 2"),
        ("name\tm\na\t99\n", "2: m: must be at most 10, found `99`"),
    ],
)
def test_faults_of_the_file(read, content, expected):
    _, problems = read(content)
    assert any(problem.startswith(expected) for problem in problems), problems


PLAIN = '# one, two\nname\tm\tnotes\na\t4,5\tsays "yes", twice\nb\t3\t\n\n# end\nc\t2\t"quoted\n'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("padding", [0, 2])
def test_a_table_is_read_as_spreadsheet_programs_write_it(read, end, mark, padding):
    """Cells with a comma or a quote are quoted, every line is padded to one width."""
    lines = [line.split("\t") for line in PLAIN.splitlines()]
    width = max(map(len, lines)) + padding
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell for cell in line] for line in lines
    ]
    written = "".join("\t".join([*line, *[""] * (width - len(line))]) + end for line in quoted)
    assert read(mark + written) == read(PLAIN)
    assert read(PLAIN)[1] == []


def test_missing_file(tmp_path):
    table = read_table(tmp_path / "none.tsv", "none.tsv", COLUMNS)
    assert (table.keys, len(table.problems)) == (None, 1)


def test_names_of_wrong_rows_are_known(read):
    table, _ = read("name\tm\tnotes\na\t2\n")
    assert (table.rows, table.keys) == ((), {"a"})


def test_only_the_ends_of_a_list_of_numbers_can_be_out_of_range():
    assert read_cell("5,1,11,3", COLUMNS["m"])[1] == ("must be at least 2, found `1`", "must be at most 10, found `11`")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_parameter_of_a_run_is_a_column_with_its_type(family):
    """Names stand in the run and in the declaration of its columns; the types of the columns are those of the run."""
    parameters = {field.name: field.type for field in fields(family.run)}
    assert parameters.keys() <= family.columns.keys()
    for name, column in family.table_columns.items():
        assert column.type.__name__ in str(parameters.get(name, column.type)), name
        assert column.is_number or (column.above, column.at_least, column.at_most, column.below) == (None,) * 4
    assert list(family.table_columns) == ["name", *family.columns, "source", "notes"]


@pytest.mark.parametrize(
    "columns", [*(f.table_columns for f in FAMILIES.values()), figures.COLUMNS, claims.COLUMNS, *REPORT.values()]
)
def test_columns_are_declared_whole(columns):
    for column in columns.values():
        assert column.meaning
        assert bool(column.pattern) == bool(column.hint)
        assert not (column.choices and column.is_number)
        assert set(column.words) <= WORDS.keys()
