"""Columns of a table from its JSON schema, and cells checked against them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from condensation.plan.cells import Column, GrammarError, parse_cell
from condensation.plan.problems import InputError, Problem, did_you_mean, quote

Values = tuple[Any, ...]


class TableSchema:
    """The schema of one row: `properties` describe one value of each column.

    Beside JSON Schema, a column has `cell` (see Column.kind), `words` (of cells.WORDS) and `hint` (what a pattern asks
    for). Each distinct cell is checked once.
    """

    def __init__(self, properties: Mapping[str, Mapping[str, Any]]) -> None:
        self.columns = {name: _column(name, schema) for name, schema in properties.items()}
        self._validators = {name: Draft202012Validator(schema) for name, schema in properties.items()}
        self._checked: dict[tuple[str, str], tuple[Values, tuple[str, ...]]] = {}

    @property
    def axes(self) -> list[str]:
        """Columns whose values are read, in the order of the schema; the others are text about the row."""
        return [name for name, column in self.columns.items() if column.kind != "text"]

    def read(self, name: str, text: str) -> tuple[Values, tuple[str, ...]]:
        """Return the values of a cell and the reasons why it is wrong (then without values)."""
        key = name, text
        if key not in self._checked:
            self._checked[key] = self._read(name, text)
        return self._checked[key]

    def _read(self, name: str, text: str) -> tuple[Values, tuple[str, ...]]:
        try:
            values = parse_cell(text, self.columns[name])
        except GrammarError as error:
            return (), (str(error),)
        errors = [error for value in _telling(values) for error in self._validators[name].iter_errors(value)]
        return () if errors else values, tuple(dict.fromkeys(map(_reason, errors)))


def read_schema(path: Path, file: str) -> TableSchema:
    """Read workflow/schemas/<table>.json.

    Raises InputError if it is missing or not JSON.
    """
    try:
        return TableSchema(json.loads(path.read_text("utf-8"))["properties"])
    except OSError as error:
        raise InputError([Problem(file, 1, "file", f"cannot be read: {error.strerror}")]) from error
    except json.JSONDecodeError as error:
        raise InputError([Problem(file, error.lineno, "file", f"is not JSON: {error.msg}")]) from error
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise InputError([Problem(file, 1, "file", "is not a schema with `properties`")]) from error


def _column(name: str, schema: Mapping[str, Any]) -> Column:
    types = schema.get("type", [])
    return Column(
        name=name,
        kind=schema.get("cell", "text"),
        types=frozenset([types] if isinstance(types, str) else types),
        words=tuple(schema.get("words", ())),
        choices=tuple(schema.get("enum", ())),
    )


def _telling(values: Values) -> Iterable[Any]:
    """Return the values that decide: of numbers the smallest and the largest, between which all others lie."""
    numbers = [value for value in values if type(value) in (int, float)]
    others = [value for value in values if type(value) not in (int, float)]
    others = [list(value) if isinstance(value, tuple) else value for value in others]  # what JSON calls an array
    return [*{min(numbers), max(numbers)}, *others] if numbers else others


def _reason(error: ValidationError) -> str:
    """Say in the words of the table what JSON Schema found."""
    found: Any = error.instance
    limit: Any = error.validator_value
    shown = quote(found) if isinstance(found, str) else quote(f"{found}")
    match error.validator:
        case "minimum":
            return f"must be at least {limit}, found {shown}"
        case "maximum":
            return f"must be at most {limit}, found {shown}"
        case "exclusiveMinimum":
            return f"must be greater than {limit}, found {shown}"
        case "minLength":
            return "is empty"
        case "pattern":
            hint = error.schema.get("hint") if isinstance(error.schema, Mapping) else None
            return (
                f"{shown} is not {hint}" if found and hint else "is empty" if not found else f"{shown} has a wrong form"
            )
        case "enum":
            return f"{shown} is not one of {', '.join(map(str, limit))}{did_you_mean(str(found), map(str, limit))}"
        case _:
            return error.message
