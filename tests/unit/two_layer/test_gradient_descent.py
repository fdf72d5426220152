"""Gradient descent against autograd, conservation laws, invariances, theory and published numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.rounding import largest_rise

from condensation.models.custom.targets import known_target
from condensation.models.rounding import HISTOGRAM_BITS
from condensation.models.two_layer import gradient_descent as gd
from condensation.models.two_layer.initial_state import scales
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import (
    condensed_relative_distance,
    kernel_relative_distance,
    minimal_path_norm,
)
from condensation.models.two_layer.training import train


def make_run(**changes) -> TwoLayerRun:
    values = {
        "target": "x_squared", "m": 500, "gamma": 1.0, "gamma_prime": 0.0, "log_m_beta2": 0.0, "seed": 0,
        "antisymmetric": True, "method": "gradient_descent", "learning_rate": None, "stop_loss": 1e-8,
        "max_steps": 200_000, "snapshots": (), "keep": "summary",
    }  # fmt: skip
    return TwoLayerRun(**(values | changes))


def physical_loop(run: TwoLayerRun, steps: int) -> tuple[np.ndarray, float]:
    """The usual way: physical parameters, autograd, torch.optim.SGD."""
    scale, target = scales(run), TARGETS[run.target]
    generator = np.random.default_rng(run.seed)
    a = torch.tensor(scale.beta1 * generator.standard_normal(run.m), requires_grad=True)
    weights = torch.tensor(scale.beta2 * generator.standard_normal((2, run.m)), requires_grad=True)
    x, y = torch.tensor(target.x), torch.tensor(target.y)
    optimizer = torch.optim.SGD([a, weights], lr=run.learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        f = torch.relu(torch.outer(x, weights[0]) + weights[1]) @ a / scale.alpha
        loss = ((f - y) ** 2).sum() / (2 * len(x))
        loss.backward()
        optimizer.step()
    f = torch.relu(torch.outer(x, weights[0]) + weights[1]) @ a / scale.alpha
    end = torch.stack((a, weights[0], weights[1])).detach().numpy()
    return end, float(((f - y) ** 2).sum().detach() / (2 * len(x)))


@pytest.mark.parametrize("target", ["x_squared", "four_kinks"])
@pytest.mark.parametrize(
    ("gamma", "gamma_prime", "log_m_beta2"), [(1.0, 0.0, -0.5), (1.3, 0.4, 0.2), (0.7, -0.3, -1.0)]
)
def test_steps_equal_autograd_in_physical_parameters(target, gamma, gamma_prime, log_m_beta2):
    """(beta1, beta2) enters only through gamma and gamma': both programs take the same gradient steps."""
    run = make_run(
        target=target, m=37, gamma=gamma, gamma_prime=gamma_prime, log_m_beta2=log_m_beta2, antisymmetric=False,
        stop_loss=None, max_steps=50, keep="parameters",
    )  # fmt: skip
    rate = 1e-3 * scales(run).alpha ** 2 / 37  # small against every curvature
    run = make_run(**{**run.__dict__, "learning_rate": rate})
    result = train([run])
    end, loss = physical_loop(run, 50)
    ours = np.stack([np.reshape(result[f"snapshot_{name}"][0], (2, -1))[-1] for name in "awb"])
    np.testing.assert_allclose(ours, end, rtol=2e-6, atol=1e-6 * np.abs(end).max())  # kept in float32
    assert result["loss_end"][0] == pytest.approx(loss, rel=1e-9)
    assert result["status"] == ["completed"]
    assert result["steps"] == [50]


def test_general_sweep_equals_the_one_for_four_points():
    rng = np.random.default_rng(1)
    x, p = np.sort(rng.normal(size=4)), 0.1 * rng.normal(size=4)
    state = rng.normal(size=(3, 3000))
    first, second = state.copy(), state.copy()
    s4, s_any = np.zeros(4), np.zeros(4)
    gd._sweep_four(*first, x, p, s4)
    gd._sweep_any(*second, x, p, s_any, np.empty((5, gd._BLOCK)), False)
    np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(s4, s_any, rtol=1e-10)


@pytest.mark.parametrize(("gamma", "gamma_prime"), [(0.6, 0.4), (1.0, 0.0), (1.4, -0.4), (1.2, 0.1)])
def test_a_run_converges_without_raising_the_loss_and_conserves_its_invariant(gamma, gamma_prime):
    result = train([make_run(gamma=gamma, gamma_prime=gamma_prime)])
    assert result["status"] == ["converged"]
    assert result["loss_end"][0] < 1e-8
    assert result["loss_increase_max"][0] <= largest_rise(result["loss_start"][0], result["loss_end"][0])
    assert result["conserved_drift"][0] < 0.01  # exact for the flow, first order in the step


def test_much_finer_steps_give_the_same_distance():
    """The error of the default steps is far below the spread over seeds."""
    run = make_run(gamma=1.5, m=200)
    adaptive = train([run])
    physical = scales(run).alpha  # the time of the balanced variables is the physical one over alpha
    fine = 0.01 * adaptive["time"][0] / adaptive["steps"][0] * physical
    result = train([make_run(gamma=1.5, m=200, learning_rate=fine, max_steps=10_000_000)])
    assert result["status"] == ["converged"]
    assert result["steps"][0] > 20 * adaptive["steps"][0]
    assert result["rd_w"][0] == pytest.approx(adaptive["rd_w"][0], rel=0.005)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_result_does_not_depend_on_batch_order_or_threads(threads):
    runs = [make_run(gamma=gamma, gamma_prime=prime) for gamma in (0.7, 1.0, 1.3) for prime in (-0.2, 0.3)]
    alone = [train([run], threads=1) for run in runs]
    together = train(runs[::-1], threads=threads)
    for name in ("rd_w", "rd_a", "steps", "loss_end", "rd_w_max", "rd_w_linear", "time"):
        assert [result[name][0] for result in alone] == together[name][::-1]


def test_ways_of_reaching_the_same_gamma_collapse():
    runs = [make_run(gamma=1.2, gamma_prime=0.1, log_m_beta2=way) for way in (0.0, -0.5, -1.0)]
    first, *others = train(runs)["rd_w"]
    assert others == pytest.approx([first, first], rel=1e-6)


def test_a_run_that_cannot_fit_is_stuck_not_converged():
    """From a tiny start one direction fits the mean of x^2 and nothing else is left to grow."""
    result = train([make_run(gamma=6.0, m=60, antisymmetric=False)])
    assert result["status"] == ["stuck"]
    assert result["loss_end"][0] > 1e-4


def test_a_sliding_step_puts_a_neuron_just_beyond_the_kink_it_crosses():
    """Without a crossing it is the plain step; with one only the part along the kink remains."""
    x, s = np.array([-1.0, 0.5]), np.zeros(2)
    start = np.array([[1.0, 1.0], [1.0, 1.0], [-0.45, 0.3]])  # z at x = .5: .05, about to go off, and .8
    plain, sliding = start.copy(), start.copy()
    for state, slides in ((plain, False), (sliding, True)):
        gd._sweep_any(*state, x, np.array([0.0, 0.1]), s, np.empty((5, gd._BLOCK)), slides)
    np.testing.assert_allclose(sliding[:, 1], plain[:, 1], rtol=1e-15)
    assert plain[1, 0] * 0.5 + plain[2, 0] < -0.01
    assert sliding[1, 0] * 0.5 + sliding[2, 0] == pytest.approx(0.0, abs=1e-6)
    along = np.array([1.0, -0.5])  # orthogonal to (x, 1)
    assert along @ sliding[1:, 0] == pytest.approx(along @ plain[1:, 0], rel=1e-12)


@pytest.mark.parametrize("seed", [0, 2])
def test_a_step_that_raises_the_loss_is_refused(seed):
    """These two runs once raised it by .6 %."""
    result = train([make_run(m=5000, gamma=2.0, seed=seed)])
    assert result["status"] == ["converged"]
    assert result["loss_increase_max"][0] <= largest_rise(result["loss_start"][0], result["loss_end"][0])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    gamma=st.floats(-0.5, 4.0),
    gamma_prime=st.floats(-1.5, 1.5),
    m=st.sampled_from([1, 2, 3, 10, 100, 1000]),
    seed=st.integers(0, 1000),
    target=st.sampled_from(sorted(TARGETS)),
    antisymmetric=st.booleans(),
    method=st.sampled_from(["gradient_descent", "gradient_descent", "exponential_midpoint"]),
)
def test_no_run_raises_the_loss_or_ends_without_its_status(method, **changes):
    """Inside and outside the shipped grids; narrow networks slide along kinks, and cannot fit."""
    max_steps = 20_000 if method == "gradient_descent" else 200
    result = {
        name: value[0] for name, value in train([make_run(**changes, method=method, max_steps=max_steps)]).items()
    }
    assert result["loss_increase_max"] <= largest_rise(result["loss_start"], result["loss_end"])
    assert result["loss_end"] <= result["loss_start"] * (1 + 1e-9)
    assert np.isfinite([result[name] for name in ("rd_w", "rd_a", "rd_w_max", "rd_w_linear", "time")]).all()
    if result["status"] == "converged":
        assert result["loss_end"] < 1e-8
    elif result["status"] == "step_limit":
        assert result["steps"] == max_steps
    else:
        assert result["status"] == "stuck"
        assert result["steps"] < max_steps


def test_a_loss_that_overflows_is_a_diverged_run():
    """At the start, because the target is too large, and after a step, because the learning rate is."""
    with known_target("exp(x)", 0.0, 700.0, 8) as name:
        results = [train([make_run(m=10, target=name, method=method)])
                   for method in ("gradient_descent", "exponential_midpoint")]  # fmt: skip
    results.append(train([make_run(m=10, learning_rate=1e300, stop_loss=None, keep="parameters", snapshots=(5,))]))
    results.append(train([make_run(m=10, learning_rate=1e300, keep="histogram")]))
    assert [result["status"] for result in results] == [["diverged"]] * 4


def test_a_fixed_step_that_raises_the_loss_is_reported():
    result = train([make_run(m=10, gamma=0.0, learning_rate=0.5, stop_loss=None, max_steps=3)])
    assert result["loss_increase_max"][0] > 0.1


def test_snapshots_after_the_end_are_the_end():
    result = train([make_run(m=20, snapshots=(5, 150_000), keep="parameters")])
    assert result["status"] == ["converged"]
    *_, after, end = np.reshape(result["snapshot_w"][0], (4, -1))
    np.testing.assert_array_equal(after, end)


def test_the_step_limit_is_recorded():
    assert train([make_run(max_steps=10)])["status"] == ["step_limit"]


def test_antisymmetric_start_has_zero_output():
    assert train([make_run(max_steps=1)])["loss_start"][0] == pytest.approx(
        float((TARGETS["x_squared"].y ** 2).sum() / 8)
    )


def test_snapshots_are_the_states_of_shorter_runs():
    long = train([make_run(m=20, stop_loss=None, max_steps=300, snapshots=(100, 200), keep="parameters")])
    short = train([make_run(m=20, stop_loss=None, max_steps=200, keep="parameters")])
    assert long["snapshot_step"] == [[0, 100, 200, -1]]
    np.testing.assert_array_equal(
        np.reshape(long["snapshot_w"][0], (4, -1))[2], np.reshape(short["snapshot_w"][0], (2, -1))[-1]
    )


def test_histogram_holds_all_the_amplitude():
    histogram, parameters = (train([make_run(keep=keep)]) for keep in ("histogram", "parameters"))
    a, w, b = (np.reshape(parameters[f"snapshot_{name}"][0], (2, -1))[-1, :500].astype(float) for name in "awb")
    amplitude = np.abs(a) * np.hypot(w, b)
    rounding = 2.0**-HISTOGRAM_BITS
    assert histogram["orientation_amplitude"][0].sum() == pytest.approx(amplitude.sum(), rel=rounding)
    assert histogram["orientation_amplitude_max"][0].max() == pytest.approx(amplitude.max(), rel=rounding)


@pytest.mark.parametrize(("gamma", "published"), [(0.5, 0.0088334), (1.0, 0.26196), (1.75, 7.9803)])
def test_relative_distance_is_the_published_one(gamma, published):
    """Luo et al. 2021, figure 3, m = 1000."""
    distances = [train([make_run(m=1000, gamma=gamma, seed=seed)])["rd_w"][0] for seed in range(3)]
    assert np.mean(distances) == pytest.approx(published, rel=0.15)


@pytest.mark.parametrize("gamma_prime", [-0.4, -0.2, 0.0, 0.2, 0.4])
def test_linear_regime_has_the_closed_form_of_the_infinite_width_kernel(gamma_prime):
    """RD with frozen features is the closed form at any gamma'; the trained RD as well where features stay."""
    target, m, gamma = TARGETS["x_squared"], 20_000, 0.5
    seeds = [train([make_run(m=m, gamma=gamma, gamma_prime=gamma_prime, seed=seed)]) for seed in range(3)]
    linear, trained = (np.mean([result[name][0] for result in seeds]) for name in ("rd_w_linear", "rd_w"))
    assert linear == pytest.approx(kernel_relative_distance(target.x, target.y, m, gamma, gamma_prime), rel=0.05)
    assert trained == pytest.approx(linear, rel=0.02)


def test_condensed_regime_has_the_minimal_path_norm():
    target = TARGETS["x_squared"]
    path = minimal_path_norm(target.x, target.y)
    result = train([make_run(m=20_000, gamma=1.75)])
    assert result["rd_w"][0] == pytest.approx(condensed_relative_distance(path.value, 20_000, 1.75, 0.0), rel=0.03)


def test_exponential_midpoint_agrees_with_gradient_descent():
    for gamma, gamma_prime in ((0.6, 0.2), (1.0, 0.0), (1.0, -0.3), (1.4, 0.1)):
        first, second = (
            train([make_run(gamma=gamma, gamma_prime=gamma_prime, method=method)])
            for method in ("gradient_descent", "exponential_midpoint")
        )
        assert second["status"] == ["converged"]
        assert second["steps"][0] < first["steps"][0] / 5
        assert second["rd_w"][0] == pytest.approx(first["rd_w"][0], rel=0.03)
