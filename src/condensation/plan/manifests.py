"""The plan written down: one manifest a batch, two a figure, one for the claims."""

from dataclasses import asdict
from pathlib import Path

from condensation.plan.batches import Batch
from condensation.plan.claims import declared_failures
from condensation.plan.plan import Plan
from condensation.store.manifests import FOLDER, BatchManifest, ClaimsManifest, DrawManifest, MeasureManifest, Source


def batch_manifest(family: str, batch: str) -> str:
    """Return the path of a batch's manifest; both may be wildcards."""
    return f"{FOLDER}/batches/{family}/{batch}.json"


def figure_manifest(preset: str, figure: str, job: str) -> str:
    """Return the path of a figure's manifest for a job, `measure` or `draw`."""
    return f"{FOLDER}/{preset}/{figure}.{job}.json"


def claims_manifest(preset: str) -> str:
    """Return the path of the manifest of the claims."""
    return f"{FOLDER}/{preset}/claims.json"


def source_path(root: Path, name: str) -> str:
    """Return the path of a file of the checkout as seen from where results go (`snakemake --directory`).

    A relative one wherever it can be, so that no record depends on where the checkout lies.
    """
    return name if Path.cwd() == root else str(root / name)


def write_manifests(root: Path, plan: Plan) -> None:
    """Write what changed; the name of a batch says what is in its manifest, so one that is there is right."""
    for batch in plan.batches.values():
        path = root / batch_manifest(batch.family, batch.name)
        if not path.is_file():
            of_batch(plan, batch).write(path)
    for figure in plan.figures:
        of_measure(plan, figure).write(root / figure_manifest(plan.preset, figure, "measure"))
        of_draw(plan, figure).write(root / figure_manifest(plan.preset, figure, "draw"))
    of_claims(plan).write(root / claims_manifest(plan.preset))


def of_batch(plan: Plan, batch: Batch) -> BatchManifest:
    """Return what the training job of a batch is told."""
    family = plan.families[batch.family]
    return BatchManifest(
        name=batch.name,
        family=batch.family,
        code=batch.code,
        run=f"{family.run.__module__}:{family.run.__qualname__}",
        training=family.training,
        checkpoints=family.checkpoints,
        runs={run_id: vars(run) for run_id, run in zip(batch.run_ids, batch.runs, strict=True)},
    )


def of_measure(plan: Plan, figure_id: str) -> MeasureManifest:
    """Return what the measuring job of a figure is told."""
    figure, sources = plan.figures[figure_id], {}
    for key in figure.experiments:
        experiment = plan.experiments[key]
        files = {plan.batch_of_run[experiment.family, run_id].path for run_id in experiment.run_ids}
        sources[experiment.name] = asdict(Source(sorted(experiment.run_ids), sorted(files)))
    return MeasureManifest(
        figure=figure.id,
        slide=figure.slide,
        preset=plan.preset,
        script=figure.script,
        experiments=sources,
        run_table=plan.run_table_hash(figure.id),
        code=plan.measure_hash(figure.id),
    )


def of_draw(plan: Plan, figure_id: str) -> DrawManifest:
    """Return what the drawing job of a figure is told. Only the lecture's own results may be said to have failed."""
    figure = plan.figures[figure_id]
    return DrawManifest(
        figure=figure.id,
        slide=figure.slide,
        preset=plan.preset,
        script=figure.script,
        formats=list(figure.formats),
        failed=declared_failures(plan.claims, figure.id) if plan.preset == "lecture" else {},
        run_table=plan.run_table_hash(figure.id),
        code=plan.draw_hash(figure.id),
    )


def of_claims(plan: Plan) -> ClaimsManifest:
    """Return what the job that checks the claims is told."""
    return ClaimsManifest(
        preset=plan.preset,
        claims=[asdict(claim) for claim in plan.claims],
        scripts={claim.figure: plan.figures[claim.figure].script for claim in plan.claims},
        code=plan.claims_hash(),
    )
