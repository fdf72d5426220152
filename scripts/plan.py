"""Show what a preset plans before anything starts: experiments, runs, what is stored, what would run, and how long."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from condensation.plan import InputError, build_plan, chosen_preset
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
    try:
        plan = build_plan(root, arguments.preset or chosen_preset(root))
        forecast = Forecast(root, plan, JobTimes(root, plan))
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not arguments.brief:
        say(f"preset {plan.preset}: {plan.preset_description}\n\n{forecast.table()}\n")
    result = dry_run(root, plan.preset)
    if result.returncode:
        sys.stderr.write(f"{result.stdout}{result.stderr}")
        return result.returncode
    said = result.stdout + result.stderr
    say(forecast.jobs(parsed_counts(said), parsed_batches(said), brief=arguments.brief))
    return 0


def dry_run(root: Path, preset: str) -> subprocess.CompletedProcess[str]:
    """Ask Snakemake what it would run."""
    folder = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = ["snakemake", "-n", "--config", f"preset={preset}"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment)


if __name__ == "__main__":
    sys.exit(main())
