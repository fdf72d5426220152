"""From the tables of workflow/ to runs, batches and figures, validated before anything starts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from condensation.plan.plan import Plan, build_plan
from condensation.plan.problems import InputError
from condensation.plan.runs import run_id
from condensation.plan.settings import check_settings, chosen_preset

__all__ = [
    "InputError", "build_plan", "check_settings", "chosen_preset", "exit_on_wrong_input", "planned", "run_id",
]  # fmt: skip


@contextmanager
def exit_on_wrong_input(then: str = "") -> Iterator[None]:
    """End the program on wrong input, every problem on a line of its own, without a traceback; `then` is said last."""
    try:
        yield
    except InputError as error:
        sys.exit("\n".join(filter(None, (str(error), then))))


def planned(root: Path, preset: str | None = None) -> Plan:
    """Plan a preset (default: that of params.yaml) for a script."""
    with exit_on_wrong_input():
        return build_plan(root, preset or chosen_preset(root))
