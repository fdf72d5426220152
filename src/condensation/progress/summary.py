"""One summary after a run: figures drawn, claims held, time, where to look."""

import json
from pathlib import Path

from condensation.pages.wording import duration
from condensation.plan.plan import Plan


def summary_text(root: Path, plan: Plan, *, seconds: float, since: float) -> str:
    """Return the summary of a run that took `seconds` and began at the time `since` (seconds of the epoch)."""
    drawn = [figure.id for figure in plan.figures.values() if _is_newer(root, plan.pictures(figure.id), since)]
    count = (
        f"{len(drawn)} of {len(plan.figures)} figures drawn"
        if drawn
        else f"{len(plan.figures)} figures, none drawn anew"
    )
    lines = [f"{count} in {duration(seconds)} (preset {plan.preset})"]
    if drawn and len(drawn) < len(plan.figures):
        lines[0] += f": {', '.join(drawn[:6])}" + (" ..." if len(drawn) > 6 else "")
    record = root / f"data/metrics/{plan.preset}/claims.json"
    if record.is_file():
        claims = json.loads(record.read_text())
        lines.append(
            "{held} of {claims} claims held, {passed} of {checks} quality checks; failed: {failed}".format(**claims)
        )
    page = root / f"figures/{plan.preset}/index.html"
    if page.is_file():
        lines.append(f"look at figures/{plan.preset}/index.html: every figure with claims, settings and numbers")
    return "\n".join(lines)


def _is_newer(root: Path, files: list[str], since: float) -> bool:
    paths = [root / file for file in files]
    # file systems keep coarser times than clocks
    return any(path.is_file() and path.stat().st_mtime >= since - 1 for path in paths)
