"""Two-layer networks on MNIST images: the Gram-matrix form against d dimensions, autograd, closed forms."""

import operator
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.rounding import largest_rise
from threadpoolctl import threadpool_limits

from condensation.models import exponential_midpoint as gf
from condensation.models.gram_form import BLOCK, State, move, seen
from condensation.models.two_layer_mnist import training
from condensation.models.two_layer_mnist.initial_state import Start, initial_start
from condensation.models.two_layer_mnist.run import MnistRun

CELLS = {
    "images": 12, "m": 300, "gamma": 1.0, "gamma_prime": 0.0, "seed": 0, "stop_loss": 1e-4, "max_steps": 2000,
}  # fmt: skip
IMAGES, D = CELLS["images"], 60


def make_run(**changes) -> MnistRun:
    return MnistRun.from_cells(CELLS | changes)


def made_inputs(images: int = IMAGES) -> tuple[np.ndarray, np.ndarray]:
    """Non-negative inputs that share a mean, as images do, with a constant 1, and labels 0 to 9."""
    generator = np.random.default_rng(1)
    pixels = np.maximum(generator.standard_normal((images, D)) - 0.3, 0.0)
    return np.hstack((pixels, np.ones((images, 1)))), generator.integers(0, 10, images).astype(float)


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    monkeypatch.setattr(training, "inputs", made_inputs)


X, Y = made_inputs()
GRAM = X @ X.T

EPS = np.finfo(float).eps


def weights_and_start(run: MnistRun) -> tuple[np.ndarray, Start]:
    """The start's input weights in d dimensions (m, d), drawn again, beside what the trainer keeps of them."""
    generator = np.random.default_rng(run.seed)
    generator.standard_normal(run.m)
    w = generator.standard_normal((run.m, X.shape[1]))
    return w, initial_start(run.m, X, generator=np.random.default_rng(run.seed))


def scale(run: MnistRun) -> tuple[float, float]:
    """c = kappa / kappa' and kappa'."""
    return run.m ** (run.gamma_prime - run.gamma), run.m**-run.gamma_prime


def test_start_is_that_of_d_dimensions():
    """To round-off: two sums of d terms, in any order, differ by at most d eps times the sum of absolute values."""
    run = make_run(m=2 * BLOCK + 100)
    w, start = weights_and_start(run)
    d = X.shape[1]
    assert (np.abs(start.z - w @ X.T) <= d * EPS * (np.abs(w) @ np.abs(X).T)).all()
    np.testing.assert_allclose(start.squares, np.square(w).sum(axis=1), rtol=d * EPS)
    length = np.sqrt(d)
    assert (np.abs(start.projection - w.mean(axis=1) * length) <= d * EPS * np.abs(w).mean(axis=1) * length).all()


def flow_in_d_dimensions(run: MnistRun, steps: int) -> tuple[np.ndarray, np.ndarray, float]:
    """The same midpoint steps on (u, w) with w in d dimensions and no Gram matrix; returns u, w, time."""
    (w, start), (c, kappa_prime), n = weights_and_start(run), scale(run), IMAGES
    u = kappa_prime * start.a

    def output_and_kernel(u, w):
        r, active = np.maximum(w @ X.T, 0), (w @ X.T > 0) * u[:, None]
        rows = np.concatenate((r[:, None, :], active[:, None, :] * X.T[None]), axis=1).reshape(-1, n)
        return c * u @ r, c / n * rows.T @ rows

    def moved(u, w, at_u, at_w, impulse):
        z = at_w @ X.T
        return u - np.maximum(z, 0) @ impulse / n, w - ((z > 0) * at_u[:, None] * impulse / n) @ X

    f, kernel = output_and_kernel(u, w)
    e, h, time, taken = f - Y, 0.5 / np.trace(kernel), 0.0, 0
    while taken < steps:
        um, wm = moved(u, w, u, w, gf.impulse(kernel, e, h / 2)[0])
        middle = output_and_kernel(um, wm)[1]
        whole, predicted = gf.impulse(middle, e, h)
        ue, we = moved(u, w, um, wm, whole)
        f, end = output_and_kernel(ue, we)
        norm = np.linalg.norm
        missed = norm(f - Y - predicted) / norm(e)
        change = max(norm(middle - kernel) / norm(kernel), norm(end - middle) / norm(middle) / 2)
        excess = max(missed / gf.UNEXPLAINED, change / gf.KERNEL_CHANGE)
        if excess > 1:
            h *= max(0.2, 0.8 / excess**0.5)
            continue
        u, w, e, kernel = ue, we, f - Y, end
        time, taken = time + h, taken + 1
        h *= min(3.0, 0.9 / max(excess, 1e-4) ** 0.5)
    return u, w, time


@pytest.mark.parametrize(("gamma", "gamma_prime"), [(0.7, 0.3), (1.0, 0.0), (1.3, -0.3)])
def test_gram_form_equals_d_dimensions(gamma, gamma_prime):
    """State, RD, lengths, projection and N_eff agree to round-off with a run that knows w itself."""
    run = make_run(gamma=gamma, gamma_prime=gamma_prime, stop_loss=1e-300, max_steps=8)
    w0, start = weights_and_start(run)
    c, kappa_prime = scale(run)
    flow = gf.gradient_flow(start.state(kappa_prime), Y, c, GRAM, stop_loss=0.0, max_steps=8)
    u, w, time = flow_in_d_dimensions(run, flow.steps)
    assert flow.steps == 8
    assert flow.time == pytest.approx(time, rel=1e-9)
    np.testing.assert_allclose(flow.state.u, u, rtol=1e-9, atol=1e-9 * np.abs(u).max())
    np.testing.assert_allclose(flow.state.z, w @ X.T, rtol=1e-9, atol=1e-9)
    inverse = np.linalg.inv(GRAM)
    change, squares = training.displacements(start, flow.state.z, inverse)
    np.testing.assert_allclose(change.sum(), np.square(w - w0).sum(), rtol=1e-8)
    np.testing.assert_allclose(squares, np.square(w).sum(axis=1), rtol=1e-9)
    result = training.train_from(start, run, X, Y)
    assert result["rd_w"] == pytest.approx(np.linalg.norm(w - w0) / np.linalg.norm(w0), rel=1e-8)
    amplitude = np.abs(u) * np.linalg.norm(w, axis=1)
    basis = np.linalg.qr(X.T)[0]
    inside = w @ basis / np.linalg.norm(w @ basis, axis=1, keepdims=True)
    p = amplitude / amplitude.sum()
    assert result["n_eff_span"] == pytest.approx(1 / (p @ (inside @ inside.T) ** 2 @ p), rel=1e-7)
    cosine = w.mean(axis=1) * np.sqrt(X.shape[1]) / np.linalg.norm(w, axis=1)
    np.testing.assert_array_equal(
        result["projection_amplitude_max"] > 0, training.largest_by_bin(cosine, amplitude) > 0
    )


def test_moves_are_the_gradients_and_the_kernel_is_theirs():
    run = make_run(m=80)
    (w, start), (c, _) = weights_and_start(run), scale(run)
    state = start.state(1.0)
    x = torch.from_numpy(X)

    def field(e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        u, weights = (torch.from_numpy(value).clone().requires_grad_() for value in (start.a, w))
        f = torch.relu(weights @ x.T).T @ u
        gradients = torch.autograd.grad((f * torch.from_numpy(e)).sum() / IMAGES, (u, weights))
        return -gradients[0].numpy(), -gradients[1].numpy()

    e = np.random.default_rng(2).standard_normal(IMAGES)
    end = State.empty_like(state)
    after = move(state, state, e, c, GRAM, end)
    du, dw = field(e)
    round_off = (X.shape[1] + IMAGES) * EPS * np.abs(e).mean()  # times the largest sum of absolute values
    np.testing.assert_allclose(end.u - state.u, du, rtol=0, atol=round_off * (np.abs(w) @ np.abs(X).T).max())
    largest = np.abs(state.z).max() + np.abs(start.a).max() * GRAM.max()
    np.testing.assert_allclose(end.z - state.z, dw @ X.T, rtol=0, atol=round_off * largest)
    np.testing.assert_allclose(after.kernel, seen(end, c, GRAM).kernel)
    rows = np.array([np.concatenate([part.ravel() for part in field(unit)]) for unit in np.eye(IMAGES)])
    np.testing.assert_allclose(seen(state, c, GRAM).kernel, c * IMAGES * rows @ rows.T)


def descend(run: MnistRun, fraction: float) -> float:
    """RD of plain gradient descent in d dimensions to the stop loss, with steps `fraction` / trace K."""
    (w0, start), (c, kappa_prime) = weights_and_start(run), scale(run)
    u, w, n = kappa_prime * start.a, w0.copy(), IMAGES
    loss, step = np.inf, 0
    while loss >= run.stop_loss:
        z = w @ X.T
        r, active = np.maximum(z, 0), (z > 0) * u[:, None]
        if step % 20 == 0:
            trace = c / n * (np.square(r).sum() + (np.square(active).sum(axis=0) * np.diag(GRAM)).sum())
        e = c * u @ r - Y
        loss = e @ e / (2 * n)
        h, step = fraction / trace, step + 1
        u, w = u - h * r @ e / n, w - h * (active * e / n) @ X
    return np.linalg.norm(w - w0) / np.linalg.norm(w0)


@pytest.mark.parametrize(("gamma", "gamma_prime"), [(0.8, -0.2), (1.1, 0.0), (1.3, -0.3)])
def test_relative_distance_is_that_of_gradient_descent(gamma, gamma_prime):
    run = make_run(m=400, gamma=gamma, gamma_prime=gamma_prime, stop_loss=1e-2)
    assert training.train([run])["rd_w"][0] == pytest.approx(descend(run, 0.25), rel=0.01)


@pytest.mark.parametrize(("gamma", "gamma_prime"), [(0.7, -0.3), (1.0, -0.3), (1.1, 0.0), (1.3, 0.2)])
def test_step_control_and_stop_loss_decide_less_than_a_percent(gamma, gamma_prime):
    run = make_run(gamma=gamma, gamma_prime=gamma_prime)
    start = weights_and_start(run)[1]
    c, kappa_prime = scale(run)
    inverse = np.linalg.inv(GRAM)

    def distance(**settings) -> float:
        flow = gf.gradient_flow(start.state(kappa_prime), Y, c, GRAM, **({"max_steps": 50_000} | settings))
        assert flow.status == "converged"
        assert flow.loss_increase_max < 1e-9
        return float(training.displacements(start, flow.state.z, inverse)[0].sum() ** 0.5)

    usual = distance(stop_loss=1e-4)
    assert usual == pytest.approx(distance(stop_loss=1e-4, unexplained=0.01, kernel_change=0.1), rel=0.01)
    assert usual == pytest.approx(distance(stop_loss=1e-8), rel=0.01)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gamma=st.floats(-0.5, 4.0),
    gamma_prime=st.floats(-1.5, 1.5),
    m=st.sampled_from([1, 2, 3, 10, 50, 100, 300]),
    seed=st.integers(0, 1000),
)
def test_no_run_raises_the_loss_or_ends_without_its_status(**changes):
    """Inside and outside the shipped grids; narrow networks slide along kinks, and cannot fit."""
    result = {name: value[0] for name, value in training.train([make_run(**changes, max_steps=500)]).items()}
    assert result["loss_increase_max"] <= largest_rise(result["loss_start"], result["loss_end"])
    assert result["loss_end"] <= result["loss_start"] * (1 + 1e-9)
    assert np.isfinite([result[name] for name in ("rd_w", "rd_a", "rd_w_linear", "conserved_drift", "time")]).all()
    if result["status"] == "converged":
        assert result["loss_end"] < CELLS["stop_loss"]
    else:
        assert result["status"] == ("step_limit" if result["steps"] == 500 else "stuck")


def test_a_run_that_cannot_go_on_says_so():
    """One neuron that sees no image; three that cannot fit, and once raised the loss by a percent in a step."""
    state = State(np.ones(1), -np.ones((1, IMAGES)))
    assert gf.gradient_flow(state, Y, 1.0, GRAM, stop_loss=1e-4, max_steps=9).status == "stuck"
    with np.errstate(over="ignore"):
        assert gf.gradient_flow(state, Y * 1e200, 1.0, GRAM, stop_loss=1e-4, max_steps=9).status == "diverged"
    result = training.train([make_run(m=3, gamma=-0.35, gamma_prime=0.69, seed=857, max_steps=300)])
    assert result["status"] == ["step_limit"]
    assert result["loss_increase_max"][0] <= largest_rise(result["loss_start"][0], result["loss_end"][0])
    assert result["loss_end"][0] < result["loss_start"][0]


def test_linear_regime_is_the_frozen_model():
    result = training.train([make_run(m=20_000, gamma=0.7, gamma_prime=-0.1)])
    assert result["rd_w"][0] == pytest.approx(result["rd_w_linear"][0], rel=0.02)


def test_conserved_quantity_and_relative_distance_of_output_weights():
    result = training.train([make_run(gamma=gamma) for gamma in (0.8, 1.0, 1.3)])
    assert max(result["conserved_drift"]) < 0.01
    bounds = map(largest_rise, result["loss_start"], result["loss_end"])
    assert all(map(operator.le, result["loss_increase_max"], bounds))
    assert result["status"] == ["converged"] * 3
    assert min(result["rd_a"]) > 0


def test_result_does_not_depend_on_batch_order_or_threads():
    runs = [make_run(m=BLOCK + 7, gamma=gamma, gamma_prime=p) for gamma in (0.8, 1.2) for p in (-0.2, 0.2)]
    together = training.train(runs)
    with threadpool_limits(2):
        backwards = training.train(runs[::-1], threads=2)
    alone = [training.train([run]) for run in runs]
    for name, values in together.items():
        for index, value in enumerate(values):
            np.testing.assert_array_equal(backwards[name][-1 - index], value)
            np.testing.assert_array_equal(alone[index][name][0], value)


def test_seeds_differ_and_cells_share_their_start():
    first, other = training.train([make_run(), make_run(gamma=1.3)]), training.train([make_run(seed=1)])
    assert first["n_eff_span_start"][0] == first["n_eff_span_start"][1]
    assert first["rd_w"][0] != other["rd_w"][0]


def test_a_run_that_may_not_finish_says_so():
    assert training.train([make_run(max_steps=3)])["status"] == ["step_limit"]


def test_directions_in_span():
    """K orthogonal directions count K whatever their signs and lengths; random ones count as many as dimensions."""
    generator = np.random.default_rng(3)
    basis, inverse = np.linalg.qr(X.T)[0].T, np.linalg.inv(GRAM)
    for directions in (1, 3, IMAGES):
        w = basis[np.arange(600) % directions] * generator.normal(size=(600, 1))
        assert training.directions_in_span(np.ones(600), w @ X.T, inverse) == pytest.approx(directions)
    w = generator.standard_normal((40_000, X.shape[1]))
    assert training.directions_in_span(np.ones(40_000), w @ X.T, inverse) == pytest.approx(IMAGES, rel=0.01)


def test_largest_by_bin():
    largest = training.largest_by_bin(np.array([-1.0, 1.0, 0.001, 0.002]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert largest.dtype == np.float32
    assert {int(i): float(largest[i]) for i in np.flatnonzero(largest)} == {0: 1.0, 256: 4.0, 511: 2.0}


def test_one_value_written_in_two_ways_is_one_run():
    assert make_run(gamma_prime=-0.0) == make_run(gamma_prime=0.1 - 0.1)
    assert make_run().label == "images12-m300-seed0"
    assert replace(make_run(), m=7).size == 7
