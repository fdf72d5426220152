"""Write workflow/report/training_times.tsv from the times Snakemake recorded; entries of other experiments stay."""

import argparse
import csv
from pathlib import Path

from condensation.drawing.save import save_text
from condensation.plan import planned
from condensation.progress.training_times import Key, recorded_seconds, run_seconds, times_text


def main() -> None:
    """Parse arguments, join old and new times, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", help="default: that of params.yaml")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    root: Path = arguments.root
    plan = planned(root, arguments.preset)
    path = root / "workflow/report/training_times.tsv"
    asked = {(experiment.family, experiment.name) for experiment in plan.experiments.values()}
    kept = {key: value for key, value in known_times(path).items() if key[:2] in asked}
    save_text(times_text(dict(sorted((kept | run_seconds(plan, recorded_seconds(root))).items()))), path)


def known_times(path: Path) -> dict[Key, tuple[int, float]]:
    """Return the times of a table that is there."""
    if not path.is_file():
        return {}
    times: dict[Key, tuple[int, float]] = {}
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t"):
        family, experiment, work = row["key"].split(":")
        times[family, experiment, int(work)] = int(row["runs"]), float(row["seconds"])
    return times


if __name__ == "__main__":
    main()
