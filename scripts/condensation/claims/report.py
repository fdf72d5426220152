"""Claims as a Parquet table, as JSON for `dvc metrics`, and as text to read."""

import json
import math
import textwrap
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from condensation.claims.evaluate import Verdict
from condensation.records.columns import metric_table


def claims_table(verdicts: Sequence[Verdict]) -> pa.Table:
    """One row a claim: id, figure, statement, source, quantity, bounds, value, spread over seeds, held."""
    claim = {
        name: [getattr(verdict.claim, name) for verdict in verdicts]
        for name in ("id", "figure", "statement", "source", "quantity", "lower", "upper")
    }
    measured = {
        name: [getattr(verdict, name) for verdict in verdicts]
        for name in ("value", "spread", "smallest", "largest", "seeds", "seeds_held", "held")
    }
    return metric_table(**claim, **measured)


def claims_json(verdicts: Sequence[Verdict]) -> str:
    """Totals and one number a claim; NaN and infinity, which JSON lacks, become null."""

    def number(value: float) -> float | None:
        return round(value, 6) if math.isfinite(value) else None

    claims: dict[str, Any] = {
        verdict.claim.id: {"value": number(verdict.value), "held": int(verdict.held)} for verdict in verdicts
    }
    held = sum(verdict.held for verdict in verdicts)
    summary = {"claims": len(verdicts), "held": held, "failed": len(verdicts) - held}
    return json.dumps({"summary": summary, "claim": claims}, indent=1) + "\n"


def claims_text(verdicts: Sequence[Verdict], *, preset: str) -> str:
    """Table for the terminal, failed claims marked and repeated at the end."""
    lines = []
    figure = ""
    for verdict in verdicts:
        claim = verdict.claim
        if claim.figure != figure:
            figure = claim.figure
            lines += ["", figure]
        mark = "held  " if verdict.held else "FAILED"
        value = f"{verdict.value:.4g}" + (
            f" ± {verdict.spread:.2g} ({verdict.seeds} seeds)" if verdict.seeds > 1 else ""
        )
        lines.append(f"  {mark} {claim.id:<34} {value:<28} in [{claim.lower:.4g}, {claim.upper:.4g}]")
        lines += textwrap.wrap(claim.statement, 100, initial_indent=" " * 9, subsequent_indent=" " * 9)
    failed = [verdict.claim.id for verdict in verdicts if not verdict.held]
    head = f"{len(verdicts) - len(failed)} of {len(verdicts)} claims held (preset {preset})"
    tail = [f"failed: {', '.join(failed)}"] if failed else []
    return "\n".join([head, *tail, *lines]) + "\n"
