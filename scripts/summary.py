"""Print the summary of a run: figures drawn, claims held, time, where to look."""

import argparse
import sys
import time
from pathlib import Path

from condensation.plan import InputError, build_plan, chosen_preset
from condensation.progress.summary import summary_text
from condensation.progress.terminal import say


def main() -> int:
    """Parse arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", help="default: that of params.yaml")
    parser.add_argument("--since", type=float, default=time.time(), help="when the run began, seconds of the epoch")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    root: Path = arguments.root
    try:
        plan = build_plan(root, arguments.preset or chosen_preset(root))
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    now = time.time()
    say(summary_text(root, plan, seconds=now - arguments.since, since=arguments.since) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
