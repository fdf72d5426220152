"""From the tables of workflow/ to runs, batches and figures, validated before anything starts."""

from condensation.plan.plan import build_plan
from condensation.plan.problems import InputError
from condensation.plan.runs import run_id
from condensation.plan.settings import check_settings, chosen_preset

__all__ = ["InputError", "build_plan", "check_settings", "chosen_preset", "run_id"]
