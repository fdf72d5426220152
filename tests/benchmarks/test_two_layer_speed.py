"""Two-layer trainer against a plain loop and the machine's limits."""

import numpy as np
import pytest
import torch
from tests.benchmarks.machine import triad_bytes
from tests.benchmarks.plain import TwoLayer, train_plain

from condensation.models.two_layer.gradient_descent import descend_batch
from condensation.models.two_layer.problem import OUTCOME, Problem
from condensation.models.two_layer.targets import TARGETS

BYTES = 48  # an update reads and writes u, w, b
FLOPS = 50  # of an update at four points


def fused(m: int, steps: int):
    """Return a function that takes `steps` fixed steps with one network of width m."""
    generator = np.random.default_rng(0)
    target = TARGETS["x_squared"]
    start = generator.standard_normal((1, 3, m))
    outcomes, kept = np.zeros(1, OUTCOME), np.zeros((1, 0, 3, m))
    problem = Problem(
        x=target.x, y=target.y, c=np.array([1.0 / m]), fixed_step=np.array([1e-3]), first=m, stop_loss=0.0,
        max_steps=steps, kept_steps=np.zeros(0, dtype=np.int64),
    )  # fmt: skip

    def run() -> None:
        descend_batch(start.copy(), problem, kept, outcomes)

    return run


def plain(m: int, steps: int):
    """Return a function that does the same the usual way."""
    target = TARGETS["x_squared"]
    x, y = torch.from_numpy(target.x)[:, None], torch.from_numpy(target.y)
    network = TwoLayer(m, float(m))
    return lambda: train_plain(network, x, y, learning_rate=1e-3, steps=steps)


@pytest.mark.parametrize(("m", "fused_steps", "plain_steps"), [(1_000, 20_000, 200), (1_000_000, 200, 3)])
def test_fused_descent_against_a_plain_loop(benchmark, report, limits, seconds, m, fused_steps, plain_steps):
    torch.set_num_threads(1)
    ours, usual = fused(m, fused_steps), plain(m, plain_steps)
    ours_seconds, usual_seconds = seconds(ours, usual)
    benchmark.pedantic(ours, rounds=3)
    rate, usual_rate = m * fused_steps / ours_seconds, m * plain_steps / usual_seconds
    bandwidth = triad_bytes(m)  # of three arrays of the same size: the wide network's state still fits some caches
    limit = min(bandwidth / BYTES, limits.flops / FLOPS)
    benchmark.extra_info |= {"updates_per_second": rate, "times_plain": rate / usual_rate, "of_limit": rate / limit}
    report(
        f"two layers, m = {m:>9,}: {rate / 1e6:6.0f} million neuron updates/s, plain loop {usual_rate / 1e6:5.1f}: "
        f"{rate / usual_rate:5.0f} times as fast, {rate / limit:4.0%} of the machine's limit "
        f"({'memory' if bandwidth / BYTES < limits.flops / FLOPS else 'arithmetic'})"
    )
