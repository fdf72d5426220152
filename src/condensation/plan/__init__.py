"""From the tables of workflow/ to runs, batches and figures, validated before anything starts."""

from condensation.plan.plan import build_plan
from condensation.plan.presets import check_settings
from condensation.plan.problems import InputError
from condensation.plan.runs import run_id

__all__ = ["InputError", "build_plan", "check_settings", "run_id"]
