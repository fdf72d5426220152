"""Draw one figure for a paper or slides from its stored numbers, into a folder of one's own; nothing else changes."""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from condensation.drawing.save import Provenance, save_figure
from condensation.figures import checkout, draw, find
from condensation.plan import InputError, build_plan

_TEXT = ("csv", "tex")


def main() -> int:
    """Parse arguments, draw, save every format asked for; what is wrong goes to standard error and returns 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure", help="id or short id, such as f10")
    parser.add_argument(
        "--width", type=float, help="inches, such as 3.25 for a column, 5.5 for a book; default: its own"
    )
    parser.add_argument("--style", action="append", default=[], help="name of a matplotlib style or an .mplstyle file")
    parser.add_argument("--panels", type=lambda text: text.split(","), help="letters of the panels to keep: a,c")
    parser.add_argument(
        "--formats", type=lambda text: text.split(","), help="such as pdf,png; default: the first it has"
    )
    parser.add_argument("--output", type=Path, default=Path("my/figures"), help="folder")
    arguments = parser.parse_args()
    try:
        root = checkout()
        output = arguments.output.resolve()
        for kept in ("figures", "data", "docs"):
            if output.is_relative_to((root / kept).resolve()):
                raise ValueError(f"{kept}/ holds what the pipeline makes: choose another folder")
        plan = build_plan(root)
        figure = plan.figures[find(arguments.figure, plan.figures)]
        known = [fmt for fmt in figure.formats if fmt not in _TEXT]
        formats = arguments.formats or known[:1]
        if set(formats) - set(known):
            raise ValueError(f"{figure.id} can be saved as {', '.join(known)}")
        drawn = draw(figure.id, width=arguments.width, style=arguments.style, panels=arguments.panels, root=root)
        paths = {fmt: arguments.output / f"{figure.id}.{fmt}" for fmt in formats}
        save_figure(drawn, paths, Provenance(figure.id, figure.slide, plan.run_table_hash(figure.id), plan.preset))
    except (InputError, KeyError, ValueError, OSError) as error:
        sys.stderr.write(f"{error.args[0] if isinstance(error, KeyError) else error}\n")
        return 1
    sys.stdout.write("".join(f"{path}\n" for path in paths.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
