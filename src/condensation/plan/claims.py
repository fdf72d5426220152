"""Rows of workflow/claims.tsv: statements of the lecture that a number can refute."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from condensation.models.column import NAME, Column, text
from condensation.plan.code_hash import SourceTree
from condensation.plan.figures import script_path
from condensation.plan.problems import InputError, Problem, did_you_mean, quote
from condensation.plan.slices import quantities
from condensation.plan.tables import Row, Table

TABLE = "workflow/claims.tsv"
QUALITY = "quality"  # kind of a check of the numerics, counted apart from what the lecture and theory state
TEXTS = ("id", "figure", "kind", "statement", "source", "basis", "quantity", "category", "why")
_NONE = "-"
COLUMNS = {
    "id": text(
        "name of the claim",
        "^[a-z][a-z0-9_.-]*$",
        "a name of lowercase letters, digits, _ . and - that starts with a letter",
    ),
    "figure": text("id of the figure whose metrics decide", NAME, "the id of a figure"),
    "kind": text(
        "statement of the lecture or its papers, theory beyond them, or quality check of the numerics",
        choices=("statement", "theory", QUALITY),
    ),
    "statement": text("what is claimed, in words"),
    "source": text("who claims it"),
    "basis": text(
        "where the bounds come from, never the seeds they are checked on; after `; ` why the claim was restated",
        r"^(theory|published|fixed before|pilot on seeds [0-9]+(\.\.[0-9]+)?)(; .+)?$",
        "`theory`, `published`, `fixed before`, or `pilot on seeds 0..2`, and where needed `; reason`",
    ),
    "quantity": text(
        "function of the figure's script, decorated @quantity", "^[A-Za-z][A-Za-z0-9_]*$", "the name of a function"
    ),
    "lower": Column("least value that agrees", words=("inf", "-inf"), kind="value", type=float),
    "upper": Column("largest value that agrees", words=("inf", "-inf"), kind="value", type=float),
    "category": text(
        "why it fails in the lecture preset, in a word; `-` for a claim that holds",
        choices=(_NONE, "near miss", "finite width", "our size", "not reproduced"),
    ),
    "why": text("the same in a sentence; `-` for a claim that holds"),
}


@dataclass(frozen=True)
class Claim:
    """A statement that holds if lower <= quantity <= upper; quantity: a function of the figure's script.

    category, why: the reason why it fails in the lecture preset, in a word and in a sentence; empty if it holds there.
    """

    id: str
    figure: str
    kind: str
    statement: str
    source: str
    basis: str
    quantity: str
    lower: float
    upper: float
    category: str = ""
    why: str = ""
    own: bool = False  # of a user's own table: in no file that git tracks


def read_claims(table: Table, figures: Table, sources: SourceTree, problems: list[Problem]) -> tuple[Claim, ...]:
    """Return the claims in the order of the table; what is wrong goes to `problems`. figures: the table of figures."""
    claims = []
    for row in table.rows:
        values = table.values(row, problems)
        if "lower" in values and "upper" in values:
            problems += _bound_problems(row, values["lower"][0], values["upper"][0])
        if "figure" in values:
            problems += _quantity_problems(row, "quantity" in values, figures, sources)
        if "category" in values and (row.cells["category"] == _NONE) != (row.cells["why"] == _NONE):
            problems.append(row.problem("why", "and category belong together: both say why a claim fails, or both `-`"))
        if len(values) == len(COLUMNS):
            texts = {name: "" if row.cells[name] == _NONE else row.cells[name] for name in TEXTS}
            claims.append(Claim(**texts, lower=values["lower"][0], upper=values["upper"][0], own=row.own))
    return tuple(claims)


def declared_failures(claims: Iterable[Claim], figure: str) -> dict[str, str]:
    """Return claim id -> category of the figure's claims that fail in the lecture preset, as its table declares."""
    return {claim.id: claim.category for claim in claims if claim.figure == figure and claim.category}


def _bound_problems(row: Row, lower: float, upper: float) -> Iterator[Problem]:
    if lower > upper:
        yield row.problem("lower", f"{lower:g} is above upper, {upper:g}")
    if lower == upper and math.isinf(lower):
        yield row.problem("lower", "no number lies between infinity and itself")
    if (lower, upper) == (-math.inf, math.inf):
        yield row.problem("lower", "no number can refute a claim from -inf to inf")


def _quantity_problems(row: Row, check_quantity: bool, figures: Table, sources: SourceTree) -> Iterator[Problem]:
    figure, quantity = row.cells["figure"], row.cells["quantity"]
    if figures.keys is not None and figure not in figures.keys:
        yield row.problem("figure", f"there is no figure {quote(figure)}{did_you_mean(figure, figures.keys)}")
        return
    # a figure whose row is wrong is reported there; its script is then the one its id asks for
    script = next((r.cells["script"] for r in figures.rows if r.cells["id"] == figure), f"scripts/figures/{figure}.py")
    known = _known_quantities(script, sources) if check_quantity else None
    if known is not None and quantity not in known:
        yield row.problem(
            "quantity", f"{quote(script)} has no @quantity {quote(quantity)}{did_you_mean(quantity, known)}"
        )


def _known_quantities(script: str, sources: SourceTree) -> list[str] | None:
    """Return the quantities of a figure's script, None if the script is reported as wrong already."""
    try:
        return quantities(sources.parse(script_path(script, sources)))
    except InputError:
        return None
