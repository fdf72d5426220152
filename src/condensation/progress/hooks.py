"""Snakemake's hooks: what it needs to show progress, taken from its run."""

import difflib
import logging
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from condensation.plan.plan import Plan
from condensation.plan.problems import quote
from condensation.progress.handler import ProgressHandler
from condensation.progress.job_times import JobTimes


def only_problems(logger: logging.Logger) -> None:
    """Let Snakemake's own handlers show warnings and errors only, among them what failed and where its log is."""
    for handler in logger.handlers:
        handler.addFilter(lambda record: record.levelno >= logging.WARNING)


class NearTargets(logging.Handler):
    """Adds to Snakemake's complaint about a target it cannot make which known ones come near."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(logging.ERROR)
        self._known = sorted(set(known))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line below the complaint."""
        if found := re.search(r"No rule to produce (\S+)", record.getMessage()):
            word = found[1]
            near = [name for name in self._known if name.startswith(word)]
            near = near or difflib.get_close_matches(word, self._known, n=3) or ["one of `snakemake --list`"]
            sys.stderr.write(f"there is no target {quote(word)}; did you mean {', '.join(near[:6])}?\n")


def listen(logger: logging.Logger, workflow: Any, root: Path, plan: Plan) -> None:
    """Add a progress line to a run that has begun, unless Snakemake was asked to be quiet about everything."""
    if any(str(getattr(quiet, "name", quiet)).lower() == "all" for quiet in workflow.output_settings.quiet or ()):
        return
    times = JobTimes(root, plan)
    expected = {}
    for job in workflow.dag.needrun_jobs():
        output = str(next(iter(job.output), ""))
        if output:  # rules that only collect files take no time
            expected[workflow.dag.jobid(job)] = (
                str(job.message or job.rule.name),
                times.of_output(job.rule.name, output),
            )
    logger.addHandler(ProgressHandler(sys.stderr, expected, cores=workflow.cores or 1))
