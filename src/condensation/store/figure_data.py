"""What a figure's `measure` receives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class FigureData:
    """Trained runs and published values of one figure.

    runs: experiment name -> one row a run (parameters of the run, then its results).
    published: name of a table of workflow/reference -> its rows.
    """

    runs: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
