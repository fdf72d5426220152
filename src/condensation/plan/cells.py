"""The grammar of a cell: a value, a list, a range, or a sequence.

1000,5000           list            0.6:1.4:0.1          range, both ends included, in decimal arithmetic
linspace(0.5,2,16)  even values     0..2                 whole numbers, both ends included
0.6:0.9:0.1,0.95    any mixture     100;200              sequence: one value, does not multiply out
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from condensation.models.column import Column
from condensation.plan.problems import did_you_mean, quote

Values = tuple[Any, ...]

MOST_VALUES = 100_000  # of one range; more is a slip of the pen
WORDS: Mapping[str, Any] = {
    "-": None,
    "adaptive": None,
    "yes": True,
    "no": False,
    "inf": math.inf,
    "-inf": -math.inf,
}  # what a word in a cell means, where its column lists it
DECIMALS = 12  # of linspace, so that 0.1 steps give 0.1 and not 0.1 + 1e-17

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LINSPACE = re.compile(r"linspace\(([^(),]*),([^(),]*),([^(),]*)\)")
_RANGE_HELP = "write start:stop:step, first..last or linspace(start,stop,count)"


class GrammarError(ValueError):
    """A cell that cannot be read; str() is the reason."""


@cache
def read_cell(text: str, column: Column) -> tuple[Values, tuple[str, ...]]:
    """Return the values of a cell and the reasons why it is wrong (then without values)."""
    try:
        values = parse_cell(text, column)
    except GrammarError as error:
        return (), (str(error),)
    reasons = tuple(dict.fromkeys(_faults(values[0] if column.kind == "sequence" else values, column)))
    return () if reasons else values, reasons


def _faults(values: Sequence[Any], column: Column) -> Iterator[str]:
    """Say why values are not allowed; of numbers the smallest and the largest decide."""
    if numbers := [value for value in values if type(value) in (int, float)]:
        low, high = min(numbers), max(numbers)
        if column.at_least is not None and low < column.at_least:
            yield f"must be at least {column.at_least}, found `{low}`"
        if column.above is not None and low <= column.above:
            yield f"must be greater than {column.above}, found `{low}`"
        if column.at_most is not None and high > column.at_most:
            yield f"must be at most {column.at_most}, found `{high}`"
        if column.below is not None and high >= column.below:
            yield f"must be less than {column.below}, found `{high}`"
    for text in (value for value in values if isinstance(value, str)):
        if not text:
            if not column.empty:
                yield "is empty"
        elif column.choices and text not in column.choices:
            yield f"{quote(text)} is not one of {', '.join(column.choices)}{did_you_mean(text, column.choices)}"
        elif column.pattern and not re.search(column.pattern, text):
            yield f"{quote(text)} is not {column.hint}"


def parse_cell(text: str, column: Column) -> Values:
    """Return the values of a cell, in the order written: one for `text`, `value` and `sequence` columns.

    Raises GrammarError for text outside the grammar, a range of more than 100,000 values, or a value written twice.
    """
    if column.kind == "text":
        return (text,)
    if not text:
        raise GrammarError("is empty" + ("; write `-` for none" if "-" in column.words else ""))
    if column.kind == "value":
        return (_value(text, column),)
    if column.kind == "sequence":
        if text in column.words:
            return ((),)
        return (tuple(_value(piece.strip(), column) for piece in text.split(";")),)
    values: list[Any] = []
    for piece in _pieces(text):
        values.extend(_piece_values(piece.strip(), column))
    if len(set(values)) < len(values):
        raise GrammarError(f"gives {_first_repeated(values)} twice")
    return tuple(values)


def _pieces(text: str) -> Iterator[str]:
    """Split at commas outside parentheses."""
    if "(" not in text:
        yield from text.split(",")
        return
    start = depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth <= 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def _piece_values(piece: str, column: Column) -> list[Any]:
    if not piece:
        raise GrammarError("has an empty place in its list")
    if column.is_number and piece not in column.words:
        if piece.startswith("linspace"):
            return _linspace(piece, column)
        if ".." in piece:
            return _whole_range(piece, column)
        if ":" in piece:
            return _decimal_range(piece, column)
    return [_value(piece, column)]


def _value(piece: str, column: Column) -> Any:
    if piece in column.words:
        return WORDS[piece]
    if not piece:
        raise GrammarError("has an empty place in its list")
    if column.is_number:
        if _NUMBER.fullmatch(piece):
            return _typed(_decimal(piece), column)
        if not column.pattern:
            choices = "".join(f" or {quote(word)}" for word in column.words)
            hint = did_you_mean(piece, column.words)
            if piece.lower().lstrip("+-") in ("nan", "inf", "infinity"):
                raise GrammarError(f"{quote(piece)} is not a finite number{choices}")
            raise GrammarError(f"{quote(piece)} is not a number{choices}{hint}")
    if column.type is bool:
        raise GrammarError(f"{quote(piece)} is not one of {', '.join(column.words)}{did_you_mean(piece, column.words)}")
    return piece


def _decimal(text: str) -> Decimal:
    """Read a finite number; the float test comes first, because arithmetic with 1e999999999 would never end."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise GrammarError(f"{quote(text)} is not a number")
    size = abs(float(text))
    if math.isinf(size):
        raise GrammarError(f"{quote(text)} is too large for a number")
    number = Decimal(text)
    if number and not size:
        raise GrammarError(f"{quote(text)} is too small for a number")
    return number


def _typed(number: Decimal, column: Column) -> int | float:
    if column.type is float:
        return float(number) + 0.0  # + 0.0 makes -0 and 0 the same value
    if number != number.to_integral_value():
        raise GrammarError(f"{quote(str(number))} is not a whole number")
    return int(number)


def _limit(count: int | Decimal, piece: str) -> None:
    if count > MOST_VALUES:
        raise GrammarError(f"the range {quote(piece)} has {float(count):.7g} values, more than {MOST_VALUES:,}")


def _decimal_range(piece: str, column: Column) -> list[Any]:
    parts = piece.split(":")
    if len(parts) != 3:
        raise GrammarError(f"{quote(piece)} is not a range; {_RANGE_HELP}")
    start, stop, step = map(_decimal, parts)
    if step <= 0 or stop < start:
        raise GrammarError(f"the range {quote(piece)} must rise: stop >= start and step > 0")
    steps = (stop - start) / step
    _limit(steps + 1, piece)
    if start + int(steps) * step != stop:
        raise GrammarError(f"the steps of the range {quote(piece)} do not end at {parts[1].strip()}")
    return [_typed(start + i * step, column) for i in range(int(steps) + 1)]


def _whole_range(piece: str, column: Column) -> list[Any]:
    parts = piece.split("..")
    if len(parts) != 2:
        raise GrammarError(f"{quote(piece)} is not a range; {_RANGE_HELP}")
    first, last = map(_decimal, parts)
    for number in (first, last):
        if number != number.to_integral_value():
            raise GrammarError(f"the range {quote(piece)} needs whole numbers; {_RANGE_HELP}")
    if last < first:
        raise GrammarError(f"the range {quote(piece)} must rise")
    _limit(last - first + 1, piece)
    return [_typed(first + i, column) for i in range(int(last - first) + 1)]


def _linspace(piece: str, column: Column) -> list[Any]:
    match = _LINSPACE.fullmatch(piece)
    if match is None:
        raise GrammarError(f"{quote(piece)} is not a range; {_RANGE_HELP}")
    start, stop, count = map(_decimal, match.groups())
    if count != count.to_integral_value() or count < 2:
        raise GrammarError(f"{quote(piece)} needs a whole count of at least 2")
    _limit(count, piece)
    last = int(count) - 1
    values = (start + (stop - start) * i / last for i in range(last + 1))
    return [
        _typed(value if column.type is int else Decimal(str(round(float(value), DECIMALS))), column) for value in values
    ]


def _first_repeated(values: list[Any]) -> str:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            return next((quote(word) for word, meaning in WORDS.items() if meaning is value), quote(str(value)))
        seen.add(value)
    return "a value"
