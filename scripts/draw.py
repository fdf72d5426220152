"""Draw one figure from its metrics: -> figures/<preset>/<figure>.{pdf,png,svg,...}."""

import argparse
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from condensation.drawing.save import Provenance, save_figure, save_text
from condensation.drawing.style import use_style
from condensation.store.figure_module import load_figure_module
from condensation.store.manifests import DrawManifest
from condensation.store.tables import call_with_tables, read_tables

ROOT = Path(__file__).resolve().parents[1]
_TEXT = ("csv", "tex")


def main() -> None:
    """Parse arguments, read the metrics, draw, save every format of the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--metrics", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder")
    arguments = parser.parse_args()
    manifest = DrawManifest.read(arguments.manifest)
    module, tables = load_figure_module(ROOT / manifest.script), read_tables(arguments.metrics)
    paths = {fmt: arguments.output / f"{manifest.figure}.{fmt}" for fmt in manifest.formats}
    told = {name: str(getattr(manifest, name)) for name in ("figure", "slide", "run_table", "preset")}
    use_style()
    drawn = {fmt: path for fmt, path in paths.items() if fmt not in _TEXT}
    save_figure(call_with_tables(module.draw, tables, failed=manifest.failed), drawn, Provenance(**told))
    for fmt in set(paths) - set(drawn):
        save_text(call_with_tables(module.draw_text, tables, fmt=fmt), paths[fmt])


if __name__ == "__main__":
    main()
