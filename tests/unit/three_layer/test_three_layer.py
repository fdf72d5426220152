"""Three-layer gradient flow against autograd, conservation, the two-layer limit and the scaling theory."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from condensation.models.three_layer import gradient_flow as gf
from condensation.models.three_layer.initial_state import initial_state, output_scale
from condensation.models.three_layer.network import State, displaced, network_output, passes, tangent_kernel
from condensation.models.three_layer.phase_diagram import balanced_from, slope_1, slope_2, zero_line_1, zero_line_2
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.three_layer.training import inputs, mean_absolute, relative_distances, strongest_cosines, train
from condensation.models.two_layer.network import displacement
from condensation.models.two_layer.network import network_output as two_layer_output
from condensation.models.two_layer.targets import TARGETS

TARGET = TARGETS["x_squared"]
X, Y = inputs(TARGET.x), torch.from_numpy(TARGET.y)


def make_run(**changes) -> ThreeLayerRun:
    values = {
        "target": "x_squared", "m": 60, "gamma2": 0.0, "gamma3": 1.5, "seed": 0, "stop_loss": 1e-8,
        "max_steps": 20_000, "keep": "summary",
    }  # fmt: skip
    return ThreeLayerRun(**(values | changes))


def start(run: ThreeLayerRun) -> State:
    return initial_state(run, generator=np.random.default_rng(run.seed))


def moved(run: ThreeLayerRun, steps: int = 12) -> gf.Flow:
    """A run that has not reached its end, so that features have turned and P2 has a low-rank part."""
    return gf.gradient_flow(start(run), X, Y, output_scale(run), stop_loss=0.0, max_steps=steps)


def dense(state: State) -> torch.Tensor:
    return state.p2 + state.left.T @ state.right


def autograd_field(state: State, c: float, e: torch.Tensor) -> list[torch.Tensor]:
    """-d/dtheta of sum_i e_i f(x_i) / (n c) for theta = P1, P2, b2, p3."""
    parameters = [p.clone().requires_grad_() for p in (state.p1, dense(state), state.b2, state.p3)]
    p1, p2, b2, p3 = parameters
    f = torch.relu(torch.relu(X @ p1.T) @ p2.T + b2) @ p3
    return [-gradient for gradient in torch.autograd.grad((f * e).sum() / len(X), parameters)]


@pytest.mark.parametrize(("gamma2", "gamma3"), [(0.0, 2.0), (0.7, 2.0), (-0.5, 1.2)])
def test_displacements_are_the_gradients(gamma2, gamma3):
    run = make_run(gamma2=gamma2, gamma3=gamma3)
    state, c = moved(run).state, output_scale(run)
    e = torch.tensor([0.3, -0.2, 0.5, 0.1], dtype=torch.float64)
    after = displaced(state, passes(state, c, X), X, e)
    ours = [after.p1 - state.p1, dense(after) - dense(state), after.b2 - state.b2, after.p3 - state.p3]
    for mine, oracle in zip(ours, autograd_field(state, c, e), strict=True):
        torch.testing.assert_close(mine, oracle, rtol=1e-9, atol=1e-12 * float(oracle.abs().max()))


def test_kernel_is_that_of_the_gradients():
    run = make_run(gamma3=2.0)
    state, c = moved(run).state, output_scale(run)
    fields = [autograd_field(state, c, unit) for unit in torch.eye(4, dtype=torch.float64)]
    rows = torch.stack([torch.cat([part.ravel() for part in field]) for field in fields])
    torch.testing.assert_close(tangent_kernel(passes(state, c, X), c, X), c * len(X) * rows @ rows.T)


def test_gathering_the_low_rank_part_changes_nothing():
    run = make_run(m=80)
    state = start(run)
    for _ in range(6):
        state = displaced(state, passes(state, 1.0, X), X, 0.01 * Y)
    gathered = state.gathered()
    assert len(state.left) == 24
    assert len(gathered.left) == 0
    torch.testing.assert_close(network_output(gathered, 1.0, X), network_output(state, 1.0, X))
    torch.testing.assert_close(gathered.incoming_squares(), state.incoming_squares())
    torch.testing.assert_close(gathered.outgoing_lengths(), state.outgoing_lengths())
    one, two = relative_distances(start(run), gathered), relative_distances(start(run), state)
    assert one == pytest.approx(two)
    change = dense(state) - start(run).p2
    weights = start(run).p2.square().sum() + start(run).b2.square().sum()
    expected = (change.square().sum() + (state.b2 - start(run).b2).square().sum()) / weights
    assert two["rd_2"] == pytest.approx(float(expected.sqrt()))


@pytest.mark.parametrize(("gamma2", "gamma3"), [(0.0, 1.0), (0.0, 2.5), (0.5, 2.5), (-0.5, 2.0)])
def test_conserved_quantities_and_falling_loss(gamma2, gamma3):
    result = train([make_run(m=200, gamma2=gamma2, gamma3=gamma3)])
    assert result["status"] == ["converged"]
    assert result["loss_end"][0] < 1e-8
    assert result["conserved_drift"][0] < 0.05
    assert result["loss_increase_max"][0] < 0.06


def test_plateau_of_a_small_start_is_left_with_balanced_layers():
    """A single step across the plateau once left all growth in the first layer."""
    result = train([make_run(m=400, gamma3=3.5)])
    assert result["conserved_drift"][0] < 0.05
    assert result["rd_1"][0] == pytest.approx(result["rd_3"][0], rel=0.5)


def test_neurons_that_slide_along_a_kink_do_not_shorten_the_steps_until_nothing_moves():
    """This run once ended stuck at a loss of 7e-5."""
    result = train([make_run(m=300, gamma3=3.4, seed=1)])
    assert result["status"] == ["converged"]
    assert result["steps"][0] < 2000


def test_no_step_drifts():
    """One step of this run once changed the conserved quantity by a tenth."""
    result = train([make_run(m=200, gamma2=-0.5, gamma3=3.0, seed=1)])
    assert result["status"] == ["converged"]
    assert result["conserved_drift"][0] < 0.02


def test_tighter_steps_give_the_same_distances(monkeypatch):
    run = make_run(m=200, gamma3=2.0)
    usual = train([run])
    monkeypatch.setattr(gf, "_UNEXPLAINED", 0.02)
    monkeypatch.setattr(gf, "_KERNEL_CHANGE", 0.2)
    monkeypatch.setattr(gf, "_SLIDING", 0.002)
    fine = train([replace(run, stop_loss=1e-6)])
    for name in ("rd_1", "rd_2", "rd_3"):
        assert usual[name][0] == pytest.approx(fine[name][0], rel=0.04)


def test_frozen_identity_in_the_second_layer_is_the_two_layer_network():
    """P2 = 1, b2 = 0: relu(relu(z)) = relu(z), so the vector field on (p3, P1) is the two-layer one."""
    c = 0.05
    u, w, b = np.random.default_rng(3).standard_normal((3, 50))
    identity = State(
        torch.from_numpy(np.stack((w, b), axis=1)), torch.eye(50, dtype=torch.float64), torch.zeros(50).double(),
        torch.from_numpy(u), torch.zeros((0, 50)).double(), torch.zeros((0, 50)).double(),
    )  # fmt: skip
    state = identity
    for _ in range(200):  # forward Euler of both, the second layer put back after every step
        f = network_output(state, c, X)
        np.testing.assert_allclose(f.numpy(), two_layer_output(u, w, b, c, TARGET.x), rtol=1e-9, atol=1e-12)
        impulse = 0.2 * (f - Y)
        after = displaced(state, passes(state, c, X), X, impulse)
        state = replace(after, p2=identity.p2, b2=identity.b2, left=identity.left, right=identity.right)
        du, dw, db = displacement(u, w, b, TARGET.x, impulse.numpy())
        u, w, b = u + du, w + dw, b + db
    np.testing.assert_allclose(state.p3.numpy(), u, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(state.p1.numpy(), np.stack((w, b), axis=1), rtol=1e-9, atol=1e-12)
    assert np.abs(f.numpy() - TARGET.y).max() < 0.05


def test_result_does_not_depend_on_batch_order_or_threads():
    runs = [make_run(gamma3=gamma3) for gamma3 in (1.0, 2.0, 3.0)]
    together, reverse = train(runs), train(runs[::-1], threads=2)
    for name, values in together.items():
        assert values == reverse[name][::-1], name
    assert train(runs[1:2])["rd_1"] == together["rd_1"][1:2]


def test_linear_regime_has_its_slopes():
    widths = (100, 200, 400, 800)
    results = [train([make_run(m=m, gamma3=0.8, seed=seed) for seed in range(2)]) for m in widths]
    for name, theory in (("rd_1", slope_1(0.0, 0.8)), ("rd_2", slope_2(0.0, 0.8))):
        distances = [np.log(result[name]).mean() for result in results]
        assert np.polyfit(np.log(widths), distances, 1)[0] == pytest.approx(float(theory), abs=0.1)


def test_start_has_its_scales():
    run = make_run(m=300, gamma2=0.5, gamma3=2.0)
    state = start(run)
    assert output_scale(run) == pytest.approx(300**-1.5)
    assert float(state.p1.std()) == pytest.approx(1, rel=0.1)
    assert float(state.p2.std()) == pytest.approx(300**-0.5, rel=0.01)
    assert float(state.b2.std()) == pytest.approx(300**-0.5, rel=0.15)
    assert float(state.p3.std()) == pytest.approx(1, rel=0.15)


def test_features_are_kept_with_their_shapes():
    result = train([make_run(keep="features")])
    assert result["curve_end"][0].dtype == np.float32
    assert result["layer1_w_end"][0].shape == (60,)
    assert result["cosines_end"][0].shape == (2500,)
    curve = result["curve_end"][0].astype(float) - result["curve_start"][0]
    x = np.linspace(-0.5, 0.5, curve.size)
    np.testing.assert_allclose(np.interp(TARGET.x, x, curve), TARGET.y, atol=2e-3)


def test_similarity_in_its_limits():
    run = make_run(m=400)
    random = strongest_cosines(start(run))
    assert mean_absolute(random) == pytest.approx(np.sqrt(2 / (np.pi * 401)), rel=0.1)
    state = start(run)
    rank_one = replace(
        state, p2=0 * state.p2, b2=0 * state.b2, left=torch.randn(1, 400).double(), right=torch.ones(1, 400).double()
    )
    assert mean_absolute(strongest_cosines(rank_one)) == pytest.approx(1)


@pytest.mark.parametrize("gamma2", [-0.75, -0.25, 0.0, 0.3, 0.5, 1.0])
def test_theory_is_continuous_and_vanishes_on_its_lines(gamma2):
    for slope in (slope_1, slope_2):
        for place in (1.5, float(balanced_from(gamma2))):
            assert float(slope(gamma2, place - 1e-9)) == pytest.approx(float(slope(gamma2, place + 1e-9)), abs=1e-6)
    assert float(slope_1(gamma2, zero_line_1(gamma2))) == pytest.approx(0, abs=1e-12)
    assert float(slope_2(gamma2, zero_line_2(gamma2))) == pytest.approx(0, abs=1e-12)


def test_theory_has_the_values_known_before():
    """Along gamma2 = 0: S_W1 = gamma3 - 3/2 and S_W2 = gamma3 - 2 up to 3/2, then gamma3/3 - 1/2 and gamma3/3 - 1."""
    gamma3 = np.array([0.8, 1.5, 2.0, 3.0])
    np.testing.assert_allclose(slope_1(0.0, gamma3), [-0.7, 0, 1 / 6, 0.5], atol=1e-12)
    np.testing.assert_allclose(slope_2(0.0, gamma3), [-1.2, -0.5, -1 / 3, 0], atol=1e-12)
