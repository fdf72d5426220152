"""What is wrong with the tables: all of it, each with its place and its reason."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_QUOTE = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake; file relative to the repository, line counted from 1."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.file}:{self.line}: {self.column}: {self.reason}")


class InputError(Exception):
    """Tables, presets, figures or claims are wrong.

    problems: every Problem once, sorted by file and line; str() gives one line each.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def printable(text: str) -> str:
    """Return text with unprintable characters escaped: what stands in a table must not control a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quote(text: str) -> str:
    """Return text in backticks, shortened and printable."""
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 3] + "..."
    return f"`{printable(text)}`"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` for the nearest known word, or nothing.

    >>> did_you_mean("x_sqared", ["x_squared", "two_kinks"])
    '; did you mean `x_squared`?'
    """
    nearest = difflib.get_close_matches(word[:LONGEST_QUOTE], list(known), n=1)
    return f"; did you mean {quote(nearest[0])}?" if nearest else ""
