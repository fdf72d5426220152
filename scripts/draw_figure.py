"""Draw one figure from its metrics: data/metrics/<figure id>.parquet -> figures/<figure id>.{pdf,png,svg,...}."""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import pyarrow.parquet as pq

mpl.use("agg")

from condensation.plan import InputError, build_plan
from condensation.plotting.save import Provenance, save_figure, save_text
from condensation.plotting.style import use_style
from condensation.records.figure_module import load_figure_module

_TEXT = ("csv", "tex")


def main() -> int:
    """Parse arguments, read the metrics, draw, save every format of the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure")
    parser.add_argument("--preset", default="lecture")
    parser.add_argument("--metrics", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder")
    arguments = parser.parse_args()
    try:
        plan = build_plan(Path.cwd(), arguments.preset)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figure = plan.figures[arguments.figure]
    module = load_figure_module(Path(figure.script))
    table = pq.read_table(arguments.metrics, page_checksum_verification=True).to_pandas()
    paths = {fmt: arguments.output / f"{figure.id}.{fmt}" for fmt in figure.formats}
    provenance = Provenance(
        figure=figure.id, slide=figure.slide, run_table=plan.run_table_hash(figure.id), preset=plan.preset
    )
    use_style()
    drawn = {fmt: path for fmt, path in paths.items() if fmt not in _TEXT}
    save_figure(module.draw(table), drawn, provenance)
    for fmt in set(paths) - set(drawn):
        save_text(module.draw_text(table, fmt), paths[fmt])
    return 0


if __name__ == "__main__":
    sys.exit(main())
