import itertools
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.models.column import Column
from condensation.plan.cells import MOST_VALUES, WORDS, GrammarError, parse_cell, read_cell

NUMBER = Column("gamma", type=float, words=("-",))
WHOLE = Column("m", type=int)
TEXT = Column("target", choices=("x_squared", "two_kinks"))
POWER = Column("std", type=float, words=("-",), pattern="^m", hint="a power of m")
STEPS = Column("snapshots", kind="sequence", type=int, words=("-",))
LIMIT = Column("lower", kind="value", type=float, words=("inf", "-inf"))


@pytest.mark.parametrize(
    ("text", "column", "values"),
    [
        ("1000,5000", WHOLE, (1000, 5000)),
        ("1e6", WHOLE, (1000000,)),
        ("1000.0, 2e3", WHOLE, (1000, 2000)),
        ("0..2", WHOLE, (0, 1, 2)),
        ("-1..1", NUMBER, (-1.0, 0.0, 1.0)),
        ("10:30:10", WHOLE, (10, 20, 30)),
        ("0.6:1.4:0.1", NUMBER, (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)),
        ("-0.4:0.4:0.2", NUMBER, (-0.4, -0.2, 0.0, 0.2, 0.4)),
        ("0.6:0.8:0.1,0.95,0.98", NUMBER, (0.6, 0.7, 0.8, 0.95, 0.98)),
        ("linspace(0,1,11)", NUMBER, tuple(i / 10 for i in range(11))),
        ("linspace(0.5,2,4),3", NUMBER, (0.5, 1.0, 1.5, 2.0, 3.0)),
        ("linspace(0,4,3)", WHOLE, (0, 2, 4)),
        ("1:1:1", NUMBER, (1.0,)),
        ("-", NUMBER, (None,)),
        ("-,1", NUMBER, (None, 1.0)),
        ("m^-0.5,0.1", POWER, ("m^-0.5", 0.1)),
        ("x_squared,two_kinks", TEXT, ("x_squared", "two_kinks")),
        ("-", STEPS, ((),)),
        ("1;20; 300", STEPS, ((1, 20, 300),)),
        ("-inf", LIMIT, (-math.inf,)),
        ("-.5", LIMIT, (-0.5,)),
    ],
)
def test_cell_values(text, column, values):
    found = parse_cell(text, column)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("", WHOLE, "is empty"),
        ("", NUMBER, "write `-`"),
        ("1,,2", WHOLE, "empty place"),
        ("1,", WHOLE, "empty place"),
        ("1;;2", STEPS, "empty place"),
        ("abc", NUMBER, "`abc` is not a number or `-`"),
        ("nan", NUMBER, "not a finite number"),
        ("-Infinity", NUMBER, "not a finite number"),
        ("1e400", NUMBER, "too large"),
        ("1e-999999999", NUMBER, "too small"),
        ("1e999999999", WHOLE, "too large"),
        ("٣", WHOLE, "not a number"),
        ("1_000", WHOLE, "not a number"),
        ("0x10", WHOLE, "not a number"),
        ("1.5", WHOLE, "not a whole number"),
        ("1:2:0.5", WHOLE, "not a whole number"),
        ("linspace(0,1,3)", WHOLE, "not a whole number"),
        ("0.6:1.4", NUMBER, "is not a range"),
        ("1:2:3:4", NUMBER, "is not a range"),
        ("0.6:1.4:", NUMBER, "not a number"),
        ("1:2:0", NUMBER, "must rise"),
        ("2:1:0.5", NUMBER, "must rise"),
        ("1:2:-0.5", NUMBER, "must rise"),
        ("0:1:0.3", NUMBER, "do not end at 1"),
        ("0..", WHOLE, "not a number"),
        ("0..1..2", WHOLE, "is not a range"),
        ("0.5..2", NUMBER, "whole numbers"),
        ("2..0", WHOLE, "must rise"),
        ("linspace(0,1)", NUMBER, "is not a range"),
        ("linspace(0,1,5", NUMBER, "is not a range"),
        ("linspace(0,1,1)", NUMBER, "at least 2"),
        ("linspace(0,1,2.5)", NUMBER, "whole count"),
        ("0..100000", WHOLE, "100001 values, more than 100,000"),
        ("0..1e300", WHOLE, "1e+300 values"),
        ("0:1:1e-300", NUMBER, "values, more than 100,000"),
        ("linspace(0,1,1e9)", NUMBER, "1e+09 values"),
        ("0.5,0.50", NUMBER, "gives `0.5` twice"),
        ("-,-", NUMBER, "gives `-` twice"),
        ("0:1:0.5,0.5", NUMBER, "gives `0.5` twice"),
        ("x_sqared", TEXT, "did you mean `x_squared`?"),
        ("1,2", LIMIT, "`1,2` is not a number"),
    ],
)
def test_unreadable_cell(text, column, reason):
    values, (found,) = read_cell(text, column)
    assert values == ()
    assert reason in found


def test_a_range_of_the_limit_is_read():
    assert len(parse_cell(f"1..{MOST_VALUES}", WHOLE)) == MOST_VALUES


DECIMALS = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False)


@given(start=DECIMALS, step=st.decimals(min_value="0.001", max_value=50, places=3), count=st.integers(1, 60))
def test_ranges_give_the_decimals_a_person_would_write(start: Decimal, step: Decimal, count: int):
    stop = start + (count - 1) * step
    written = ",".join(str(start + i * step) for i in range(count))
    assert parse_cell(f"{start}:{stop}:{step}", NUMBER) == parse_cell(written, NUMBER)


@given(first=st.integers(-1000, 1000), count=st.integers(1, 100))
def test_whole_ranges_round_trip(first: int, count: int):
    assert parse_cell(f"{first}..{first + count - 1}", WHOLE) == tuple(range(first, first + count))


@given(start=DECIMALS, width=st.decimals(min_value=1, max_value=50, places=3), count=st.integers(2, 60))
def test_linspace_is_even_with_exact_ends(start: Decimal, width: Decimal, count: int):
    values = parse_cell(f"linspace({start},{start + width},{count})", NUMBER)
    assert len(values) == count
    assert (values[0], values[-1]) == (float(start), float(start + width))
    gaps = [later - earlier for earlier, later in itertools.pairwise(values)]
    assert max(gaps) - min(gaps) < 1e-11 + 1e-15 * abs(float(start) + 1000)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=8, unique=True))
def test_every_float_is_read_back_from_its_own_text(values):
    assert parse_cell(",".join(map(repr, values)), NUMBER) == tuple(values)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text):
    for column in (NUMBER, WHOLE, TEXT, POWER, STEPS, LIMIT):
        try:
            parse_cell(text, column)
        except GrammarError as error:
            assert str(error)


@given(st.text(alphabet="0123456789.,:;()e-+linspacem^ ", max_size=30))
def test_any_text_of_the_grammars_characters_is_read_or_refused(text):
    for column in (NUMBER, WHOLE, POWER, STEPS):
        try:
            parse_cell(text, column)
        except GrammarError as error:
            assert str(error)


def test_words_have_one_meaning_each():
    assert WORDS["-"] is None
    assert WORDS["yes"] is True
