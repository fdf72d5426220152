"""From the tables of workflow/ to runs, batches and figures, validated before anything starts."""

from condensation.plan.plan import build_plan
from condensation.plan.problems import InputError
from condensation.plan.runs import run_id

__all__ = ["InputError", "build_plan", "run_id"]
