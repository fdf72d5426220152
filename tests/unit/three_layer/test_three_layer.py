"""Three-layer gradient flow against autograd, small steps, conservation, the two-layer limit and the scaling theory."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from condensation.models.three_layer import gradient_flow as gf
from condensation.models.three_layer.initial_state import Start, draw_start
from condensation.models.three_layer.network import Problem, State, displaced, first_state, kernels, output, output_at
from condensation.models.three_layer.phase_diagram import slope_1, slope_2, slope_2_operator
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.three_layer.second_layer import (
    cosines_by_share,
    directions_in_span,
    mean_absolute,
    neurons_by_share,
    row_squares,
)
from condensation.models.three_layer.training import problem_of, relative_distances, train
from condensation.models.two_layer.network import displacement
from condensation.models.two_layer.targets import TARGETS

TARGET = TARGETS["x_squared"]
Y = TARGET.y


def make_run(**changes) -> ThreeLayerRun:
    values = {
        "target": "x_squared", "m": 61, "gamma2": 0.0, "gamma3": 1.5, "seed": 0, "stop_loss": 1e-8,
        "max_steps": 20_000, "keep": "summary",
    }  # fmt: skip
    return ThreeLayerRun(**(values | changes))


def problem(run: ThreeLayerRun) -> Problem:
    return problem_of(run, draw_start(run.m, generator=np.random.default_rng(run.seed)))


def moved(run: ThreeLayerRun, steps: int = 12) -> tuple[Problem, gf.Flow]:
    """A run that has not reached its end, so that features have turned and P2 has a low-rank part."""
    return problem(run), gf.gradient_flow(problem(run), Y, stop_loss=0.0, max_steps=steps)


def dense(p: Problem, state: State) -> np.ndarray:
    """(P2, b2), (m, m + 1)."""
    initial = p.scale * np.column_stack((p.start.large[: len(state.p3)], p.start.b2))
    return initial + state.change.left.T @ state.change.right


def autograd_field(p: Problem, state: State, e: np.ndarray) -> list[np.ndarray]:
    """-d/dtheta of sum_i e_i f(x_i) / (n c) for theta = P1, (P2, b2), p3."""
    parameters = [torch.tensor(v, requires_grad=True) for v in (state.p1, dense(p, state), state.p3)]
    p1, second, p3 = parameters
    f = torch.relu(torch.relu(torch.tensor(p.x) @ p1.T) @ second[:, :-1].T + second[:, -1]) @ p3
    return [-g.numpy() for g in torch.autograd.grad((f * torch.tensor(e)).sum() / len(e), parameters)]


def moved_off_kinks(run: ThreeLayerRun) -> tuple[Problem, State]:
    """A moved state at which the loss can be differentiated: no neuron slides there."""
    for seed in range(40):
        p, flow = moved(replace(run, seed=seed), steps=2)
        state = flow.state
        if (state.z1 != 0).all() and np.isin(state.on2, (0.0, 1.0)).all():
            return p, state
    raise AssertionError("every run slides")


@pytest.mark.parametrize(("gamma2", "gamma3"), [(0.0, 2.0), (0.7, 2.0), (-0.5, 1.2)])
def test_displacements_are_the_gradients(gamma2, gamma3):
    p, state = moved_off_kinks(make_run(gamma2=gamma2, gamma3=gamma3))
    e = 1e-7 * np.array([0.3, -0.2, 0.5, 0.1])  # so small that no neuron meets a kink
    after, _ = displaced(p, state, state, e, state.on2)
    ours = [after.p1 - state.p1, dense(p, after) - dense(p, state), after.p3 - state.p3]
    for mine, oracle in zip(ours, autograd_field(p, state, e), strict=True):
        np.testing.assert_allclose(mine, oracle, rtol=1e-5, atol=1e-6 * np.abs(oracle).max())


def test_kernel_is_that_of_the_gradients():
    p, state = moved_off_kinks(make_run(gamma3=2.0))
    rows = [np.concatenate([part.ravel() for part in autograd_field(p, state, unit)]) for unit in np.eye(4)]
    for kernel in kernels(p, state):
        np.testing.assert_allclose(kernel, p.c * 4 * np.array(rows) @ np.array(rows).T, rtol=1e-9)


def test_state_is_consistent_after_steps_along_kinks():
    """Pre-activations and signals that the flow carries along are those of the weights."""
    p, flow = moved(make_run(m=100, gamma3=1.75), steps=20)
    state, n = flow.state, len(Y)
    assert ((state.on1 > 0) & (state.on1 < 1)).any()  # neurons slide
    second = dense(p, state)
    h1 = np.column_stack((np.maximum(p.x @ state.p1.T, 0), np.ones(n)))
    np.testing.assert_allclose(state.z1, state.p1 @ p.x.T, atol=1e-10)
    np.testing.assert_allclose(state.z2, second @ h1.T, atol=1e-7 * np.abs(state.z2).max())
    np.testing.assert_allclose(state.back, state.d2 @ second[:, :-1], atol=1e-7 * np.abs(state.back).max())
    np.testing.assert_allclose(output_at(p, state, p.x), output(p, state), atol=1e-8)


def test_thin_factors_are_the_same_matrix():
    p, flow = moved(make_run(m=100, gamma3=2.5), steps=25)
    change = flow.state.change
    thin = change.compressed()
    matrix = change.left.T @ change.right
    assert len(thin.left) < len(change.left)
    np.testing.assert_allclose(thin.left.T @ thin.right, matrix, atol=1e-9 * np.abs(matrix).max())
    assert change.squares() == pytest.approx(np.square(matrix).sum())
    assert change.operator_norm() == pytest.approx(np.linalg.norm(matrix, 2))
    np.testing.assert_allclose(change.bias, matrix[:, -1])
    initial = dense(p, flow.start)
    assert p.scale * p.start.operator_norm() == pytest.approx(np.linalg.norm(initial, 2), rel=1e-3)
    distance = relative_distances(p, flow.state)["rd_2"]
    assert distance == pytest.approx(np.linalg.norm(matrix) / np.linalg.norm(initial))
    squares = np.square(dense(p, flow.state)).sum(axis=1)
    np.testing.assert_allclose(row_squares(p, flow.state), squares, rtol=0.02)


@pytest.mark.parametrize(("gamma2", "gamma3"), [(0.0, 1.0), (0.0, 2.5), (0.5, 2.5), (-0.5, 2.0), (0.0, 3.5)])
def test_conserved_quantity_and_end(gamma2, gamma3):
    result = train([make_run(m=200, gamma2=gamma2, gamma3=gamma3, seed=1)])
    assert result["status"] == ["converged"]
    assert result["loss_end"][0] < 1e-8
    assert result["conserved_drift"][0] < 0.003
    assert result["steps"][0] < 400


def test_loss_never_rises():
    run = make_run(gamma3=2.5)
    losses = [gf.gradient_flow(problem(run), Y, stop_loss=0.0, max_steps=steps).loss_end for steps in range(25)]
    assert (np.diff(losses) < 0).all()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    gamma2=st.floats(-1.0, 1.5),
    gamma3=st.floats(-0.5, 4.5),
    m=st.sampled_from([50, 60, 90]),
    seed=st.integers(0, 1000),
)
def test_no_run_raises_the_loss_or_ends_without_its_status(**changes):
    """Inside and outside the shipped grids; that no step raises it, see the refused ones in test_loss_never_rises."""
    result = {name: value[0] for name, value in train([make_run(**changes, max_steps=2000)]).items()}
    assert result["loss_end"] <= result["loss_start"]
    assert np.isfinite([result[name] for name in ("rd_1", "rd_2", "rd_3", "rd_2_operator", "time")]).all()
    assert result["conserved_drift"] <= 0.01
    if result["status"] == "converged":
        assert result["loss_end"] < 1e-8
    else:
        assert result["status"] == ("step_limit" if result["steps"] == 2000 else "stuck")


def test_flow_that_stands_still_is_stuck():
    """All neurons see the data as a line: the affine fit, whose residual is orthogonal to every gradient."""
    m, generator = 60, np.random.default_rng(0)
    p1 = np.column_stack((0.1 * generator.standard_normal(m), np.ones(m)))
    large = np.ones((m, m), dtype=np.float32)
    flat = Problem(Start(p1, large, np.zeros(m), np.ones(m)), 1.0, problem(make_run()).x, m**-3.0)
    flow = gf.gradient_flow(flat, Y, stop_loss=1e-8, max_steps=5000)
    affine = Y - np.polyval(np.polyfit(TARGET.x, Y, 1), TARGET.x)
    assert flow.status == "stuck"
    assert flow.loss_end == pytest.approx(affine @ affine / (2 * len(Y)))


def test_tighter_steps_give_the_same_distances(monkeypatch):
    run = make_run(m=200, gamma3=2.0)
    usual = train([run])
    monkeypatch.setattr(gf, "_UNEXPLAINED", gf._UNEXPLAINED / 4)
    monkeypatch.setattr(gf, "_FIELD_CHANGE", gf._FIELD_CHANGE / 4)
    fine = train([run])
    for name in ("rd_1", "rd_2", "rd_3", "rd_2_operator"):
        assert usual[name][0] == pytest.approx(fine[name][0], rel=0.01)


def test_frozen_identity_in_the_second_layer_is_the_two_layer_network():
    """P2 = 1, b2 = 0: relu(relu(z)) = relu(z), so the vector field on (p3, P1) is the two-layer one."""
    u, w, b = np.random.default_rng(3).standard_normal((3, 52))
    identity = Start(np.stack((w, b), axis=1), np.eye(52, dtype=np.float32), np.zeros(52), u)
    p = Problem(identity, 1.0, problem(make_run()).x, 0.05)
    impulse = 1e-7 * Y
    state = first_state(p)
    after, _ = displaced(p, state, state, impulse, state.on2)
    du, dw, db = displacement(u, w, b, TARGET.x, impulse)
    np.testing.assert_allclose(after.p3 - u, du, rtol=1e-6, atol=1e-14)
    np.testing.assert_allclose(after.p1 - state.p1, np.stack((dw, db), axis=1), rtol=1e-6, atol=1e-14)


def test_result_does_not_depend_on_batch_order_or_threads():
    runs = [make_run(gamma3=gamma3) for gamma3 in (1.0, 2.0, 3.0)]
    together, reverse = train(runs), train(runs[::-1], threads=2)
    for name, values in together.items():
        assert values == reverse[name][::-1], name
    assert train(runs[1:2])["rd_1"] == together["rd_1"][1:2]


@pytest.mark.parametrize(("target", "m"), [("two_kinks", 53), ("four_kinks", 64)])
def test_other_widths_and_numbers_of_points(target, m):
    result = train([make_run(target=target, m=m, gamma3=2.0, stop_loss=1e-4)])
    assert result["status"] == ["converged"]


def test_linear_regime_has_its_slopes():
    widths = (100, 200, 400, 800)
    results = [train([make_run(m=m, gamma3=0.8, seed=seed) for seed in range(2)]) for m in widths]
    shift = {"rd_1": slope_1(0.0, 0.8), "rd_2": slope_2(0.0, 0.8), "rd_2_operator": slope_2_operator(0.0, 0.8)}
    for name, theory in shift.items():
        distances = [np.log(result[name]).mean() for result in results]
        assert np.polyfit(np.log(widths), distances, 1)[0] == pytest.approx(float(theory), abs=0.1)


def test_start_has_its_scales():
    p = problem(make_run(m=300, gamma2=0.5, gamma3=2.0))
    assert p.c == pytest.approx(300**-1.5)
    assert p.scale == pytest.approx(300**-0.5)
    for values in (p.start.p1, p.start.large, p.start.b2, p.start.p3):
        assert float(values.std()) == pytest.approx(1, rel=0.15)


def test_features_are_kept_with_their_shapes():
    result = train([make_run(keep="features")])
    assert result["curve_end"][0].dtype == np.float32
    assert result["layer1_w_end"][0].shape == (61,)
    assert result["layer2_z_end"][0].shape == (244,)
    assert result["cosines_end"][0].shape == (2500,)
    curve = result["curve_end"][0].astype(float) - result["curve_start"][0]
    x = np.linspace(-0.5, 0.5, curve.size)
    np.testing.assert_allclose(np.interp(TARGET.x, x, curve), TARGET.y, atol=2e-3)


def test_second_layer_measures_in_their_limits():
    p = problem(make_run(m=400))
    state = first_state(p)
    assert mean_absolute(cosines_by_share(p, state)) == pytest.approx(np.sqrt(2 / (np.pi * 401)), rel=0.1)
    assert directions_in_span(state) == pytest.approx(4, abs=0.2)
    one = replace(state, z2=np.outer(state.z2[:, 0], [1.0, 2.0, 0.5, 1.0]))
    assert directions_in_span(one) == pytest.approx(1)
    assert (np.bincount(neurons_by_share(np.array([1.0, 8.0, 1.0]))) == [5, 40, 5]).all()
