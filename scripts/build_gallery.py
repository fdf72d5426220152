"""Build the gallery of every figure, figures/<preset>/index.html, or as a web site of its own (--site FOLDER)."""

import argparse
import re
import shutil
from html import unescape
from pathlib import Path

import pyarrow.parquet as pq

from condensation.drawing.save import save_text
from condensation.pages.page import Made, gallery_page
from condensation.pages.tables import read_report_tables
from condensation.plan import build_plan, exit_on_wrong_input

ROOT = Path(__file__).resolve().parents[1]
_ADDRESS = re.compile(r'(?:href|src)="([^"#:]+)"')  # of a file: no anchor, no data


def main() -> None:
    """Parse arguments and write the page; for a site also every file it shows or links to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--commit", default="", help="of the results, to be shown")
    parser.add_argument("--date", default="", help="of the results, to be shown")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", type=Path, help="the page")
    where.add_argument("--site", type=Path, help="folder for index.html and the files it needs; it is made anew")
    arguments = parser.parse_args()
    root = Path.cwd()
    folder = "." if arguments.site else arguments.output.parent.as_posix()
    preset = arguments.preset
    made = Made(folder, f"figures/{preset}", f"data/metrics/{preset}", arguments.commit, arguments.date)
    with exit_on_wrong_input():
        plan = build_plan(ROOT, arguments.preset)
        tables = read_report_tables(ROOT, plan)
    claims = pq.read_table(root / plan.metrics("claims"), page_checksum_verification=True).to_pylist()
    page = gallery_page(root, plan, tables, claims, made)
    if arguments.site:
        shutil.rmtree(arguments.site, ignore_errors=True)
        for name in sorted(set(map(unescape, _ADDRESS.findall(page)))):
            (arguments.site / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, arguments.site / name)
    save_text(page, arguments.site / "index.html" if arguments.site else arguments.output)


if __name__ == "__main__":
    main()
