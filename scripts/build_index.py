"""Write docs/figures.md: every figure with its slide, settings, guesses, sources and claims."""

import argparse
from pathlib import Path

import pyarrow.parquet as pq

from condensation.drawing.save import save_text
from condensation.pages.index import index_page
from condensation.pages.tables import read_report_tables
from condensation.plan import build_plan, exit_on_wrong_input


def main() -> None:
    """Parse arguments and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    with exit_on_wrong_input():
        plan = build_plan(Path.cwd(), arguments.preset)
        tables = read_report_tables(Path.cwd(), plan)
    claims = pq.read_table(arguments.claims, page_checksum_verification=True).to_pylist()
    save_text(index_page(plan, claims, tables.equations), arguments.output)


if __name__ == "__main__":
    main()
