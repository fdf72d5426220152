"""Print the summary of a run: figures drawn, claims held, time, where to look."""

import argparse
import time
from pathlib import Path

from condensation.plan import planned
from condensation.progress.summary import summary_text
from condensation.progress.terminal import say


def main() -> None:
    """Parse arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", help="default: that of params.yaml")
    parser.add_argument("--since", type=float, default=time.time(), help="when the run began, seconds of the epoch")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    plan, seconds = planned(arguments.root, arguments.preset), time.time() - arguments.since
    say(summary_text(arguments.root, plan, seconds=seconds, since=arguments.since) + "\n")


if __name__ == "__main__":
    main()
