"""Networks trained by torch's optimisers: against closed steps, invariances, the lines of initial condensation."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from condensation.measures.lines import cosine_similarity, number_of_lines
from condensation.models.cell_error import CellError
from condensation.models.regularised.flow import gradient_flow
from condensation.models.regularised.run import RegularisedRun
from condensation.models.regularised.tasks import ACTIVATIONS, MULTIPLICITY, task_data
from condensation.models.regularised.training import train
from condensation.models.two_layer.initial_state import initial_state
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.training import train as two_layer_train

CELLS = {
    "task": "four_kinks", "activation": "relu", "m": 30, "std": 0.2, "log_m_alpha": 0.0, "optimizer": "sgd",
    "learning_rate": 0.1, "duration": 5.0, "weight_decay": 0.0, "dropout": 0.0, "seed": 0,
}  # fmt: skip


def make_run(**changes) -> RegularisedRun:
    return RegularisedRun.from_cells(CELLS | changes)


def weights(result, when="end", index=0):
    a = result[f"a_{when}"][index].astype(float)
    return a, result[f"w_{when}"][index].astype(float).reshape(a.size, -1)


def test_a_step_is_the_gradient_step_of_the_formula():
    result = train([make_run(duration=0.1)])
    (a, w), (a1, w1) = weights(result, "start"), weights(result)
    x, y = task_data("four_kinks", generator=np.random.default_rng(0))
    x = np.hstack((x, np.ones_like(x)))
    z = x @ w.T
    e = np.maximum(z, 0) @ a - y
    np.testing.assert_allclose(a1, a - 0.1 * np.maximum(z, 0).T @ e / len(y), atol=1e-6)
    np.testing.assert_allclose(w1, w - 0.1 * (a * (z > 0) * e[:, None]).T @ x / len(y), atol=1e-6)


def test_weight_decay_shrinks_what_no_data_move():
    """A neuron that is silent on every point keeps its weights but for the decay."""
    runs = [make_run(seed=seed, weight_decay=0.01, duration=20.0) for seed in range(3)]
    result, found = train(runs), 0
    x = np.linspace(-1, 1, 40)[:, None]
    for index in range(3):
        (_, w), (_, w1) = weights(result, "start", index), weights(result, "end", index)
        silent = (np.hstack((x, np.ones_like(x))) @ w.T <= 0).all(axis=0)
        found += silent.sum()
        np.testing.assert_allclose(w1[silent], w[silent] * (1 - 0.1 * 0.01) ** 200, rtol=1e-5)
    assert found > 3


def test_dropout_changes_the_path_and_not_the_start():
    plain, dropped = train([make_run()]), train([make_run(dropout=0.5)])
    np.testing.assert_array_equal(plain["w_start"][0], dropped["w_start"][0])
    assert plain["loss_start"] == dropped["loss_start"]
    assert not np.allclose(plain["w_end"][0], dropped["w_end"][0], atol=1e-3)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_result_does_not_depend_on_batch_order_or_threads(dropout):
    runs = [make_run(seed=seed, dropout=dropout) for seed in range(3)]
    together, reverse = train(runs), train(runs[::-1], threads=2)
    for name, values in together.items():
        for one, two in zip(values, reverse[name][::-1], strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_run_that_diverges_says_so():
    """With an activation that grows: neurons with relu may all fall silent instead, which leaves a finite loss."""
    run = make_run(activation="x2_tanh", learning_rate=500.0, duration=50_000.0, std=2.0)
    assert train([run])["status"] == ["diverged"]
    run = make_run(activation="x_tanh", learning_rate=1e300, duration=1e301)
    assert train([run])["status"] == ["diverged"]


def test_a_duration_shorter_than_a_step_is_refused():
    with pytest.raises(CellError, match="shorter than one step"):
        make_run(duration=0.01)


FLOW = {"task": "x_squared", "std": 1.0, "optimizer": "flow", "learning_rate": 0.5, "duration": 5000.0}


@pytest.mark.parametrize("activation", ["leaky_relu", "relu2", "tanh"])
def test_the_flow_fits_the_data_and_starts_at_an_output_of_zero(activation):
    result = train([make_run(**FLOW, activation=activation, log_m_alpha=1.0)])
    _, y = task_data("x_squared", generator=np.random.default_rng(0))
    assert result["status"] == ["converged"]
    assert result["loss_start"][0] == pytest.approx(y @ y / (2 * len(y)))
    assert result["loss_end"][0] < 1e-6
    assert len(result["w_end"][0]) == 0  # only distances are kept


def test_the_flow_is_that_of_the_two_layer_figures():
    """From the same start as the compiled ReLU engine: the same RD."""
    run = TwoLayerRun("x_squared", 200, 0.8, 0.0, 0.0, 0, True, "gradient_descent", None, 1e-6, 100_000, (), "summary")
    a, w, b = initial_state(run, generator=np.random.default_rng(0))
    start = torch.from_numpy(np.stack((w, b), axis=1))
    x, y = task_data("x_squared", generator=np.random.default_rng())
    x, y = torch.from_numpy(np.hstack((x, np.ones_like(x)))), torch.from_numpy(y)
    end = gradient_flow(start, torch.from_numpy(a), x, y, torch.relu, alpha=200**0.8, step=0.5, most_steps=10_000)
    distance = float((end.w - start).norm() / start.norm())
    assert distance == pytest.approx(two_layer_train([run])["rd_w"][0], rel=0.01)


def test_the_flow_takes_no_decay_and_no_dropout():
    for column in ("weight_decay", "dropout"):
        with pytest.raises(CellError, match="along the gradient flow"):
            make_run(**FLOW, **{column: 0.1})


def test_a_flow_that_runs_out_of_steps_says_so():
    assert train([make_run(**FLOW | {"duration": 1.0})])["status"] == ["step_limit"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    log_m_alpha=st.floats(-0.5, 2.0),
    std=st.sampled_from([1e-3, 0.1, 1.0, 3.0]),
    m=st.sampled_from([1, 2, 10, 100]),
    seed=st.integers(0, 1000),
    step=st.sampled_from([0.5, 1.0, 3.0, 30.0]),
)
def test_no_step_of_the_flow_raises_the_loss(activation, log_m_alpha, std, m, seed, step):
    """Inside and outside the shipped grid, with steps beyond the stability limit of gradient descent (2), too."""
    generator = np.random.default_rng(seed)
    x, y = task_data("x_squared", generator=generator)
    x, y = torch.from_numpy(np.hstack((x, np.ones_like(x)))), torch.from_numpy(y)
    w, a = (
        std * torch.from_numpy(generator.standard_normal((m, 2))),
        std * torch.from_numpy(generator.standard_normal(m)),
    )
    for _ in range(30):
        end = gradient_flow(w, a, x, y, ACTIVATIONS[activation], alpha=m**log_m_alpha, step=step, most_steps=1)
        assert end.loss_end <= end.loss_start * (1 + 1e-12 + 2 * np.finfo(float).eps)
        assert end.status in ("converged", "stuck", "step_limit")
        assert end.steps == (end.status != "stuck" and end.loss_start >= 1e-6)
        w, a = end.w, end.a


def test_a_flow_that_no_neuron_moves_is_stuck():
    x, y = torch.tensor([[0.5, 1.0]], dtype=torch.float64), torch.tensor([1.0], dtype=torch.float64)
    w, a = torch.tensor([[-1.0, -1.0]], dtype=torch.float64), torch.tensor([1.0], dtype=torch.float64)
    end = gradient_flow(w, a, x, y, torch.relu, alpha=1.0, step=0.5, most_steps=9)
    assert (end.status, end.steps) == ("stuck", 0)


def test_the_distance_is_that_of_the_weights():
    result = train([make_run()])
    (_, w), (_, w1) = weights(result, "start"), weights(result)
    assert result["rd_w"][0] == pytest.approx(np.linalg.norm(w1 - w) / np.linalg.norm(w), rel=1e-5)


@pytest.mark.parametrize(("name", "multiplicity"), MULTIPLICITY.items())
def test_activations_have_their_multiplicity(name, multiplicity):
    z = torch.tensor([1e-4, 2e-4], dtype=torch.float64)
    values = ACTIVATIONS[name](z)
    assert float(torch.log2(values[1] / values[0])) == pytest.approx(multiplicity, abs=1e-4)


def test_the_five_dimensional_task_is_the_papers():
    x, y = task_data("sum_of_sines", generator=np.random.default_rng(0))
    assert x.shape == (80, 5)
    assert x.min() >= -4
    assert x.max() <= 2
    assert y[3] == pytest.approx(sum(3.5 * np.sin(5 * value + 1) for value in x[3]))


def test_an_unknown_task_is_an_error():
    with pytest.raises(KeyError):
        task_data("other", generator=np.random.default_rng(0))


def test_lines_of_constructed_neurons():
    rng = np.random.default_rng(0)
    axes = np.eye(6)[:3]
    signs, lengths = rng.choice([-1, 1], (30, 1)), rng.uniform(0.1, 5, (30, 1))
    assert number_of_lines(signs * lengths * np.repeat(axes, 10, axis=0), np.ones(30)) == pytest.approx(3)
    amplitude = np.repeat([1.0, 1.0, 0.0], 10)
    assert number_of_lines(np.repeat(axes, 10, axis=0), amplitude) == pytest.approx(2)
    assert number_of_lines(rng.standard_normal((400, 6)), np.ones(400)) > 50


def test_a_neuron_without_weights_has_no_direction():
    cosine = cosine_similarity(np.array([[0.0, 0.0], [1.0, 0.0], [-2.0, 0.0]]))
    np.testing.assert_array_equal(cosine, [[0, 0, 0], [0, 1, -1], [0, -1, 1]])


def test_tanh_condenses_on_one_line_at_first():
    run = make_run(task="sum_of_sines", activation="tanh", m=50, std=0.005, optimizer="adam", learning_rate=1e-3,
                   duration=0.1, seed=2)  # fmt: skip
    a, w = weights(train([run]))
    start_a, start_w = weights(train([run]), "start")
    assert number_of_lines(w, np.abs(a) * np.linalg.norm(w, axis=1)) < 1.3
    assert number_of_lines(start_w, np.abs(start_a) * np.linalg.norm(start_w, axis=1)) > 10
