"""Captions of `snakemake --report`, from the same tables as every other page."""

import re
from typing import Any

from condensation.pages.wording import bounds
from condensation.plan.claims import QUALITY
from condensation.plan.plan import Plan


def report_captions(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return figure id -> title, caption, slide, settings and claims, as plain text safe in reStructuredText."""
    captions: dict[str, dict[str, Any]] = {}
    for figure in plan.figures.values():
        experiments = [plan.experiments[name] for name in figure.experiments]
        settings = [
            f"{e.family}:{e.name}, {len(e.runs):,} runs, source: {e.source}" + (f"; {e.notes}" if e.notes else "")
            for e in experiments
        ]
        claims = [
            f"{claim.statement} ({bounds(claim.lower, claim.upper)}; {claim.source})"
            for claim in plan.claims
            if claim.figure == figure.id and claim.kind != QUALITY
        ]
        captions[figure.id] = {
            "title": plain(figure.title),
            "caption": plain(figure.caption),
            "slide": plain(figure.slide),
            "settings": list(map(plain, settings)),
            "claims": list(map(plain, claims)),
        }
    return captions


def plain(text: str) -> str:
    """Escape what reStructuredText would read as markup.

    >>> plain("|a_k| * w_")
    '\\\\|a\\\\_k\\\\| \\\\* w\\\\_'
    """
    return re.sub(r"([\\*_`|:])", r"\\\1", text)
