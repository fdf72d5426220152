"""From the tables of workflow/ to runs, batches and figures, validated before anything starts."""

import sys
from pathlib import Path

from condensation.plan.plan import Plan, build_plan
from condensation.plan.problems import InputError
from condensation.plan.runs import run_id
from condensation.plan.settings import check_settings, chosen_preset

__all__ = ["InputError", "build_plan", "check_settings", "chosen_preset", "planned", "run_id"]


def planned(root: Path, preset: str | None = None) -> Plan:
    """Plan a preset (default: that of params.yaml) for a script; wrong input ends the program, told line by line."""
    try:
        return build_plan(root, preset or chosen_preset(root))
    except InputError as error:
        sys.exit(str(error))
