"""What a preset still has to train, and how long that and the other jobs will take."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from condensation.pages.wording import duration
from condensation.plan.plan import Batch, Experiment, Plan
from condensation.progress.job_times import JobTimes

HEADER = ("experiment", "runs", "batches", "stored", "to train", "time")


@dataclass(frozen=True)
class Time:
    """Seconds of one core, those of the longest job, and how many batches nobody ever timed."""

    total: float
    longest: float
    never_timed: int

    def __str__(self) -> str:
        rest = f"{self.never_timed:,} batches never timed" if self.never_timed else ""
        return " + ".join(filter(None, (duration(self.total) if self.total or not rest else "", rest)))


class Forecast:
    """Batches whose file is missing, without the runs that other batches of the same code hold: those are reused."""

    def __init__(self, root: Path, plan: Plan, times: JobTimes) -> None:
        self.plan = plan
        self._times = times
        self.waiting = {name: batch for name, batch in plan.batches.items() if not (root / batch.path).is_file()}
        self._stored: set[tuple[str, str]] = set()
        folders = {(batch.family, batch.code) for batch in self.waiting.values()}
        for family, code in folders:
            for path in (root / "data/runs" / family).glob(f"*-{code}.parquet"):
                ids = pq.read_table(path, columns=["run_id"])["run_id"].to_pylist()
                self._stored |= {(family, run_id) for run_id in ids}

    def runs_of(self, batches: Iterable[Batch]) -> set[tuple[str, str]]:
        """Return (family, run id) of every run of the batches that nothing stored holds."""
        return {(batch.family, run_id) for batch in batches for run_id in batch.run_ids} - self._stored

    def time_of(self, batches: Iterable[Batch]) -> Time:
        """Return the time of the runs of batches that are to be trained."""
        done = {run_id for _, run_id in self._stored}
        seconds = [self._times.of_batch(batch, done) for batch in batches]
        known = [value for value in seconds if value is not None]
        return Time(sum(known), max(known, default=0.0), len(seconds) - len(known))

    def table(self) -> str:
        """Return one line an experiment and a total, in which what experiments share counts once."""
        experiments = self.plan.experiments
        rows = [HEADER, *(self._row(name, [experiment]) for name, experiment in experiments.items())]
        rows.append(self._row("all together", list(experiments.values())))
        width = max(len(row[0]) for row in rows)
        lines = [
            f"{name:<{width}}" + "".join(f"{cell:>9}" for cell in cells) + f"  {last}" for name, *cells, last in rows
        ]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def jobs(self, counts: Mapping[str, int], batches: Collection[str], *, brief: bool) -> str:
        """Return what Snakemake would run (rule -> number of jobs; batches it trains) and how long on this machine."""
        jobs = {rule: count for rule, count in counts.items() if rule != "all"}
        if not jobs:
            return "nothing to be done\n"
        trained = [self.plan.batches[name] for name in batches if name in self.plan.batches]
        training = self.time_of(trained)
        others = {rule: self._times.of_rule(rule) for rule in jobs if rule != "train"}
        total = training.total + sum(jobs[rule] * seconds for rule, seconds in others.items())
        cores = os.cpu_count() or 1
        least = max(total / cores, training.longest, *others.values()) if others else total / cores
        runs = len(self.runs_of(trained))
        line = f"{sum(jobs.values()):,} jobs, {runs:,} runs to train: about {duration(least)} on {cores} cores"
        if training.never_timed:
            line += f", without {training.never_timed:,} batches that were never timed"
        if brief:
            return f"{line}\n"
        drawn = sum(count for rule, count in jobs.items() if rule in self.plan.figures)
        shown = {"draw": drawn} | {rule: count for rule, count in jobs.items() if rule not in self.plan.figures}
        listing = ", ".join(f"{count:,} {rule}" for rule, count in shown.items() if count)
        return f"would run: {listing}\n{line}\n"

    def _row(self, name: str, experiments: list[Experiment]) -> tuple[str, ...]:
        runs = {(experiment.family, run_id) for experiment in experiments for run_id in experiment.run_ids}
        batches = {batch.path: batch for batch in (self.plan.batch_of_run[run] for run in runs)}
        new = [batch for batch in self.waiting.values() if batch.path in batches]
        to_train = self.runs_of(new) & runs
        counts = (len(runs), len(batches), len(batches) - len(new), len(to_train))
        return name, *(f"{count:,}" for count in counts), str(self.time_of(new)) if to_train else ""
