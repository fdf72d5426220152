"""Claims as a Parquet table, as counts for `dvc metrics`, and as text to read."""

import json
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from condensation.claims.evaluate import Verdict
from condensation.plan.claims import QUALITY, TEXTS
from condensation.store.columns import metric_table

DIGITS = 6  # significant digits that are kept: the last ones of a double depend on the processor
ZERO = 1e-12  # a smaller number is round-off


@dataclass(frozen=True)
class Tally:
    """How many claims of one sort there are, and the ids of those that fail."""

    total: int
    failed: tuple[str, ...]

    @property
    def held(self) -> int:
        """How many hold."""
        return self.total - len(self.failed)


def tallies(claims: Iterable[Mapping[str, Any]]) -> tuple[Tally, Tally]:
    """Count the rows of a claims table: statements of the lecture and of theory, and quality checks apart."""
    rows = list(claims)
    sorts = [[row for row in rows if (row["kind"] == QUALITY) is quality] for quality in (False, True)]
    statements, checks = (Tally(len(own), tuple(row["id"] for row in own if not row["held"])) for own in sorts)
    return statements, checks


def claims_table(verdicts: Sequence[Verdict]) -> pa.Table:
    """One row a claim: its cells, the value and its spread over seeds to six digits, held."""
    claim = {name: [getattr(verdict.claim, name) for verdict in verdicts] for name in (*TEXTS, "lower", "upper")}
    measured = {
        name: [_rounded(getattr(verdict, name)) for verdict in verdicts]
        for name in ("value", "spread", "smallest", "largest")
    }
    counted = {name: [getattr(verdict, name) for verdict in verdicts] for name in ("seeds", "seeds_held", "held")}
    return metric_table(**claim, **measured, **counted)


def claims_json(verdicts: Sequence[Verdict]) -> str:
    """How many claims hold, and of which figures some fail, in one short line of `dvc metrics show`.

    Claims of a user's own table are left out: git tracks the file.
    """
    verdicts = [verdict for verdict in verdicts if not verdict.claim.own]
    statements, checks = tallies(_rows(verdicts))
    figures: dict[str, list[bool]] = {}
    for verdict in verdicts:
        figures.setdefault(verdict.claim.figure.partition("_")[0], []).append(verdict.held)
    failed = [f"{name} {held.count(False)}/{len(held)}" for name, held in figures.items() if not all(held)]
    record = {"claims": statements.total, "held": statements.held, "checks": checks.total, "passed": checks.held}
    return json.dumps(record | {"failed": ", ".join(failed) or "none"}, indent=1) + "\n"


def claims_text(verdicts: Sequence[Verdict], *, preset: str) -> str:
    """Table for the terminal: failed claims first, with their reasons, then every claim by figure."""
    statements, checks = tallies(_rows(verdicts))
    lines = [
        f"{statements.held} of {statements.total} claims held (preset {preset})",
        f"{checks.held} of {checks.total} quality checks held",
    ]
    failed = [verdict for verdict in verdicts if not verdict.held]
    if failed:
        lines += [f"failed: {', '.join(verdict.claim.id for verdict in failed)}"]
    figure = ""
    for verdict in verdicts:
        claim = verdict.claim
        if claim.figure != figure:
            figure = claim.figure
            lines += ["", figure]
        mark = "held  " if verdict.held else "FAILED"
        value = f"{verdict.value:.4g}" + (
            f" ± {verdict.spread:.2g} ({verdict.seeds_held} of {verdict.seeds} seeds)" if verdict.seeds > 1 else ""
        )
        lines.append(f"  {mark} {claim.id:<34} {value:<32} in [{claim.lower:.4g}, {claim.upper:.4g}] {claim.basis}")
        said = f"({claim.kind}) {claim.statement}" if claim.kind == QUALITY else claim.statement
        lines += _wrapped(said)
        if not verdict.held:
            lines += _wrapped(f"{claim.category}: {claim.why}" if claim.why else "its row does not say why it fails")
    return "\n".join(lines) + "\n"


def _rows(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [{"id": verdict.claim.id, "kind": verdict.claim.kind, "held": verdict.held} for verdict in verdicts]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=" " * 9, subsequent_indent=" " * 9)


def _rounded(value: float) -> float:
    """Round to `DIGITS` significant digits."""
    if abs(value) < ZERO:
        return 0.0
    rounded = float(f"{value:.{DIGITS}g}")
    return rounded if math.isfinite(rounded) else value  # the largest doubles would be rounded up to infinity
