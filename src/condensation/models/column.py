"""A column of a table, declared once: what it means, how its cells are read, which values they may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any, get_args, get_origin


@dataclass(frozen=True, eq=False)  # a column is itself: cells are looked up by it, often
class Column:
    """How the cells of a column are read; in a family's table, a value has the type that the run declares.

    meaning: in words, with symbol and unit. at_least, above, at_most, below: bounds of a number. choices: the only
    texts. words: stand for a value (plan.cells.WORDS says which). pattern, hint: the form of a text, and how to say it;
    numbers with a pattern may be written as such a text, too. kind: text (as it is), value (one), list (lists and
    ranges multiply out) or sequence (`;` joins values to one). empty: whether a text may be empty.
    """

    meaning: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    hint: str = ""
    kind: str = "list"
    type: type = str
    empty: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.type in (int, float)

    def typed(self, hint: Any) -> "Column":
        """Return it with the type of a run's parameter: int, float, bool, str, one of them or None, tuple[int, ...]."""
        found = next(one for one in get_args(hint) or (hint,) if one is not NoneType)
        kind = "sequence" if get_origin(hint) is tuple else self.kind
        return replace(self, type=found, kind=kind, words=("yes", "no") if found is bool else self.words)

    def or_dash(self, when: str) -> "Column":
        """Return it with `-` as a value, and its meaning followed by when that stands."""
        return replace(self, meaning=f"{self.meaning}; `-` {when}", words=("-",))


def text(meaning: str, pattern: str = "", hint: str = "", **further: Any) -> Column:
    """Return a column of plain text."""
    return Column(meaning, pattern=pattern, hint=hint, kind="text", **further)


NAME = r"^[a-z][a-z0-9_]*$"
NAME_HINT = "a name of lowercase letters, digits and _ that starts with a letter"
SEED = Column("seed of the run's random generator", 0, 2**53 - 1)
# of the families that follow the gradient flow
GAMMA = Column("-log(beta1 beta2 / alpha) / log m", -2, 8)
GAMMA_PRIME = Column("-log(beta1 / beta2) / log m", -4, 4)
STOP_LOSS = Column("loss at which a run ends", above=0)
MAX_STEPS = Column("most steps of a run", 1, 2**53 - 1)
TARGET = Column("function the network is trained on", choices=("x_squared", "two_kinks", "four_kinks"))
_FIRST = {"name": text("name of the experiment", NAME, NAME_HINT)}
_LAST = {
    "source": text(
        "where the settings come from: slide, ours, or paper and where in it",
        r"^(slide|ours|paper)\b",
        "`slide`, `ours`, or `paper` followed by the place in it",
    ),
    "notes": text("every guess, in words", empty=True),
}


def experiment_columns(columns: Mapping[str, Column], types: Mapping[str, Any]) -> dict[str, Column]:
    """Return the columns of an experiment table: name, those of the runs with their types by name, source, notes."""
    return _FIRST | {name: c.typed(types[name]) if name in types else c for name, c in columns.items()} | _LAST
