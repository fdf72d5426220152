"""Measure one figure: trained runs -> data/metrics/<preset>/<figure>.parquet and .csv.zip, exactly what it plots."""

import argparse
from pathlib import Path

from condensation.store.csv_export import write_zipped_csv
from condensation.store.figure_data import FigureData
from condensation.store.figure_module import load_figure_module
from condensation.store.manifests import MeasureManifest
from condensation.store.published import read_published
from condensation.store.runs import read_runs, write_table
from condensation.store.tables import join_tables, rounded

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Parse arguments, collect the figure's runs, call its `measure`, write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--published", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--csv", type=Path, required=True)
    arguments = parser.parse_args()
    manifest = MeasureManifest.read(arguments.manifest)
    runs = {
        name: read_runs(map(Path, source["files"]), source["run_ids"]) for name, source in manifest.experiments.items()
    }
    module = load_figure_module(ROOT / manifest.script)
    table = rounded(join_tables(module.measure(FigureData(runs=runs, published=read_published(arguments.published)))))
    told = {name: str(getattr(manifest, name)) for name in ("figure", "slide", "preset", "run_table")}
    table = write_table(table, arguments.output, told | {"measure_code": manifest.code})
    write_zipped_csv(table, arguments.csv, name=f"{manifest.figure}.csv")


if __name__ == "__main__":
    main()
