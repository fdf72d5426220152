"""Draw one figure from its metrics: data/metrics/<figure id>.parquet -> figures/<figure id>.{pdf,png,svg,...}."""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from condensation.drawing.save import Provenance, save_figure, save_text
from condensation.drawing.style import use_style
from condensation.plan import InputError, build_plan
from condensation.store.figure_module import load_figure_module
from condensation.store.tables import call_with_tables, read_tables

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
    tables = read_tables(arguments.metrics)
    paths = {fmt: arguments.output / f"{figure.id}.{fmt}" for fmt in figure.formats}
    provenance = Provenance(
        figure=figure.id, slide=figure.slide, run_table=plan.run_table_hash(figure.id), preset=plan.preset
    )
    use_style()
    drawn = {fmt: path for fmt, path in paths.items() if fmt not in _TEXT}
    save_figure(call_with_tables(module.draw, tables), drawn, provenance)
    for fmt in set(paths) - set(drawn):
        save_text(call_with_tables(module.draw_text, tables, fmt=fmt), paths[fmt])
    return 0


if __name__ == "__main__":
    sys.exit(main())
