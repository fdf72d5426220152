"""Expected time of every kind of job, from what was recorded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from condensation.pages.tables import read_report_tables
from condensation.plan.plan import Batch, Plan
from condensation.progress.training_times import TimeEstimate, experiments_of_runs, recorded_jobs

UNKNOWN = 5.0  # seconds of a job that was never timed: imports and a little work


class JobTimes:
    """Seconds of a job by its rule, of a training job by its runs; None where no run of the family was ever timed."""

    def __init__(self, root: Path, plan: Plan) -> None:
        self._plan = plan
        counted = {name for name, family in plan.families.items() if family.counts_operations}
        self._estimate = TimeEstimate(read_report_tables(root, plan).seconds, counted)
        self._experiments = experiments_of_runs(plan)
        times: defaultdict[str, list[float]] = defaultdict(list)
        for rule, seconds in recorded_jobs(root):
            times[rule].append(seconds)
        self._rules: Mapping[str, float] = {rule: sum(found) / len(found) for rule, found in times.items()}

    def of_rule(self, rule: str) -> float:
        """Return the mean time of the rule's jobs; 0 for rules that only collect files."""
        if rule in ("all", "runs", "metrics", "figures", "data"):
            return 0.0
        return self._rules.get(rule, UNKNOWN)

    def of_batch(self, batch: Batch, done: Iterable[str] = ()) -> float | None:
        """Return the time of a batch's runs that are not among the run ids `done`."""
        return self._estimate.of_runs(batch, self._plan, self._experiments, frozenset(done))

    def of_output(self, rule: str, output: str) -> float:
        """Return the expected time of a job by its rule and first output; never None, for a progress line."""
        if rule == "train":
            path = Path(output)
            batch = self._plan.batches.get(f"{path.parent.name}/{path.stem}")
            return (self.of_batch(batch) if batch else None) or UNKNOWN
        return self.of_rule(rule)


def parsed_counts(dry_run: str) -> dict[str, int]:
    """Return rule -> number of jobs of the table that `snakemake -n` prints; empty if nothing is to be done."""
    counts: dict[str, int] = {}
    for line in dry_run.splitlines():
        words = line.split()
        if len(words) == 2 and words[1].isdigit() and words[0] not in ("total", "job"):
            counts[words[0]] = int(words[1])
    return counts


def parsed_batches(dry_run: str) -> set[str]:
    """Return `family/batch` of every training job that `snakemake -n` names."""
    return {"/".join(found) for found in re.findall(r"^Job \d+: train (\S+) (\S+)$", dry_run, flags=re.MULTILINE)}
