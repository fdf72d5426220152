"""Every plot of the lecture "III. Condensation phenomenon": tables -> runs -> metrics -> figures and claims."""

import os
import shlex
import sys
import time
from pathlib import Path

from snakemake.logging import logger
from snakemake.shell import shell

ROOT = Path(workflow.basedir)
from condensation.pages.captions import report_captions
from condensation.pages.content_hash import pages_hash
from condensation.pages.tables import read_report_tables
from condensation.plan import InputError, build_plan, check_settings
from condensation.plan.parameters import constant
from condensation.progress.hooks import NearTargets, listen, only_problems
from condensation.progress.summary import summary_text
from condensation.store.freshness import distrust
from condensation.store.invocations import enter


configfile: ROOT / "params.yaml"


# where results go: beside this file, or in the folder of `--directory`, which then needs the sources by the same names
workdir: ROOT


for name in ("scripts", "workflow", "my"):
    if (ROOT / name).exists() and not (Path.cwd() / name).exists():
        (Path.cwd() / name).symlink_to(ROOT / name)

try:
    check_settings(config, ROOT)
    PLAN = build_plan(ROOT, config["preset"])
    HASHES = {
        figure: {
            "runs": PLAN.run_table_hash(figure),
            "measure": PLAN.measure_hash(figure),
            "draw": PLAN.draw_hash(figure),
        }
        for figure in PLAN.figures
    }
    CLAIMS_HASH = PLAN.claims_hash()
    read_report_tables(ROOT, PLAN)  # what is wrong in workflow/report is said now, too
    PAGES_HASH = pages_hash(ROOT, PLAN)
except InputError as error:
    # every problem at once, and no traceback: whoever edits a table need not know Snakemake
    sys.exit(f"{error}\nnothing was started: correct what is named above")

if workflow.is_main_process:
    others = enter(Path.cwd())
    if others:
        print(
            f"another invocation is at work in this folder (process {', '.join(map(str, others))}): "
            "if both make the same files, Snakemake refuses below; wait for it, or work in another clone",
            file=sys.stderr,
        )
    else:
        distrust(Path.cwd(), PLAN)

# jobs run with the Python that runs Snakemake; set here because a path in a rule's command would count as changed code.
# One thread of linear algebra a job: sums must not depend on how many cores a machine has. A notebook's backend of
# matplotlib is none of theirs.
shell.prefix(
    f"set -euo pipefail; export CONDENSATION_PRESET={shlex.quote(PLAN.preset)};"
    " export OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_NUM_THREADS=1 MPLBACKEND=agg;"
    f" export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; "
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
include: "workflow/rules/check.smk"
include: "workflow/rules/gallery.smk"


rule all:
    default_target: True
    input:
        rules.runs.input,
        rules.figures.input,
        rules.metrics.input,
        "docs/figures.md",
        "figures/index.html",


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
            summary_text(ROOT, PLAN, seconds=time.time() - STARTED, since=STARTED)
        )


onerror:
    logger.error(
        "a job failed: its log is named above; what is finished is kept, start again to go on"
    )
