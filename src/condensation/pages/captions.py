"""Captions of `snakemake --report`, from the same entries as every other page."""

import re
from dataclasses import asdict
from typing import Any

from condensation.pages.entries import entries
from condensation.pages.wording import bounds
from condensation.plan.claims import QUALITY
from condensation.plan.plan import Plan


def report_captions(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return figure id -> title, caption, slide, settings and claims, as plain text safe in reStructuredText."""
    return {
        entry.figure.id: {
            "title": plain(entry.figure.title),
            "caption": plain(entry.figure.caption),
            "slide": plain(entry.figure.slide),
            "settings": [
                plain(f"{row.family}:{row.experiment}, {row.runs:,} runs, source: {row.source}. {row.said}".strip())
                for row in entry.settings
            ],
            "claims": [
                plain(f"{claim['statement']} ({bounds(claim['lower'], claim['upper'])}; {claim['source']})")
                for claim in entry.claims
                if claim["kind"] != QUALITY
            ],
        }
        for entry in entries(plan, [asdict(claim) for claim in plan.claims])
    }


def plain(text: str) -> str:
    """Escape what reStructuredText would read as markup.

    >>> plain("|a_k| * w_")
    '\\\\|a\\\\_k\\\\| \\\\* w\\\\_'
    """
    return re.sub(r"([\\*_`|:])", r"\\\1", text)
