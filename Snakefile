"""Every plot of the lecture "III. Condensation phenomenon": tables -> runs -> metrics -> figures and claims."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

import condensation
from filelock import FileLock, Timeout
from snakemake.logging import logger
from snakemake.shell import shell

from condensation.pages.captions import report_captions
from condensation.pages.content_hash import gallery_hash, index_hash
from condensation.pages.tables import read_report_tables
from condensation.plan import (
    build_plan,
    check_settings,
    chosen_preset,
    exit_on_wrong_input,
)
from condensation.plan.manifests import (
    batch_manifest,
    claims_manifest,
    figure_manifest,
    source_path,
    write_manifests,
)
from condensation.progress.hooks import NearTargets, listen, only_problems
from condensation.progress.summary import summary_text

ROOT = Path(workflow.basedir)
if Path(condensation.__file__).resolve().parents[2] != ROOT.resolve():
    # else figures would be drawn by the scripts of one checkout and the package of another
    sys.exit(
        f"this environment holds the package of {Path(condensation.__file__).parents[2]}, not of {ROOT}: "
        "run `make env` there, or `pip install --no-deps -e .` in your own environment"
    )


NOTHING = "nothing was started: correct what is named above"
with exit_on_wrong_input(NOTHING):
    # before Snakemake reads the file, whose message would not name it
    RECORDED = chosen_preset(ROOT)


configfile: ROOT / "params.yaml"


# where results go: beside this file, or in the folder of `--directory`
workdir: ROOT


with exit_on_wrong_input(NOTHING):
    check_settings(config, ROOT)
    PLAN = build_plan(ROOT, config["preset"])
    read_report_tables(ROOT, PLAN)  # what is wrong in workflow/report is said now, too
    GALLERY_HASH, INDEX_HASH = gallery_hash(ROOT, PLAN), index_hash(ROOT, PLAN)

DOC_IMAGES = {
    f"docs/images/{Path(path).name}": path
    for figure in PLAN.figures.values()
    if not figure.own
    for path in PLAN.pictures(figure.id)
    if path.endswith((".png", ".gif"))
}
write_manifests(Path.cwd(), PLAN)

if workflow.is_main_process:
    # Snakemake's own lock survives a killed process and would refuse every later one: where nobody is at work, a
    # remainder is removed; where somebody is, Snakemake's lock decides
    Path(".snakemake").mkdir(exist_ok=True)
    WORKING = FileLock(".snakemake/working.lock")
    try:
        WORKING.acquire(timeout=0)
        shutil.rmtree(".snakemake/locks", ignore_errors=True)
    except Timeout:
        print(
            "another invocation is at work in this folder: if both make the same files, Snakemake refuses below; "
            "wait for it, or work in another clone",
            file=sys.stderr,
        )

# jobs run with the Python that runs Snakemake and the scripts of this checkout; set here because a path in a rule's
# command would count as changed code. One thread of linear algebra a job: sums must not depend on a machine's cores.
shell.prefix(
    f"set -euo pipefail; export CHECKOUT={shlex.quote(str(ROOT))} MPLBACKEND=agg"
    " OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_NUM_THREADS=1"
    f" PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; "
)

STARTED = time.time()
# make sets it: a progress line in place of Snakemake's own lines
FOR_A_PERSON = "CONDENSATION_PROGRESS" in os.environ
if FOR_A_PERSON:
    only_problems(logger)


report: "workflow/report/workflow.rst"


config["report"] = report_captions(PLAN)  # what figure.rst is filled with


wildcard_constraints:
    figure="|".join(PLAN.figures),
    family="|".join(PLAN.families),


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/gallery.smk"


rule all:
    default_target: True
    input:
        rules.runs.input,
        rules.figures.input,
        rules.metrics.input,
        f"figures/{PLAN.preset}/index.html",
        ["metrics.json"] if PLAN.preset == RECORDED else [],
        ["docs/figures.md", *DOC_IMAGES] if PLAN.preset == "lecture" else [],


logger.addHandler(
    NearTargets(
        [rule.name for rule in workflow.rules]
        + [*rules.figures.input, *rules.metrics.input]
    )
)


onstart:
    listen(logger, workflow, ROOT, PLAN)


onsuccess:
    if not FOR_A_PERSON:  # make prints it, also where nothing was to be done
        logger.info(
            summary_text(
                Path.cwd(), PLAN, seconds=time.time() - STARTED, since=STARTED
            )
        )


onerror:
    logger.error(
        "a job failed: its log is named above; what is finished is kept, start again to go on"
    )
