"""A line that tells how far a run is and how long it will still take."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from condensation.pages.wording import duration

CLEAR = "\r\x1b[2K"
PRIOR = 20.0
EVERY = 10.0  # seconds between lines where the output is no terminal, such as a log of CI


class ProgressHandler(logging.Handler):
    """Listens to Snakemake's log and writes `3 of 20 jobs, about 2 min left: train two_layer ...` to a stream.

    expected: job id -> (label, expected seconds) of every job of the run. The time left is what the waiting jobs are
    expected to take, scaled by how the finished ones compared: so the machine's speed and its number of cores enter.
    """

    def __init__(
        self,
        stream: TextIO,
        expected: Mapping[int, tuple[str, float]],
        *,
        cores: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(logging.INFO)
        self._stream = stream
        self._expected = expected
        self._cores = max(cores, 1)
        self._clock = clock
        self._started = clock()
        self._written = float("-inf")
        self._finished: set[int] = set()
        self._terminal = stream.isatty()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line when a job finishes; on a terminal it replaces the line before."""
        event = str(getattr(record, "event", None))
        if event == "job_finished":
            job = int(getattr(record, "job_id", -1))
            if job in self._expected and job not in self._finished:
                self._finished.add(job)
                self._show(job)
        elif event in ("job_error", "group_error", "error") and self._terminal:
            self._stream.write(CLEAR)  # what went wrong starts on a line of its own

    def seconds_left(self) -> float:
        """Return the expected time until the last job ends."""
        waiting = sum(seconds for job, (_, seconds) in self._expected.items() if job not in self._finished)
        done = sum(self._expected[job][1] for job in self._finished)
        elapsed = self._clock() - self._started
        # the first jobs say little: they count like PRIOR seconds of jobs that took as long as expected
        return waiting * (elapsed + PRIOR / self._cores) / (done + PRIOR)

    def _show(self, job: int) -> None:
        count, total, now = len(self._finished), len(self._expected), self._clock()
        last = count == total
        if not self._terminal and not last and now - self._written < EVERY:
            return
        self._written = now
        left = "done" if last else f"about {duration(max(self.seconds_left(), 1))} left"
        text = f"{count} of {total} jobs, {left}, {duration(now - self._started)} so far: {self._expected[job][0]}"
        if self._terminal:
            self._stream.write(f"{CLEAR}{text[:110]}" + ("\n" if last else ""))
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()
