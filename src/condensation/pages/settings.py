"""Settings behind a figure: rows of the experiment tables, each guess marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from condensation.pages.wording import symbols
from condensation.plan.plan import Experiment, Plan

_QUIET = ("-", "")  # cells that set nothing
_ABOUT = ("name", "source", "notes")  # what is said about the row


@dataclass(frozen=True)
class Setting:
    """A cell of an experiment table; guessed: the row's note about guesses names it."""

    column: str
    text: str
    meaning: str
    guessed: bool


@dataclass(frozen=True)
class Settings:
    """A row of an experiment table. guess: the note if it names a guess, note: any other note."""

    family: str
    table: str
    experiment: str
    runs: int
    source: str
    guess: str
    note: str
    cells: tuple[Setting, ...]

    @property
    def said(self) -> str:
        """The guess, told as one, or the note."""
        return f"Guess: {self.guess}." if self.guess else f"{self.note}." if self.note else ""


def settings(plan: Plan, figure: str) -> Iterator[Settings]:
    """Yield the experiments of a figure in the order of its row in figures.tsv."""
    for key in plan.figures[figure].experiments:
        experiment = plan.experiments[key]
        family = plan.families[experiment.family]
        is_guess = "guess" in experiment.notes.lower()
        yield Settings(
            family=family.name,
            table=family.table,
            experiment=experiment.name,
            runs=len(experiment.runs),
            source=symbols(experiment.source),
            guess=symbols(re.sub(r"^guess: *", "", experiment.notes)) if is_guess else "",
            note="" if is_guess else symbols(experiment.notes),
            cells=tuple(
                Setting(column, text, family.table_columns[column].meaning, is_guess and named(column, experiment))
                for column, text in experiment.cells.items()
                if column not in _ABOUT and text not in _QUIET
            ),
        )


def named(column: str, experiment: Experiment) -> bool:
    """True if the row's note names a column, as it is, in the plural, or in words (`stop_loss`: stopped at loss)."""
    words = column.replace("_", r"(?:ped at)?[ _]")
    return re.search(rf"(?<![\w-]){words}(?:s|e?d)?(?![\w-])", experiment.notes) is not None
