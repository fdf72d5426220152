"""The tables of workflow/report: equations, published values and training times, checked like every other table."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from condensation.models.column import NAME, NAME_HINT, Column, text
from condensation.plan.cells import Values
from condensation.plan.plan import Plan
from condensation.plan.problems import InputError, Problem, did_you_mean, quote
from condensation.plan.tables import Row, read_table

FOLDER = "workflow/report"
_FIGURE, _COLUMN = (NAME, "the id of a figure"), (NAME, "a column of the metrics")
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "equations": {
        "id": text("name of the equation", NAME, NAME_HINT),
        "figures": Column("figures it is shown beside", pattern=NAME, hint="the id of a figure"),
        "latex": text("the equation in LaTeX"),
        "words": text("the equation in words, for screen readers"),
        "meaning": text("what it says"),
        "source": text("where it stands"),
    },
    "published_claims": {
        "claim": text("id of the claim", "^[a-z][a-z0-9_.-]*$", "the id of a claim"),
        "published": Column("published value of the claim's quantity", kind="value", type=float),
        "source": text("where it is published"),
    },
    "published_series": {
        "name": text("name of the comparison", NAME, NAME_HINT),
        "figure": text("figure whose metrics hold both tables", *_FIGURE),
        "published": text("table of the metrics with published values"),
        "ours": text("table of the metrics that is compared"),
        "coordinates": Column("columns in which the rows of both tables agree", pattern=NAME, hint=_COLUMN[1]),
        "value": text("column that is compared", *_COLUMN),
        "source": text("where it is published"),
    },
    "training_times": {
        "key": text("family:experiment:work", "^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[0-9]+$", "family:experiment:work"),
        "runs": Column("runs that were timed", 1, kind="value", type=int),
        "seconds": Column(
            "time of a run in seconds of one job, without the job's start", above=0, kind="value", type=float
        ),
    },
}


@dataclass(frozen=True)
class Equation:
    """An equation in LaTeX, in words (for screen readers), and the figures it is shown beside."""

    id: str
    figures: tuple[str, ...]
    latex: str
    words: str
    meaning: str
    source: str


@dataclass(frozen=True)
class Published:
    """The published value of what a claim measures."""

    claim: str
    value: float
    source: str


@dataclass(frozen=True)
class Comparison:
    """A table of published values, and the table of ours it is compared with at the same coordinates."""

    name: str
    figure: str
    published: str
    ours: str
    coordinates: tuple[str, ...]
    value: str
    source: str


@dataclass(frozen=True)
class ReportTables:
    """What workflow/report says; published: by claim id; seconds: (family, experiment, work) -> seconds a run."""

    equations: tuple[Equation, ...]
    published: Mapping[str, Published]
    comparisons: tuple[Comparison, ...]
    seconds: Mapping[tuple[str, str, int], float]

    def equations_of(self, figure: str) -> tuple[Equation, ...]:
        """Return the equations behind a figure, in the order of their table."""
        return tuple(equation for equation in self.equations if figure in equation.figures)

    def comparisons_of(self, figure: str) -> tuple[Comparison, ...]:
        """Return the comparisons with published series that a figure has."""
        return tuple(comparison for comparison in self.comparisons if comparison.figure == figure)


def read_report_tables(root: Path, plan: Plan) -> ReportTables:
    """Read workflow/report of a repository; figures and claims it names must exist in the plan.

    Raises InputError with everything that is wrong.
    """
    problems: list[Problem] = []
    claims = {claim.id for claim in plan.claims}

    def unknown(
        column: str, kind: str, known: Collection[str]
    ) -> Callable[[Row, Mapping[str, Values]], Iterator[Problem]]:
        def check(row: Row, values: Mapping[str, Values]) -> Iterator[Problem]:
            for name in values.get(column, ()):
                if name not in known:
                    yield row.problem(column, f"there is no {kind} {quote(name)}{did_you_mean(name, known)}")

        return check

    equations = _rows(root, "equations", unknown("figures", "figure", plan.figures), problems)
    published = _rows(root, "published_claims", unknown("claim", "claim", claims), problems)
    series = _rows(root, "published_series", unknown("figure", "figure", plan.figures), problems)
    times = _rows(root, "training_times", lambda row, values: iter(()), problems)
    if problems:
        raise InputError(problems)
    return ReportTables(
        equations=tuple(
            Equation(_one(v, "id"), v["figures"], *(_one(v, name) for name in ("latex", "words", "meaning", "source")))
            for v in equations
        ),
        published={
            _one(v, "claim"): Published(_one(v, "claim"), _one(v, "published"), _one(v, "source")) for v in published
        },
        comparisons=tuple(
            Comparison(
                name=_one(v, "name"),
                figure=_one(v, "figure"),
                published=_one(v, "published"),
                ours=_one(v, "ours"),
                coordinates=v["coordinates"],
                value=_one(v, "value"),
                source=_one(v, "source"),
            )
            for v in series
        ),
        seconds={_time_key(_one(v, "key")): _one(v, "seconds") for v in times},
    )


def _rows(
    root: Path,
    name: str,
    check: Callable[[Row, Mapping[str, Values]], Iterator[Problem]],
    problems: list[Problem],
) -> list[dict[str, Values]]:
    """Return the values of every row of a table; what is wrong goes to `problems`."""
    file = f"{FOLDER}/{name}.tsv"
    table = read_table(root / file, file, COLUMNS[name])
    problems += table.problems
    rows = []
    for row in table.rows:
        values = table.values(row, problems)
        problems += check(row, values)
        rows.append(values)
    return rows


def _one(values: Mapping[str, Values], column: str) -> Any:
    return values[column][0]


def _time_key(key: str) -> tuple[str, str, int]:
    family, experiment, work = key.split(":")
    return family, experiment, int(work)
