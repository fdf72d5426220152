"""The parameters a run kept: start, snapshots, end."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Snapshots:
    """Steps (snapshots,) and physical parameters a, w, b, each (snapshots, neurons); the last row is the end."""

    step: NDArray[np.int64]
    a: Array
    w: Array
    b: Array

    def at(self, index: int) -> tuple[Array, Array, Array]:
        """Return (a, w, b) of one snapshot by its position (0 the start, -1 the end)."""
        return self.a[index], self.w[index], self.b[index]


def snapshots(run: pd.Series) -> Snapshots:
    """Unpack the kept parameters of a run (a row of data/runs with keep = parameters)."""
    step = np.array(run["snapshot_step"], dtype=np.int64)
    step[step == -1] = run["steps"]
    a, w, b = (np.asarray(run[f"snapshot_{name}"], dtype=float).reshape(step.size, -1) for name in "awb")
    return Snapshots(step, a, w, b)
