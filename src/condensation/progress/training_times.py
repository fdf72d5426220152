"""How long runs took, from what Snakemake recorded, and how long others will take."""

import csv
import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from condensation.plan.plan import Batch, Plan

Key = tuple[str, str, int]  # family, experiment, work of a run
HEADER = (
    "# Time of a run in seconds of a job, without the job's start, by family:experiment:work (neurons; steps of\n"
    "# regularised, images of cnn, million multiplications of transformer); made by `make times`.\n"
    "# Informative: measured once, on the machine that made the stored results. No result depends on it.\n"
    "key\truns\tseconds\n"
)


def recorded_jobs(root: Path) -> Iterator[tuple[str, float]]:
    """Yield (rule, seconds) of every job whose output is there, from Snakemake's metadata (which DVC keeps)."""
    for record in _records(root):
        yield record["rule"], record["endtime"] - record["starttime"]


def recorded_seconds(root: Path) -> dict[str, float]:
    """Return `family/batch` -> seconds of its training job: its benchmark, else Snakemake's metadata."""
    seconds: dict[str, float] = {}
    for record in _records(root):
        if record["rule"] == "train":
            log = Path(record["log"][0])
            seconds[f"{log.parent.name}/{log.stem}"] = record["endtime"] - record["starttime"]
    for path in (root / "benchmarks/train").glob("*/*.tsv"):
        with path.open() as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        if rows:
            seconds[f"{path.parent.name}/{path.stem}"] = core_seconds(rows[-1])
    return seconds


def core_seconds(benchmark: Mapping[str, str]) -> float:
    """Return the time of a job of one thread on a core of its own: jobs that waited for others took longer.

    Snakemake reads the processor's time every half second for 15 s, then every 30 s: what was used until the
    last reading tells which share of a core the job had.

    >>> core_seconds({"s": "100", "cpu_time": "37.5"}), core_seconds({"s": "100"})
    (50.0, 100.0)
    """
    seconds = float(benchmark["s"])
    try:
        used = float(benchmark["cpu_time"])
    except (KeyError, ValueError):
        return seconds  # shorter than a reading
    last = 15 + 30 * ((seconds - 15) // 30) if seconds >= 15 else seconds
    return seconds * min(1.0, used / last) if used else seconds


def _records(root: Path) -> Iterator[dict[str, Any]]:
    """Yield records that hold a rule, its times and its log."""
    for path in (root / ".snakemake/metadata").rglob("*"):
        if not path.is_file():
            continue
        try:
            record = json.loads(path.read_text())
            if record["rule"] and record["log"] and record["endtime"] >= record["starttime"]:
                yield record
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            continue  # a record of another version of Snakemake, or half a record: times only inform


def run_seconds(plan: Plan, recorded: Mapping[str, float]) -> dict[Key, tuple[int, float]]:
    """Return (family, experiment, work) -> how many runs were timed and their mean time without the start of the job.

    The time of a batch is shared by the work of its runs where that is counted in operations, else evenly.
    """
    shares: dict[str, float] = {}  # seconds of a unit of work, or of a run
    found: defaultdict[Key, list[float]] = defaultdict(list)
    for experiment in plan.experiments.values():
        family = plan.families[experiment.family]
        for run, run_id in zip(experiment.runs, experiment.run_ids, strict=True):
            batch = plan.batch_of_run[experiment.family, run_id]
            seconds = recorded.get(f"{batch.family}/{batch.name}")
            if seconds is None:
                continue
            if batch.path not in shares:
                units = sum(map(family.work, batch.runs)) if family.counts_operations else len(batch.runs)
                shares[batch.path] = max(seconds - family.start, 0.0) / units
            work = family.work(run)
            time = shares[batch.path] * (work if family.counts_operations else 1)
            found[experiment.family, experiment.name, work].append(time)
    return {key: (len(times), sum(times) / len(times)) for key, times in sorted(found.items())}


def times_text(times: Mapping[Key, tuple[int, float]]) -> str:
    """Return workflow/report/training_times.tsv."""
    return HEADER + "".join(
        f"{family}:{experiment}:{work}\t{runs}\t{max(seconds, 1e-3):.3g}\n"
        for (family, experiment, work), (runs, seconds) in times.items()
    )


class TimeEstimate:
    """Time of runs that were not timed yet, from those that were.

    seconds: (family, experiment, work) -> seconds a run. The same experiment and work comes first, then the same work,
    then a power law in the work between (or beyond) the nearest ones of the experiment, or of the family; its exponent
    is 1 for the families of `proportional`, whose work is counted in operations.
    """

    def __init__(self, seconds: Mapping[Key, float], proportional: Collection[str] = ()) -> None:
        self._seconds, self._proportional = dict(seconds), frozenset(proportional)

    def of_run(self, family: str, experiment: str, work: int) -> float | None:
        """Return seconds of one run, None if no run of the family was timed."""
        known = self._seconds.get((family, experiment, work))
        if known is not None:
            return known
        for same in (experiment, None):
            known_times = self._times(family, same)
            if work in known_times:
                return known_times[work]
            if known_times and family in self._proportional:
                return sum(known_times.values()) / sum(known_times) * work
            if known_times and (same is None or len(known_times) > 1):
                return _power_law(known_times, work)
        return None

    def _times(self, family: str, experiment: str | None) -> dict[int, float]:
        times: defaultdict[int, list[float]] = defaultdict(list)
        for (known_family, name, work), seconds in self._seconds.items():
            if known_family == family and experiment in (None, name):
                times[work].append(seconds)
        return {work: sum(found) / len(found) for work, found in times.items()}

    def of_runs(
        self, batch: Batch, plan: Plan, experiment_of: Mapping[tuple[str, str], str], done: Collection[str] = ()
    ) -> float | None:
        """Return seconds of a job for a batch's runs that are not among the ids `done`; None if one cannot be told.

        experiment_of: (family, run id) -> one experiment that asks for the run.
        """
        total, family = 0.0, plan.families[batch.family]
        for run, run_id in zip(batch.runs, batch.run_ids, strict=True):
            if run_id in done:
                continue
            seconds = self.of_run(batch.family, experiment_of[batch.family, run_id], family.work(run))
            if seconds is None:
                return None
            total += seconds
        return total + family.start if total else 0.0


def _power_law(times: Mapping[int, float], work: int) -> float:
    """Interpolate log time over log work; beyond what is known, with the slope of the nearest two (0 to 3)."""
    known = sorted(times)
    if len(known) == 1:
        return times[known[0]] * max(work / known[0], 1.0)
    upper = min(max(sum(less < work for less in known), 1), len(known) - 1)
    low, high = known[upper - 1], known[upper]
    slope = math.log(times[high] / times[low]) / math.log(high / low)
    return times[low] * (work / low) ** min(max(slope, 0.0), 3.0)


def experiments_of_runs(plan: Plan) -> dict[tuple[str, str], str]:
    """Return (family, run id) -> the first experiment that asks for the run."""
    pairs: Iterator[tuple[tuple[str, str], str]] = (
        ((experiment.family, run_id), experiment.name)
        for experiment in reversed(list(plan.experiments.values()))
        for run_id in experiment.run_ids
    )
    return dict(pairs)
