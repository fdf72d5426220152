"""Train a batch of three-layer runs and return what is kept of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from condensation.models.three_layer.gradient_flow import conserved_drift, gradient_flow
from condensation.models.three_layer.initial_state import Start, draw_start, output_scale, second_scale
from condensation.models.three_layer.network import Problem, State, output_at
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.three_layer.second_layer import cosines_by_share, directions_in_span, mean_absolute
from condensation.models.two_layer.targets import TARGETS

Array = NDArray[np.float64]

CURVE_POINTS = 201  # of the output, on an even grid of the target's interval


def train(runs: Sequence[ThreeLayerRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    Scalars: status, steps, time, loss_start, loss_end, rd_1, rd_2, rd_3 (relative distance of each layer's weights, in
    the Frobenius norm), rd_2_operator (in the operator norm), conserved_drift; of the second layer at start and end:
    n_eff_span (directions in the span of its inputs), similarity (mean |cos| of its neurons by share of amplitude).
    keep = features adds, in float32: the output's curve; (w, b) of the first layer's neurons; pre-activations at the
    data (m n,) and output weights (m,) of the second layer's; the cosines by share of amplitude.
    """
    with threadpool_limits(limits=1, user_api="blas"):  # sums in one order, whatever `threads` is
        start, drawn, norm, results = None, None, 0.0, []
        for run in runs:
            if start is None or drawn != (run.m, run.seed):
                start = draw_start(run.m, generator=np.random.default_rng(run.seed))
                drawn, norm = (run.m, run.seed), start.operator_norm()
            results.append(_train(run, start, norm))
    return {name: [result[name] for result in results] for name in results[0]}


def inputs(x: Array) -> Array:
    """Return the rows (x_i, 1), shape (n, 2)."""
    return np.stack((x, np.ones_like(x)), axis=1)


def problem_of(run: ThreeLayerRun, start: Start) -> Problem:
    """Return what a run's flow does not change."""
    return Problem(start, second_scale(run), inputs(TARGETS[run.target].x), output_scale(run))


def _train(run: ThreeLayerRun, start: Start, norm: float) -> dict[str, Any]:
    problem = problem_of(run, start)
    flow = gradient_flow(problem, TARGETS[run.target].y, stop_loss=run.stop_loss, max_steps=run.max_steps)
    names = ("status", "steps", "time", "loss_start", "loss_end")
    result: dict[str, Any] = {name: getattr(flow, name) for name in names} | relative_distances(problem, flow.state)
    result["rd_2_operator"] = flow.state.change.operator_norm() / (problem.scale * norm)
    result["conserved_drift"] = conserved_drift(problem, flow.start, flow.state)
    for when, state in (("start", flow.start), ("end", flow.state)):
        cosines = cosines_by_share(problem, state)
        result[f"n_eff_span_{when}"] = directions_in_span(state)
        result[f"similarity_{when}"] = mean_absolute(cosines)
        result |= _features(run, problem, state, cosines, when)
    return result


def relative_distances(problem: Problem, end: State) -> dict[str, float]:
    """Return RD = |theta - theta(0)| / |theta(0)| of (W1, b1), (W2, b2) and a."""
    start = problem.start
    second = end.change.squares() / (start.row_squares.sum() + start.b2 @ start.b2) / problem.scale**2
    return {
        "rd_1": float(np.linalg.norm(end.p1 - start.p1) / np.linalg.norm(start.p1)),
        "rd_2": float(np.sqrt(max(second, 0.0))),
        "rd_3": float(np.linalg.norm(end.p3 - start.p3) / np.linalg.norm(start.p3)),
    }


def _features(run: ThreeLayerRun, problem: Problem, state: State, cosines: Array, when: str) -> dict[str, Any]:
    """What figures of typical cases draw; None where it is not kept."""
    names = [f"{name}_{when}" for name in ("curve", "layer1_w", "layer1_b", "layer2_z", "layer2_out", "cosines")]
    if run.keep != "features":
        return dict.fromkeys(names)
    x = inputs(np.linspace(*TARGETS[run.target].interval, CURVE_POINTS))
    values = (
        output_at(problem, state, x), state.p1[:, 0], state.p1[:, 1], state.z2.ravel(), state.p3, cosines.ravel(),
    )  # fmt: skip
    return {name: value.astype(np.float32) for name, value in zip(names, values, strict=True)}
