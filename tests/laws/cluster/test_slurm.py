"""The pipeline on a real Slurm: every job is submitted, and the results are those of one machine, byte for byte.

Not part of `make test` (every submitted job starts Snakemake twice): `make test-slurm`.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from condensation.plan import build_plan
from tests.clones import ROOT, Clone, hashes
from tests.laws.cluster import slurm

pytestmark = pytest.mark.slurm

PLAN = build_plan(ROOT, "smoke")
OPTIONS = ("--profile", "profiles/slurm", "--slurm-no-account", "--slurm-status-command", "squeue")


def cheapest_figures() -> list[str]:
    """Return a figure of each family, that with the fewest batches."""
    chosen: dict[str, str] = {}
    for figure in sorted(PLAN.figures.values(), key=lambda figure: len(PLAN.batches_of(figure.id))):
        for batch in PLAN.batches_of(figure.id):
            chosen.setdefault(batch.family, figure.id)
    return sorted(set(chosen.values()))


@pytest.fixture
def environment():
    """The environment of a running Slurm."""
    if missing := slurm.missing():
        pytest.skip(f"no Slurm here: {', '.join(missing)} not found (Debian: apt-get install {slurm.PACKAGES})")
    # a short path: the socket's name has at most 107 characters
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, slurm.running(Path(folder)) as environment:
        yield environment


def test_a_slurm_run_gives_the_bytes_of_a_local_one(tmp_path, environment):
    figures = cheapest_figures()
    local, cluster = (Clone(tmp_path / name, pulled=False) for name in ("local", "on the cluster"))
    command = ("snakemake", "--config", "preset=smoke")
    local.run(*command, "--cores", "2", "--quiet", "all", "--", *figures)
    settings = {name: environment[name] for name in ("SLURM_CONF", "PATH")}
    settings["PATH"] = (
        f"{settings['PATH'].split(os.pathsep)[0]}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{settings['PATH']}"
    )
    done = cluster.run(*command, *OPTIONS, "--jobs", "4", "--", *figures, **settings)
    submitted = len(re.findall(r"has been submitted with SLURM jobid", done.stdout + done.stderr))
    batches = {batch.path for figure in figures for batch in PLAN.batches_of(figure)}
    assert submitted >= len(batches) + 2 * len(figures)  # each batch, each measurement, each drawing
    made = hashes(local.folder, "data", "figures")
    assert made
    assert hashes(cluster.folder, "data", "figures") == made
    assert cluster.planned("--config", "preset=smoke", "--", *figures) == {}
