"""The normalised flow: trajectories of networks of any scales (alpha, beta1, beta2) in the time t / (beta1 beta2)."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.models.two_layer.network import network_output

Array = NDArray[np.float64]


def trajectory(run: pd.Series, x: Array, y: Array) -> pd.DataFrame:
    """Return the course of a run with snapshots and a fixed rate: time, time_normalised, rd_w, loss.

    In units of the start, a = beta1 a~ and w = beta2 w~, the gradient flow reads, with the time t~ = t / (beta1 beta2),
    da~/dt~ = -(kappa / kappa') (1/n) sum_i e_i relu(w~ x_i), dw~/dt~ = -kappa kappa' a~ (1/n) sum_i e_i 1_i x_i,
    f = kappa sum_k a~_k relu(w~_k x): of the three scales only kappa and kappa' are left.
    """
    m = float(run["m"])
    beta2 = m ** run["log_m_beta2"]
    beta1 = beta2 * m ** -run["gamma_prime"]
    alpha = beta1 * beta2 * m ** run["gamma"]
    steps = np.array([int(step) for step in run["snapshot_step"]])
    steps[-1] = run["steps"]  # the end is marked -1
    a, w, b = (np.asarray(run[f"snapshot_{name}"], dtype=float).reshape(steps.size, -1) for name in ("a", "w", "b"))
    first = slice(int(m))  # RD is that of the first copy of an antisymmetric start
    moved, start = (np.hypot(np.linalg.norm(one, axis=-1), np.linalg.norm(other, axis=-1)) for one, other in (
        (w[:, first] - w[0, first], b[:, first] - b[0, first]), (w[:1, first], b[:1, first]),
    ))  # fmt: skip
    loss = [float(np.mean((network_output(*state, 1 / alpha, x) - y) ** 2) / 2) for state in zip(a, w, b, strict=True)]
    time = steps * run["learning_rate"]
    return pd.DataFrame({"time": time, "time_normalised": time / (beta1 * beta2), "rd_w": moved / start, "loss": loss})
