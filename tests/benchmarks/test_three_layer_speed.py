"""Three-layer trainer against a plain loop: time to the same relative fall of the loss."""

import numpy as np
import pytest
import torch
from tests.benchmarks.plain import ThreeLayer, train_plain

from condensation.models.three_layer.gradient_flow import Flow, gradient_flow
from condensation.models.three_layer.initial_state import draw_start
from condensation.models.three_layer.network import Problem, kernels
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.three_layer.training import problem_of
from condensation.models.two_layer.targets import TARGETS

M = 400
STEPS = 200  # of the plain loop that are timed; its whole run is as many as gradient descent of the flow needs


@pytest.mark.parametrize("gamma3", [1.0, 1.5])
def test_midpoint_method_against_a_plain_loop(benchmark, report, seconds, gamma3):
    torch.set_num_threads(1)
    run = ThreeLayerRun("x_squared", M, 0.0, gamma3, 0, 1e-8, 20_000, "summary")
    target = TARGETS[run.target]
    problem = problem_of(run, draw_start(run.m, generator=np.random.default_rng(run.seed)))

    def ours():
        return gradient_flow(problem, target.y, stop_loss=run.stop_loss, max_steps=run.max_steps)

    network = ThreeLayer(M, 1.0)
    plain_x, y = torch.from_numpy(target.x)[:, None], torch.from_numpy(target.y)
    flow = ours()
    assert flow.status == "converged"
    ours_seconds, plain_seconds = seconds(
        ours, lambda: train_plain(network, plain_x, y, learning_rate=1e-6, steps=STEPS), rounds=3
    )
    benchmark.pedantic(ours, rounds=3)
    steps = descent_steps(problem, flow)
    factor = steps * plain_seconds / STEPS / ours_seconds
    benchmark.extra_info |= {"steps": flow.steps, "plain_steps": steps, "times_plain": factor}
    report(
        f"three layers, m = {M}, gamma3 = {gamma3}: {flow.steps} midpoint steps in {ours_seconds:.2f} s; the plain loop"
        f" takes {plain_seconds / STEPS * 1e3:.1f} ms a step and needs {steps:,}: {factor:,.0f} times as fast"
    )


def descent_steps(problem: Problem, flow: Flow) -> int:
    """Return how many steps h = 1 / (2 trace K), safe at the start and at the end, cover the time of the flow."""
    return int(2 * max(float(np.trace(kernels(problem, state)[1])) for state in (flow.start, flow.state)) * flow.time)
