"""Manifests say what a job needs, and change only where that changes."""

import os
from dataclasses import asdict

from condensation.plan.manifests import batch_manifest, claims_manifest, figure_manifest, of_batch, write_manifests
from condensation.store.manifests import BatchManifest, ClaimsManifest, DrawManifest, MeasureManifest
from tests.unit.plan.small_repository import TABLE, SmallRepository

SCRIPT = "scripts/figures/f11_slope_map.py"


def written(small: SmallRepository) -> dict[str, int]:
    """Write the manifests, and return their dates in nanoseconds."""
    write_manifests(small.root, small.plan())
    return {str(p.relative_to(small.root)): p.stat().st_mtime_ns for p in (small.root / "data/plan").rglob("*.json")}


def changed(small: SmallRepository, file: str, old: str, new: str) -> set[str]:
    before = written(small)
    for path in before:
        os.utime(small.root / path, ns=(1, 1))
    small.edit(file, old, new)
    return {path for path, date in written(small).items() if date != 1}


def test_what_is_written_is_read(small: SmallRepository):
    plan = small.plan()
    write_manifests(small.root, plan)
    for batch in plan.batches.values():
        manifest = BatchManifest.read(small.root / batch_manifest(batch.family, batch.name))
        assert manifest.parameters() == dict(zip(batch.run_ids, batch.runs, strict=True))
        assert asdict(manifest)["code"] == batch.code
        assert of_batch(plan, batch).training == manifest.training
    measure = MeasureManifest.read(small.root / figure_manifest("lecture", "f11_slope_map", "measure"))
    assert measure.run_table == plan.run_table_hash("f11_slope_map")
    held = {run_id for source in measure.experiments.values() for run_id in source["run_ids"]}
    assert held == {run_id for name in plan.figures["f11_slope_map"].experiments
                    for run_id in plan.experiments[name].run_ids}  # fmt: skip
    draw = DrawManifest.read(small.root / figure_manifest("lecture", "f11_slope_map", "draw"))
    assert draw.formats == list(plan.figures["f11_slope_map"].formats)
    claims = ClaimsManifest.read(small.root / claims_manifest("lecture"))
    assert [claim["id"] for claim in claims.claims] == [claim.id for claim in plan.claims]


def test_nothing_is_written_again_where_nothing_changed(small: SmallRepository):
    assert changed(small, TABLE, "another comment", "yet another comment") == set()


def test_an_edit_changes_the_manifests_of_its_jobs(small: SmallRepository):
    measure, draw = (f"data/plan/lecture/f11_slope_map.{job}.json" for job in ("measure", "draw"))
    assert changed(small, SCRIPT, "WIDTH, 3", "WIDTH, 4") == {draw}
    assert changed(small, SCRIPT, "_spread(table) / CUTS", "_spread(table) * CUTS") == {claims_manifest("lecture")}
    assert changed(small, SCRIPT, "slope(data), PANELS", "slope(data), (PANELS,)") == {measure}
    batches = {path for path in changed(small, TABLE, "0.6:1.4:0.2", "0.6:1.4:0.1") if "/batches/" in path}
    assert batches
    assert not {path for path in changed(small, TABLE, "0.6:1.4:0.1", "0.6:1.4:0.2") if "/batches/" in path}


def test_presets_have_manifests_of_their_own(small: SmallRepository):
    before = written(small)
    write_manifests(small.root, small.plan("smoke"))
    after = {str(p.relative_to(small.root)) for p in (small.root / "data/plan/smoke").glob("*.json")}
    assert after
    assert not after & before.keys()
