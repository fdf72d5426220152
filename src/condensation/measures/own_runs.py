"""Runs of any experiment of two-layer networks, own targets among them, for the generic kinds of figures."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from condensation.models.custom.targets import known_target
from condensation.store.figure_data import FigureData


@contextmanager
def own_runs(data: FigureData) -> Iterator[pd.DataFrame]:
    """Yield the runs of all experiments of a figure, with targets that the measures know inside the `with`.

    Raises ValueError if the figure names no experiment, or experiments with different targets or points.
    """
    if not data.runs:
        raise ValueError("a generic figure needs experiments: name them in workflow/figures.tsv")
    runs = pd.concat(data.runs.values(), ignore_index=True)
    names = [name for name in ("target", "low", "high", "n") if name in runs]
    targets = runs[names].drop_duplicates()
    if len(targets) > 1:
        raise ValueError(f"one target a figure, found {len(targets)}: {', '.join(map(str, targets['target']))}")
    if "low" not in runs:
        yield runs
        return
    row = targets.iloc[0]
    with known_target(row["target"], float(row["low"]), float(row["high"]), int(row["n"])) as name:
        yield runs.assign(target=name)
