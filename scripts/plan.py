"""Show what a preset plans before anything starts: experiments, runs, what is stored, what would run, and how long."""

import argparse
import subprocess
import sys
from pathlib import Path

from condensation.plan import planned
from condensation.progress.forecast import Forecast
from condensation.progress.job_times import JobTimes, parsed_batches, parsed_counts
from condensation.progress.terminal import say


def main() -> int:
    """Parse arguments, plan, write the tables; problems go to standard error and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", help="default: that of params.yaml")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--brief", action="store_true", help="one line")
    arguments = parser.parse_args()
    root: Path = arguments.root
    plan = planned(root, arguments.preset)
    forecast = Forecast(root, plan, JobTimes(root, plan))
    if not arguments.brief:
        say(f"preset {plan.preset}: {plan.preset_description}\n\n{forecast.table()}\n")
    command = [sys.executable, "-m", "snakemake", "-n", "--config", f"preset={plan.preset}"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    said = result.stdout + result.stderr
    if result.returncode:
        sys.exit(said)
    say(forecast.jobs(parsed_counts(said), parsed_batches(said), brief=arguments.brief))
    return 0


if __name__ == "__main__":
    sys.exit(main())
