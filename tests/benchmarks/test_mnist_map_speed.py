"""Trainer of the MNIST maps against a plain loop in 784 dimensions: a step, and time to the same loss."""

import numpy as np
import pytest
import torch
from tests.benchmarks.plain import TwoLayer, train_plain
from threadpoolctl import threadpool_limits

from condensation.datasets.mnist.data import DataError
from condensation.models.exponential_midpoint import gradient_flow
from condensation.models.gram_form import State, move, seen
from condensation.models.two_layer_mnist.initial_state import initial_start
from condensation.models.two_layer_mnist.inputs import inputs

IMAGES = 45
PLAIN_STEPS = 5  # of the plain loop that are timed; its whole run is as many as gradient descent of the flow needs


@pytest.mark.parametrize(("m", "gamma"), [(10_000, 0.8), (10_000, 1.0), (10_000, 1.3), (50_000, 1.0)])
def test_midpoint_method_over_the_gram_matrix_against_a_plain_loop(benchmark, report, seconds, m, gamma):
    try:
        x, y = inputs(IMAGES)
    except DataError as error:
        pytest.skip(str(error))
    torch.set_num_threads(1)
    c, gram = float(m**-gamma), x @ x.T
    start = initial_start(m, x, generator=np.random.default_rng(0)).state(1.0)
    end = State.empty_like(start)
    network = TwoLayer(m, 1.0, inputs=x.shape[1] - 1)  # the constant 1 of x is the bias of nn.Linear
    pixels, labels = torch.from_numpy(x[:, :-1].copy()), torch.from_numpy(y)

    def ours():
        return gradient_flow(start, y, c, gram, stop_loss=1e-4, max_steps=2000)

    with threadpool_limits(limits=1, user_api="blas"):
        flow = ours()
        assert flow.status == "converged"
        run_seconds, move_seconds, plain_seconds = seconds(
            ours,
            lambda: move(start, start, y, c, gram, end),
            lambda: train_plain(network, pixels, labels, learning_rate=1e-9, steps=PLAIN_STEPS),
            rounds=3,
        )
        benchmark.pedantic(ours, rounds=1)
    plain_seconds /= PLAIN_STEPS
    # steps of gradient descent for the same flow: the time it covers over the fixed step 1 / (2 trace K) that is safe
    # at its start and its end
    fastest = max(float(np.trace(seen(state, c, gram).kernel)) for state in (start, flow.state))
    steps = int(2 * fastest * flow.time)
    factor, step_factor = steps * plain_seconds / run_seconds, plain_seconds / move_seconds
    benchmark.extra_info |= {"steps": flow.steps, "plain_steps": steps, "times_plain": factor, "step": step_factor}
    report(
        f"two layers on MNIST, m = {m:>6,}, gamma = {gamma}: {flow.steps} midpoint steps in {run_seconds:.2f} s; the"
        f" plain loop takes {plain_seconds * 1e3:.0f} ms a step ({step_factor:.1f} times a gradient step over the Gram"
        f" matrix) and needs {steps:,}: {factor:,.0f} times as fast"
    )
