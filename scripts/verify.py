"""Compare store, cache and results with their recorded hashes. Three verdicts; only damage is an error."""

import argparse
import sys
from pathlib import Path

import pyarrow.parquet as pq

from condensation.plan import planned
from condensation.plan.plan import Plan
from condensation.store.integrity import LOCK, Damage, Hash, RecordError, damaged_objects, md5_of, result_status


def main() -> int:
    """Print damaged files with the command that repairs each (1 if there are any), then what was made here."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    root = Path.cwd()
    if not (root / LOCK).is_file():
        sys.stderr.write("there is no dvc.lock: nothing has been recorded yet, run dvc repro\n")
        return 1
    try:
        damages, made_here = damages_of(root)
    except RecordError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    plan = planned(root)
    for damage in damages:
        sys.stdout.write(f"{damage}\n")
    old = sorted({*of_another_plan(plan, made_here), *outdated(root, plan)})
    new = [file for file in made_here if file not in old]
    for files, verdict in (
        (new, "made here, not recorded yet (dvc commit records them)"),
        (old, "of another plan (snakemake makes the figures of this one; batches of earlier code may go)"),
    ):
        if files:
            sys.stdout.write(f"{len(files)} results {verdict}: {', '.join(files[:4])}{' ...' if files[4:] else ''}\n")
    sys.stdout.write(f"every object of store and cache and every recorded result compared: {len(damages)} damaged\n")
    return 1 if damages else 0


def damages_of(root: Path, md5: Hash = md5_of) -> tuple[list[Damage], tuple[str, ...]]:
    """Return what is damaged, in the order in which it can be repaired, and what was made here since the record.

    Raises RecordError if the record cannot be read.
    """
    objects, status = list(damaged_objects(root, md5)), result_status(root, md5)
    images = damaged_images(root, {*status.made_here, *(damage.file for damage in status.damaged)}, md5)
    return [*objects, *status.damaged, *images], status.made_here


def of_another_plan(plan: Plan, files: tuple[str, ...]) -> list[str]:
    """Return the files that the plan does not ask for."""
    asked = {batch.path for batch in plan.batches.values()}
    asked |= {path for figure in plan.figures for path in (plan.metrics(figure), *plan.pictures(figure))}
    asked |= {plan.metrics(figure).replace(".parquet", ".csv.zip") for figure in plan.figures}
    asked |= {f"data/metrics/{plan.preset}/claims.{suffix}" for suffix in ("parquet", "txt", "json")}
    asked |= {f"figures/{plan.preset}/index.html"}
    return [file for file in files if file not in asked and not file.startswith("data/raw/")]


def outdated(root: Path, plan: Plan) -> list[str]:
    """Return the metrics made of other runs or by other code than the plan names, as each file says."""
    files = []
    for figure in plan.figures:
        path = root / plan.metrics(figure)
        if path.is_file():
            said = {key.decode(): text.decode() for key, text in (pq.read_metadata(path).metadata or {}).items()}
            asked = (plan.run_table_hash(figure), plan.measure_hash(figure))
            if (said.get("run_table"), said.get("measure_code")) != asked:
                files.append(plan.metrics(figure))
    return files


def damaged_images(root: Path, differs: set[str], md5: Hash) -> list[Damage]:
    """Return the pictures of docs/images that are not the lecture's figure of their name. differs: not as recorded."""
    found = []
    for name in sorted(path.name for kind in ("png", "gif") for path in (root / "figures/lecture").glob(f"*.{kind}")):
        image, figure = f"docs/images/{name}", f"figures/lecture/{name}"
        if figure not in differs and md5(root / image) != md5(root / figure):
            found.append(Damage(image, md5(root / figure), md5(root / image), f"cp {figure} {image}"))
    return found


if __name__ == "__main__":
    sys.exit(main())
