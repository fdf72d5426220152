"""Plateaus of a loss curve, and the critical losses of small networks they lie at (embedding principle)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from condensation.measures.merging import Merged
from condensation.models.two_layer.gradient_descent import descend_batch
from condensation.models.two_layer.problem import OUTCOME, Problem
from condensation.models.two_layer.targets import TARGETS

Array = NDArray[np.float64]

SLOW = 0.2  # largest |d log R_S / d log t| of a plateau: a decade in time costs less than 40 % of the loss
SAME = 0.03  # two slow moments whose losses differ by less belong to one plateau
STEPS = 3000  # of the small networks: theirs are hundreds of times as long as the wide one's


def plateaus(epoch: Array, loss: Array) -> list[int]:
    """Return where the loss falls most slowly: local minima of -d log R_S / d log t below 0.2, one a level.

    epoch, loss: (kept,), epochs > 0. The start, where nothing has been learnt (R_S within 3 % of its first value), is
    no plateau.
    """
    slope = -np.gradient(np.log(loss), np.log(epoch))
    slowest: list[int] = []
    for i in range(1, len(slope) - 1):
        if slope[i] > SLOW or slope[i] >= slope[i - 1] or slope[i] > slope[i + 1] or loss[i] > (1 - SAME) * loss[0]:
            continue
        if slowest and loss[i] > (1 - SAME) * loss[slowest[-1]]:
            if slope[i] < slope[slowest[-1]]:
                slowest[-1] = i
        else:
            slowest.append(i)
    return slowest


def rest_of_small(small: Merged, target: str) -> tuple[float, Array]:
    """Return R_S and (a, w, b) at which a small network comes to rest by gradient descent from where it was merged."""
    neurons = np.stack((small.a, small.w, small.b))
    length = np.hypot(small.w, small.b)
    balance = np.sqrt(np.abs(small.a) / length)  # |a_k| = |(w_k, b_k)|, as for neurons that grew from a small start
    state = (neurons / np.stack((balance, 1 / balance, 1 / balance)))[None]
    return float(_descend(state, target)[0]), state[0]


def rest_of_random(neurons: int, target: str, *, starts: int, seed: int = 0) -> Array:
    """Return the R_S at which networks of so many neurons come to rest from standard normal starts, shape (starts,)."""
    return _descend(np.random.default_rng(seed).standard_normal((starts, 3, neurons)), target)


def nearest(losses: Array, levels: Sequence[float]) -> list[float]:
    """Return for each level the loss nearest to it on a logarithmic scale."""
    return [float(losses[np.abs(np.log(losses / level)).argmin()]) for level in levels]


def _descend(state: Array, target: str) -> Array:
    """Train f = sum_k a_k relu(w_k x + b_k) of each state (runs, 3, neurons), overwritten; return R_S at the end."""
    data, runs = TARGETS[target], len(state)
    problem = Problem(
        x=data.x, y=data.y, c=np.ones(runs), fixed_step=np.zeros(runs), first=state.shape[2], stop_loss=1e-12,
        max_steps=STEPS, kept_steps=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    outcomes = np.zeros(runs, OUTCOME)
    descend_batch(state, problem, np.zeros((runs, 0, *state.shape[1:])), outcomes)
    return outcomes["loss_end"]
