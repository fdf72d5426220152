"""What the compiled engine of two-layer networks is given and what it returns, beside the states."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

OUTCOME = np.dtype(
    [
        ("status", np.int64),  # index into gradient_descent.STATUS
        ("steps", np.int64),
        ("time", np.float64),  # s = kappa t
        ("loss_start", np.float64),
        ("loss_end", np.float64),
        ("loss_increase_max", np.float64),  # largest relative increase of R_S in a step
        ("rd_w_max", np.float64),
    ]
)


class Problem(NamedTuple):
    """Data and rules of a batch: n points, one value of c and of fixed_step a run.

    first: neurons of the first copy, whose displacement is RD. fixed_step: 0 for the adaptive step. stop_loss: R_S at
    which a run ends, 0 to run to max_steps. kept_steps: increasing steps whose states are kept.
    """

    x: Array  # (n,), sorted
    y: Array  # (n,)
    c: Array  # (runs,), kappa / kappa'
    fixed_step: Array  # (runs,)
    first: int
    stop_loss: float
    max_steps: int
    kept_steps: NDArray[np.int64]
