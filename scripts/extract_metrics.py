"""Measure one figure: data/runs -> data/metrics/<figure id>.parquet, exactly the numbers it plots."""

import argparse
import sys
from pathlib import Path

from condensation.plan import InputError, build_plan
from condensation.plan.plan import Plan
from condensation.store.figure_data import FigureData
from condensation.store.figure_module import load_figure_module
from condensation.store.published import read_published
from condensation.store.runs import read_runs, write_table
from condensation.store.tables import join_tables


def main() -> int:
    """Parse arguments, collect the figure's runs, call its `measure`, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure")
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--published", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        plan = build_plan(Path.cwd(), arguments.preset)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figure = plan.figures[arguments.figure]
    module = load_figure_module(Path(figure.script))
    table = join_tables(module.measure(figure_data(plan, arguments.figure, arguments.published)))
    metadata = {
        "figure": figure.id,
        "slide": figure.slide,
        "preset": plan.preset,
        "run_table": plan.run_table_hash(figure.id),
        "measure_code": plan.measure_hash(figure.id),
    }
    write_table(table, arguments.output, metadata)
    return 0


def figure_data(plan: Plan, figure_id: str, published: Path) -> FigureData:
    """Read the runs of a figure's experiments from their batches, and the published values."""
    batches = plan.batches_of(figure_id)
    runs = {}
    for key in plan.figures[figure_id].experiments:
        experiment = plan.experiments[key]
        wanted = set(experiment.run_ids)
        paths = [Path(batch.path) for batch in batches if wanted & set(batch.run_ids)]
        runs[experiment.name] = read_runs(paths, wanted)
    return FigureData(runs=runs, published=read_published(published))


if __name__ == "__main__":
    sys.exit(main())
