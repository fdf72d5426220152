"""Runs of the same shape and cost, trained by one job and stored in one file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

from condensation.plan.families import Family, Run

MOST_RUNS = 128  # a job costs seconds of imports, a batch should cost more
MOST_NEURONS = 16_000_000  # runs x neurons: what fits in memory beside another job

Member = tuple[str, Run]  # run id, run


@dataclass(frozen=True)
class Batch:
    """Runs that differ only in the cheap axes of their family, sorted by id."""

    family: str
    name: str
    runs: tuple[Run, ...]
    run_ids: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file of the batch's results, in the repository."""
        return f"data/runs/{self.family}/{self.name}.parquet"

    @property
    def code(self) -> str:
        """Hash of the training code: the last part of the name."""
        return self.name.rsplit("-", 1)[1]


def make_batches(family: Family, runs: Mapping[str, Run], code: str) -> list[Batch]:
    """Group runs (by id) by all parameters but the cheap axes; `code` is the hash of the training code."""
    key_of, names = group_key(family)
    groups: dict[tuple[Any, ...], list[Member]] = {}
    for member in sorted(runs.items()):
        groups.setdefault(key_of(member[1]), []).append(member)
    batches = []
    for key, members in groups.items():
        for bits, leaf in leaves(members):
            ids = tuple(run_id for run_id, _ in leaf)
            content = json.dumps([family.name, dict(zip(names, key, strict=True)), ids], sort_keys=True)
            digest = blake2b(content.encode(), digest_size=4).hexdigest()
            name = f"{leaf[0][1].label}-{bits or 'all'}-{digest}-{code}"
            batches.append(Batch(family.name, name, tuple(run for _, run in leaf), ids))
    return batches


def group_key(family: Family) -> tuple[Callable[[Run], tuple[Any, ...]], list[str]]:
    """Return the function from a run to what its batch shares, and the names of those parameters."""
    names = [field.name for field in fields(family.run) if field.name not in family.cheap_axes]  # type: ignore[arg-type]
    return lambda run: tuple(getattr(run, name) for name in names), names


def leaves(members: list[Member], bits: str = "") -> Iterator[tuple[str, list[Member]]]:
    """Split members of equal size, sorted by id, by the bits of their ids until every leaf is within the limits.

    A leaf depends on its own ids only, so a new run changes one leaf, or splits it.
    """
    if len(members) == 1 or (len(members) <= MOST_RUNS and len(members) * members[0][1].size <= MOST_NEURONS):
        yield bits, members
        return
    for bit in "01":
        half = [member for member in members if _bit(member[0], len(bits)) == bit]
        if half:
            yield from leaves(half, bits + bit)


def _bit(run_id: str, position: int) -> str:
    return str(int(run_id[position // 4], 16) >> (3 - position % 4) & 1)


def index_of_batches(batches: Iterable[Batch]) -> dict[str, Batch]:
    """Return run id -> the batch that trains it."""
    return {run_id: batch for batch in batches for run_id in batch.run_ids}
