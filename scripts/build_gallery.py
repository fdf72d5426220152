"""Build figures/index.html, the gallery of every figure, from what the other rules made."""

import argparse
import sys
from pathlib import Path

import pyarrow.parquet as pq

from condensation.drawing.save import save_text
from condensation.pages.page import gallery_page
from condensation.pages.tables import read_report_tables
from condensation.plan import InputError, build_plan

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Parse arguments and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        plan = build_plan(ROOT, arguments.preset)
        tables = read_report_tables(ROOT, plan)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    claims = pq.read_table(plan.metrics("claims"), page_checksum_verification=True).to_pylist()
    save_text(gallery_page(Path.cwd(), plan, tables, claims), arguments.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
