"""Show what a preset plans: experiments, runs, batches, and how many batches are stored already."""

import argparse
import sys
from pathlib import Path

from condensation.plan import InputError, build_plan
from condensation.plan.plan import Experiment, Plan

HEADER = ("experiment", "runs", "batches", "stored")


def main() -> int:
    """Parse arguments, plan, write the table; problems go to standard error and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    try:
        plan = build_plan(arguments.root, arguments.preset)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(plan_text(plan, arguments.root))
    return 0


def plan_text(plan: Plan, root: Path) -> str:
    """Return one line an experiment and a total, in which what experiments share counts once."""
    stored = {batch.path for batch in plan.batches.values() if (root / batch.path).is_file()}
    rows = [HEADER, *(_row(name, [experiment], plan, stored) for name, experiment in plan.experiments.items())]
    rows.append(_row("all together", list(plan.experiments.values()), plan, stored))
    width = max(len(row[0]) for row in rows)
    lines = [f"{name:<{width}}" + "".join(f"{cell:>9}" for cell in cells) for name, *cells in rows]
    return "\n".join([f"preset {plan.preset}: {plan.preset_description}", "", *lines, ""])


def _row(name: str, experiments: list[Experiment], plan: Plan, stored: set[str]) -> tuple[str, ...]:
    runs = {(experiment.family, run_id) for experiment in experiments for run_id in experiment.run_ids}
    paths = {plan.batch_of_run[run].path for run in runs}
    return name, f"{len(runs):,}", f"{len(paths):,}", f"{len(paths & stored):,}"


if __name__ == "__main__":
    sys.exit(main())
