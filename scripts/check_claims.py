"""Check every claim against the metrics; a claim that fails is shown as failed."""

import argparse
from pathlib import Path

from condensation.claims.evaluate import evaluate
from condensation.claims.report import claims_json, claims_table, claims_text
from condensation.drawing.save import save_text
from condensation.plan.claims import Claim
from condensation.store.figure_module import load_figure_module
from condensation.store.manifests import ClaimsManifest
from condensation.store.runs import write_table
from condensation.store.tables import read_tables

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Parse arguments, evaluate every claim, write Parquet, text and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--metrics", type=Path, required=True, help="folder of the figures' metrics")
    parser.add_argument("--parquet", type=Path, required=True)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    manifest = ClaimsManifest.read(arguments.manifest)
    metrics = {figure: read_tables(arguments.metrics / f"{figure}.parquet") for figure in manifest.scripts}
    quantities = {figure: vars(load_figure_module(ROOT / script)) for figure, script in manifest.scripts.items()}
    verdicts = evaluate([Claim(**claim) for claim in manifest.claims], metrics, quantities)
    write_table(claims_table(verdicts), arguments.parquet, {"preset": manifest.preset})
    save_text(claims_text(verdicts, preset=manifest.preset), arguments.table)
    save_text(claims_json(verdicts), arguments.json)


if __name__ == "__main__":
    main()
