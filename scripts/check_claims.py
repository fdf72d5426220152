"""Evaluate workflow/claims.tsv from the metrics; a claim that fails is shown as failed."""

import argparse
import sys
from pathlib import Path

from condensation.claims.evaluate import evaluate
from condensation.claims.report import claims_json, claims_table, claims_text
from condensation.drawing.save import save_text
from condensation.plan import InputError, build_plan
from condensation.store.figure_module import load_figure_module
from condensation.store.runs import write_table
from condensation.store.tables import read_tables


def main() -> int:
    """Parse arguments, evaluate every claim, write Parquet, text and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--metrics", type=Path, required=True, help="folder of the figures' metrics")
    parser.add_argument("--parquet", type=Path, required=True)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        plan = build_plan(Path.cwd(), arguments.preset)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figures = sorted({claim.figure for claim in plan.claims})
    metrics = {figure: read_tables(arguments.metrics / f"{figure}.parquet") for figure in figures}
    quantities = {figure: vars(load_figure_module(Path(plan.figures[figure].script))) for figure in figures}
    verdicts = evaluate(plan.claims, metrics, quantities)
    write_table(claims_table(verdicts), arguments.parquet, {"preset": plan.preset})
    save_text(claims_text(verdicts, preset=plan.preset), arguments.table)
    save_text(claims_json(verdicts), arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
