"""Two versions of the results: which claims, plotted values and pictures changed."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from condensation.comparison.pictures import PictureChange, picture_change
from condensation.comparison.revision import Results
from condensation.comparison.tables import TOLERANCE, ClaimChange, TableChange, claim_changes, table_change
from condensation.plan.claims import QUALITY

CLAIMS = "data/metrics/claims.parquet"
_PICTURES = ("png", "gif")


@dataclass(frozen=True)
class FigureChange:
    """A figure that is added, removed, or whose plotted values or picture changed."""

    figure: str
    kind: str
    table: TableChange | None
    picture: PictureChange | None


@dataclass(frozen=True)
class Comparison:
    """Everything that changed from one version to another; totals are those of the later one."""

    before: str
    after: str
    claims: tuple[ClaimChange, ...]
    total_claims: int
    held: tuple[int, int]
    figures: tuple[FigureChange, ...]
    total_figures: int

    def __str__(self) -> str:
        lines = [
            f"from {self.before} to {self.after}:",
            f"{len(self.claims)} of {self.total_claims} claims changed; held {self.held[0]} -> {self.held[1]}",
            *(f"  {change}" for change in self.claims),
            f"{len(self.figures)} of {self.total_figures} figures changed",
        ]
        for change in self.figures:
            lines.append(f"  {change.figure}: {change.kind}")
            if change.table:
                lines += [f"    {line}" for line in change.table.lines()]
            if change.picture and change.picture.difference:
                lines.append(f"    picture: {change.picture.share:.2%} of its pixels differ")
        return "\n".join(lines)


def compare(before: Results, after: Results, folder: Path, tolerance: float = TOLERANCE) -> Comparison:
    """Compare two versions, numbers to a relative tolerance; pictures of changed figures go to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    old, new = (_claims(results) for results in (before, after))
    metrics = {path for path in before.files.keys() | after.files.keys() if path.endswith(".parquet")} - {CLAIMS}
    names = sorted(path.rsplit("/", 1)[1].removesuffix(".parquet") for path in metrics)
    figures = [change for name in names if (change := _figure_change(before, after, name, folder, tolerance))]
    return Comparison(
        before=before.name,
        after=after.name,
        claims=tuple(claim_changes(old, new, tolerance)),
        total_claims=sum(map(_is_statement, new)),
        held=(_held(old), _held(new)),
        figures=tuple(figures),
        total_figures=sum(f"data/metrics/{name}.parquet" in after.files for name in names),
    )


def _claims(results: Results) -> list[dict[str, Any]]:
    return pq.read_table(io.BytesIO(results.read(CLAIMS))).to_pylist() if CLAIMS in results.files else []


def _is_statement(claim: dict[str, Any]) -> bool:
    return claim.get("kind") != QUALITY  # older results have no kinds


def _held(claims: list[dict[str, Any]]) -> int:
    return sum(bool(claim["held"]) for claim in filter(_is_statement, claims))


def _figure_change(before: Results, after: Results, name: str, folder: Path, tolerance: float) -> FigureChange | None:
    """Return what changed of a figure; None if its values and its picture are the same."""
    metrics = f"data/metrics/{name}.parquet"
    shown = [f"figures/{name}.{suffix}" for suffix in _PICTURES]
    picture = next((path for path in shown if path in before.files or path in after.files), None)
    table = None
    if metrics not in before.files:
        kind = "added"
    elif metrics not in after.files:
        kind = "removed"
    else:
        if _differs(before, after, metrics):
            old, new = (pq.read_table(io.BytesIO(results.read(metrics))).to_pandas() for results in (before, after))
            table = table_change(old, new, tolerance)
        if table and table.lines():
            kind = "plotted values changed"
        elif picture and _differs(before, after, picture):
            kind = "drawn otherwise, plotted values are the same"
        else:
            return None  # at most what stands beside the values, such as the hash of the code that measures
    change = None
    if picture and _differs(before, after, picture):
        old_picture, new_picture = (
            results.read(picture) if picture in results.files else None for results in (before, after)
        )
        change = picture_change(name, picture.rsplit(".", 1)[1], old_picture, new_picture, folder)
        if (table is None or not table.lines()) and change.difference and not change.share:
            return None  # the same picture with another provenance inside
    return FigureChange(name, kind, table, change)


def _differs(before: Results, after: Results, path: str) -> bool:
    return before.files.get(path) != after.files.get(path)
