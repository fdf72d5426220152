"""Say in numbers which claims and which plotted values changed since a revision, with before and after images."""

import argparse
import shutil
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from condensation.comparison.compare import Comparison, compare
from condensation.comparison.revision import Results, UnknownRevisionError, WorkingFolder, read_revision
from condensation.comparison.tables import TOLERANCE
from condensation.drawing.save import save_text
from condensation.plan import InputError, chosen_preset
from condensation.progress.terminal import say


def main() -> int:
    """Parse arguments, compare the revision with the working folder or another one, write text and a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", nargs="?", default="HEAD", help="commit, branch, tag or DVC experiment")
    parser.add_argument("to", nargs="?", help="another revision; default: the working folder")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--output", type=Path, default=Path("logs/comparison"), help="folder of the page")
    parser.add_argument("--tolerance", type=_tolerance, default=TOLERANCE, help="relative; 0 compares every digit")
    arguments = parser.parse_args()
    root: Path = arguments.root
    folder = root / arguments.output
    try:
        before = read_revision(root, arguments.revision)
        after: Results = read_revision(root, arguments.to) if arguments.to else WorkingFolder(root, chosen_preset(root))
        shutil.rmtree(folder, ignore_errors=True)
        comparison = compare(before, after, folder, arguments.tolerance)
    except (InputError, UnknownRevisionError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    save_text(page(root, comparison), folder / "index.html")
    say(f"{comparison}\n")
    if comparison.figures:
        say(f"before and after images: {arguments.output / 'index.html'}\n")
    return 0


def _tolerance(text: str) -> float:
    if not 0 <= float(text) < 1:
        raise ValueError
    return float(text)


def page(root: Path, comparison: Comparison) -> str:
    """Return the page of a comparison."""
    templates = root / "workflow/report"
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (templates / "gallery.css").read_text("utf-8")
    return environment.get_template("comparison.html.jinja").render(comparison=comparison, style=style)


if __name__ == "__main__":
    sys.exit(main())
