"""Runs of any experiment of two-layer networks, own targets among them, for the generic kinds of figures."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from condensation.models.custom.targets import known_target
from condensation.store.figure_data import FigureData


@contextmanager
def own_runs(data: FigureData) -> Iterator[pd.DataFrame]:
    """Yield the runs of all experiments of a figure, with targets that the measures know inside the `with`.

    The plan has seen to it that there are runs, all on one target and the same points (condensation.plan.kinds).
    """
    runs = pd.concat(data.runs.values(), ignore_index=True)
    if "low" not in runs:
        yield runs
        return
    row = runs.iloc[0]
    with known_target(row["target"], float(row["low"]), float(row["high"]), int(row["n"])) as name:
        yield runs.assign(target=name)
