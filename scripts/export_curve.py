"""Write curves of a figure's numbers as CSV for `dvc plots`: x, y, and the line a point belongs to."""

import argparse
from pathlib import Path

from condensation.drawing.save import save_text
from condensation.store.tables import read_tables


def main() -> None:
    """Parse arguments; a value is the mean over everything but x and the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("metrics", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    for name in ("table", "x", "y", "line"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    x, y, line = arguments.x, arguments.y, arguments.line
    rows = read_tables(arguments.metrics)[arguments.table]
    means = rows.groupby([line, x])[y].mean().dropna().reset_index()
    means["line"] = [f"{line} {value}" for value in means[line]]
    save_text(means[[x, y, "line"]].to_csv(index=False, float_format="%.6g"), arguments.output)


if __name__ == "__main__":
    main()
