"""The three-layer engine against plain gradient descent with small steps, down to the same loss."""

import numpy as np
import pytest

from condensation.models.three_layer import gradient_flow as gf
from condensation.models.three_layer.initial_state import draw_start
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.three_layer.training import train
from condensation.models.two_layer.targets import TARGETS

TARGET = TARGETS["x_squared"]
MEASURES = ("rd_1", "rd_2", "rd_2_operator")
SEEDS = 3
STEP = 0.1  # of the descent, relative to 1 / trace K and to the time in which the weights change
BOUND = gf._FIELD_CHANGE + gf._UNEXPLAINED  # what a step of the engine may miss of a displacement, to first order


def run_of(gamma2: float, gamma3: float, seed: int) -> ThreeLayerRun:
    return ThreeLayerRun("x_squared", 48, gamma2, gamma3, seed, 1e-8, 20_000, "summary")


def start_of(run: ThreeLayerRun) -> list[np.ndarray]:
    """W1 (m, 2), (W2, b2) (m, m + 1) and a (m,) at beta1 = beta3 = 1, beta2 = m^-gamma2."""
    start = draw_start(run.m, generator=np.random.default_rng(run.seed))
    second = run.m**-run.gamma2 * np.column_stack((start.large[: run.m], start.b2))
    return [start.p1.copy(), second, start.p3.copy()]


def descend(run: ThreeLayerRun, stop_loss: float, step: float) -> dict[str, float]:
    """Return the measures of gradient descent in units of 1 / alpha from the run's start; relu'(0) = 0."""
    first, (w1, w2, a) = start_of(run), start_of(run)
    scale = run.m ** (run.gamma2 - run.gamma3)  # 1 / alpha
    x, n, f_start = np.vstack((TARGET.x, np.ones(TARGET.x.size))), TARGET.x.size, None
    while True:
        z1 = w1 @ x
        h1 = np.vstack((np.maximum(z1, 0), np.ones(n)))
        z2 = w2 @ h1
        h2, d2 = np.maximum(z2, 0), a[:, None] * (z2 > 0)
        f = scale * a @ h2
        f_start = f if f_start is None else f_start
        e = f - f_start - TARGET.y
        if e @ e / (2 * n) <= stop_loss:
            break
        g1 = (w2[:, :-1].T @ d2) * (z1 > 0)
        trace = np.square(h2).sum() + np.square(d2).sum(axis=0) @ np.square(h1).sum(axis=0)
        trace += np.square(g1).sum(axis=0) @ np.square(x).sum(axis=0)
        speed = np.abs(e).max() * (np.linalg.norm(h2) / np.linalg.norm(a) + np.linalg.norm(g1) / np.linalg.norm(w1))
        rate = step * min(1 / (scale * trace), 1 / speed)
        a, w1, w2 = a - rate * h2 @ e, w1 - rate * (g1 * e) @ x.T, w2 - rate * (d2 * e) @ h1.T
    norms = [np.linalg.norm(w1 - first[0]) / np.linalg.norm(first[0])]
    norms += [np.linalg.norm(w2 - first[1], order) / np.linalg.norm(first[1], order) for order in ("fro", 2)]
    return dict(zip(MEASURES, norms, strict=True))


def test_smaller_steps_of_descent_change_nothing():
    run = run_of(-0.5, 1.25, 0)
    coarse, fine = (descend(run, 1e-4, step) for step in (STEP, STEP / 4))
    for name in MEASURES:
        assert coarse[name] == pytest.approx(fine[name], rel=BOUND / 4), name


@pytest.mark.parametrize(("gamma2", "gamma3"), [(-0.5, 1.25), (-0.5, 1.75), (0.0, 1.5), (0.5, 2.0)])
def test_distances_are_those_of_gradient_descent(gamma2, gamma3):
    """On average over seeds: at this width a single neuron that takes another side of a kink shows in its run."""
    log_ratio = dict.fromkeys(MEASURES, 0.0)
    for seed in range(SEEDS):
        run = run_of(gamma2, gamma3, seed)
        ours = train([run])
        descent = descend(run, ours["loss_end"][0], STEP)
        for name in MEASURES:
            log_ratio[name] += np.log(ours[name][0] / descent[name]) / SEEDS
    assert all(abs(value) < BOUND for value in log_ratio.values()), log_ratio
