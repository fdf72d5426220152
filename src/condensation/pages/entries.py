"""What is said about a figure, once for the gallery, docs/figures.md and the captions of Snakemake's report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from condensation.claims.report import tallies
from condensation.pages.settings import Settings, settings
from condensation.pages.tables import Equation
from condensation.pages.wording import symbols
from condensation.plan.figures import Figure
from condensation.plan.plan import Plan

Claim = Mapping[str, Any]  # a row of the claims table; before claims are evaluated, one of workflow/claims.tsv
DRAWING = "drawing"
MODELS = {
    "two_layer": "two layers",
    "regularised": "two layers",
    "custom": "two layers",
    "two_layer_mnist": "two layers on MNIST",
    "three_layer": "three layers",
    "cnn": "convolutional",
    "transformer": "transformer",
}
_SAID = ("statement", "source", "basis", "why")  # texts of a claim in which names become symbols


@dataclass(frozen=True)
class Entry:
    """A figure with its texts in symbols, its models in plain words, claims, settings and equations."""

    figure: Figure
    models: tuple[str, ...]
    claims: tuple[Claim, ...]
    settings: tuple[Settings, ...]
    equations: tuple[Equation, ...]

    @property
    def failed(self) -> tuple[Claim, ...]:
        """The claims that do not hold, quality checks among them."""
        return tuple(claim for claim in self.claims if not claim["held"])

    @property
    def verdict(self) -> str:
        """What became of its claims, in a sentence."""
        statements, checks = tallies(self.claims)
        if not statements.total:
            said = "It states nothing that could fail"
        elif not statements.failed:
            said = "Its one statement holds" if statements.total == 1 else f"All {statements.total} statements hold"
        else:
            named = sorted({claim["category"] for claim in self.failed if claim["category"]})
            differ = f"{len(statements.failed)} differ{'s' if len(statements.failed) == 1 else ''}"
            said = f"{statements.held} of {statements.total} statements hold, {differ}"
            said += f" ({', '.join(named)})" if named else ""
        return said + (f"; {checks.held} of {checks.total} quality checks pass" if checks.total else "")


def entries(plan: Plan, claims: Sequence[Claim], equations: Sequence[Equation] = ()) -> tuple[Entry, ...]:
    """Return every figure's entry, in the lecture's order."""
    return tuple(
        Entry(
            figure=replace(figure, title=symbols(figure.title), caption=symbols(figure.caption)),
            models=models(figure),
            claims=tuple(in_symbols(claim) for claim in claims if claim["figure"] == figure.id),
            settings=tuple(settings(plan, figure.id)),
            equations=tuple(equation for equation in equations if figure.id in equation.figures),
        )
        for figure in plan.figures.values()
    )


def models(figure: Figure) -> tuple[str, ...]:
    """Return the models a figure shows, in plain words: `drawing` where nothing is trained."""
    families = [name.partition(":")[0] for name in figure.experiments]
    return tuple(dict.fromkeys(MODELS.get(family, family.replace("_", " ")) for family in families)) or (DRAWING,)


def in_symbols(claim: Claim) -> Claim:
    """Return a claim with symbols in its texts."""
    return {**claim, **{name: symbols(claim[name]) for name in _SAID if claim.get(name)}}
