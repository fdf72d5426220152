"""Every plot of the lecture "III. Condensation phenomenon": tables -> runs -> metrics -> figures and claims."""

import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.shell import shell

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "scripts"))
from condensation.plan import InputError, build_plan


configfile: ROOT / "params.yaml"


workdir: ROOT


try:
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
except InputError as error:
    raise WorkflowError(
        f"the tables have errors, nothing was started\n{error}"
    ) from None

# jobs run with the Python that runs Snakemake; set here because a path in a rule's command would count as changed code
shell.prefix(
    f"set -euo pipefail; export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; "
)


wildcard_constraints:
    figure="|".join(PLAN.figures),
    family="|".join(PLAN.families),


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/check.smk"


rule all:
    default_target: True
    input:
        rules.figures.input,
        rules.metrics.input,
        "docs/figures.md",
