"""Train a batch of two-layer runs and return what is kept of each."""

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from condensation.models.exponential_midpoint import gradient_flow
from condensation.models.gram_form import State
from condensation.models.rounding import HISTOGRAM_BITS, rounded
from condensation.models.two_layer.gradient_descent import STATUS, descend_batch
from condensation.models.two_layer.initial_state import initial_state, scales
from condensation.models.two_layer.network import displacement, network_output, tangent_kernel
from condensation.models.two_layer.problem import OUTCOME, Problem
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.targets import TARGETS

Array = NDArray[np.float64]

_HISTOGRAM = ("orientation_amplitude", "orientation_amplitude_max")
_SNAPSHOTS = ("snapshot_step", "snapshot_a", "snapshot_w", "snapshot_b")
ORIENTATION_BINS = 2048  # width .003, 16 times finer than the .05 of the number of directions


@np.errstate(over="ignore", invalid="ignore")  # only a diverged run overflows, and its status says so
def train(runs: Sequence[TwoLayerRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs that differ only in their cheap axes; return one list per result, in the order of the runs.

    Scalars: status, steps, time (units of s = kappa t), loss_start, loss_end, loss_increase_max (largest relative
    increase of R_S in a step), rd_w, rd_w_max (over the run), rd_a, rd_w_linear (frozen features), conserved_drift.
    keep = histogram adds the amplitude A = |a| |w| of the first copy over 2048 orientations: sum and maximum (11 bits).
    keep = parameters adds the (a, w, b) of every neuron at the start, the snapshots and the end, in physical units.
    """
    shape = runs[0]
    target = TARGETS[shape.target]
    start = np.stack([np.stack(initial_state(run, generator=np.random.default_rng(run.seed))) for run in runs])
    end = start.copy()  # (runs, 3, neurons)
    problem = Problem(
        x=target.x,
        y=target.y,
        c=np.array([scales(run).kappa / scales(run).kappa_prime for run in runs]),
        # the physical step is h alpha in the time of the balanced variables
        fixed_step=np.array([(run.learning_rate or 0.0) / scales(run).alpha for run in runs]),
        first=shape.m,
        stop_loss=shape.stop_loss or 0.0,
        max_steps=shape.max_steps,
        kept_steps=np.array(shape.snapshots, dtype=np.int64),
    )
    kept = np.empty((len(runs), len(shape.snapshots), *start.shape[1:]))
    if shape.method == "gradient_descent":
        outcomes = np.zeros(len(runs), OUTCOME)
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        descend_batch(end, problem, kept, outcomes)
    else:
        outcomes = np.array([_flow(end[r], problem, problem.c[r]) for r in range(len(runs))], OUTCOME)
    results = [
        _numbers(outcomes[r])
        | _distances(run, start[r], end[r], problem, problem.c[r])
        | _kept(run, start[r], end[r], kept[r])
        for r, run in enumerate(runs)
    ]
    return {name: [result[name] for result in results] for name in results[0]}


def _flow(state: Array, problem: Problem, c: float) -> tuple[Any, ...]:
    """Follow the gradient flow from a state (3, neurons), overwritten by the end; return the values of OUTCOME."""
    inputs, start = np.stack((problem.x, np.ones_like(problem.x))), state.copy()  # (2, n)
    flow = gradient_flow(
        State(start[0], start[1:].T @ inputs), problem.y, c, inputs.T @ inputs,
        stop_loss=problem.stop_loss, max_steps=problem.max_steps,
    )  # fmt: skip
    # (w, b) from the pre-activations at the n points
    state[0], state[1:] = flow.state.u, np.linalg.lstsq(inputs.T, flow.state.z.T)[0]
    # the path is not sampled, so the largest RD is the last one
    moved = _relative_distance(start[1:, : problem.first], state[1:, : problem.first])
    status = STATUS.index(flow.status)
    return status, flow.steps, flow.time, flow.loss_start, flow.loss_end, flow.loss_increase_max, moved


def _numbers(outcome: np.void) -> dict[str, Any]:
    values: dict[str, Any] = dict(zip(OUTCOME.names or (), outcome.item(), strict=True))
    return values | {"status": STATUS[values["status"]]}


def _relative_distance(start: Array, end: Array) -> float:
    return float(np.linalg.norm(end - start) / np.linalg.norm(start))


def _distances(run: TwoLayerRun, start: Array, end: Array, problem: Problem, c: float) -> dict[str, float]:
    """Relative distances of the first copy, trained and linearised, and the drift of the conserved u^2 - |w|^2."""
    (u0, w0, b0), x, y = start, problem.x, problem.y
    impulse = np.linalg.lstsq(tangent_kernel(u0, w0, b0, c, x), network_output(u0, w0, b0, c, x) - y)[0]
    first = slice(run.m)
    _, dw, db = displacement(u0[first], w0[first], b0[first], x, impulse)
    invariant = [state[0] ** 2 - state[1] ** 2 - state[2] ** 2 for state in (start, end)]
    return {
        "rd_w": _relative_distance(start[1:, first], end[1:, first]),
        "rd_a": _relative_distance(start[0, first], end[0, first]),
        "rd_w_linear": float(np.linalg.norm((dw, db)) / np.linalg.norm(start[1:, first])),
        "conserved_drift": float(np.abs(invariant[1] - invariant[0]).sum() / (end**2).sum()),
    }


def _kept(run: TwoLayerRun, start: Array, end: Array, snapshots: Array) -> dict[str, Any]:
    """Orientation histogram or physical parameters of a run in float32, as exact as figures need them."""
    result: dict[str, Any] = dict.fromkeys(_HISTOGRAM + _SNAPSHOTS)
    scale = scales(run)
    unit = np.array([scale.beta1 / scale.kappa_prime, scale.beta2, scale.beta2])
    if run.keep == "histogram":
        a, w, b = end[:, : run.m] * unit[:, None]
        amplitude = np.abs(a) * np.hypot(w, b)
        bins = ((np.arctan2(b, w) + np.pi) * (ORIENTATION_BINS / (2 * np.pi))).astype(np.int64) % ORIENTATION_BINS
        largest = np.zeros(ORIENTATION_BINS)
        np.maximum.at(largest, bins, amplitude)
        total = np.bincount(bins, amplitude, ORIENTATION_BINS)
        result |= zip(_HISTOGRAM, (rounded(total, HISTOGRAM_BITS), rounded(largest, HISTOGRAM_BITS)), strict=True)
    if run.keep == "parameters":
        states = np.concatenate((start[None], snapshots, end[None])) * unit[None, :, None]
        steps = [0, *run.snapshots, -1]  # -1: the end, whose step is the run's `steps`
        result |= zip(_SNAPSHOTS, (steps, *(states[:, i].ravel().astype(np.float32) for i in range(3))), strict=True)
    return result
