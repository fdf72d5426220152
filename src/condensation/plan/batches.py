"""Runs of the same shape and cost, trained by one job and stored in one file."""

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

from condensation.plan.families import Family, Run

ID_BITS = 64  # of a run id
MOST_RUNS = 128  # a job costs seconds of imports, a batch should cost more
MOST_NEURONS = 16_000_000  # runs x neurons: what fits in memory beside another job
SEEDS_APART = 32  # seeds of one shape that have batches of their own; more of them share batches
SHARED_NEURONS = 100_000  # runs x neurons of such a batch: seconds to minutes of work

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
    """Group runs (by id) by all parameters but the cheap axes; `code` is the hash of the training code.

    Where a family can, many seeds of one shape are one group: 500 small runs are a few jobs.
    """
    names = [field.name for field in fields(family.run) if field.name not in family.cheap_axes]  # type: ignore[arg-type]
    without_seed = [name for name in names if name != "seed"]
    key_of, shape_of = _values_of(names), _values_of(without_seed)
    seeds: defaultdict[Any, set[int]] = defaultdict(set)
    for run in runs.values() if family.seeds_together else ():
        seeds[shape_of(run)].add(run.seed)
    shared = {shape for shape, found in seeds.items() if len(found) > SEEDS_APART}
    groups: dict[tuple[Any, ...], list[Member]] = {}
    for member in sorted(runs.items()):
        shape = shape_of(member[1]) if shared else ()
        groups.setdefault(shape if shape in shared else key_of(member[1]), []).append(member)
    batches = []
    for key, members in groups.items():
        together = key in shared
        for bits, leaf in leaves(members, most_neurons=SHARED_NEURONS if together else MOST_NEURONS):
            ids = tuple(run_id for run_id, _ in leaf)
            axes = dict(zip(without_seed if together else names, key, strict=True))
            content = json.dumps([family.name, axes, ids], sort_keys=True)
            digest = blake2b(content.encode(), digest_size=4).hexdigest()
            label = re.sub(r"seed\d+$", "seeds", leaf[0][1].label) if together else leaf[0][1].label
            name = f"{label}-{bits or 'all'}-{digest}-{code}"
            batches.append(Batch(family.name, name, tuple(run for _, run in leaf), ids))
    return batches


def _values_of(names: Sequence[str]) -> Callable[[Run], tuple[Any, ...]]:
    return lambda run: tuple(getattr(run, name) for name in names)


def leaves(
    members: list[Member], bits: str = "", *, most_neurons: int = MOST_NEURONS
) -> Iterator[tuple[str, list[Member]]]:
    """Split members of equal size, sorted by id, by the bits of their ids until every leaf is within the limits.

    A leaf depends on its own ids only, so a new run changes one leaf, or splits it.
    """
    if len(members) == 1 or (len(members) <= MOST_RUNS and len(members) * members[0][1].size <= most_neurons):
        yield bits, members
        return
    first_of_ones = f"{int(bits + '1', 2) << (ID_BITS - 1 - len(bits)):0{ID_BITS // 4}x}"
    middle = bisect_left(members, (first_of_ones,))
    for bit, half in (("0", members[:middle]), ("1", members[middle:])):
        if half:
            yield from leaves(half, bits + bit, most_neurons=most_neurons)


def index_of_batches(batches: Iterable[Batch]) -> dict[str, Batch]:
    """Return run id -> the batch that trains it."""
    return {run_id: batch for batch in batches for run_id in batch.run_ids}
