"""The compiled network and the one of a GPU against torch: its layers, autograd, a full pass, roundings."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from condensation.models.transformer.compiled import CompiledTransformer
from condensation.models.transformer.cpu import CpuTraining
from condensation.models.transformer.network import forward, last_logits
from condensation.models.transformer.parameters import initial_parameters, parameter_shapes, split
from condensation.models.transformer.products import look_up, multiply, product, product_for_relu
from condensation.models.transformer.state import State
from condensation.models.transformer.task import LENGTH
from tests.unit.transformer.examples import data, make_run


def start(run, seed=0):
    return initial_parameters(run, generator=np.random.default_rng(seed))


def named(run, theta, dtype=torch.float64):
    views = split(theta, parameter_shapes(run))
    return {name: torch.tensor(view, dtype=dtype) for name, view in views.items()}


def torch_layer(run, p, layer):
    """torch's own post-LN layer with the weights of one of ours; its attention is square, so d_head = d_model."""
    module = torch.nn.TransformerEncoderLayer(
        run.d_model, 1, run.d_ff, dropout=0.0, activation="relu", norm_first=False, batch_first=True, bias=False,
        dtype=torch.float64,
    )  # fmt: skip
    w = {name.split(".")[0]: value for name, value in p.items() if name.endswith(f".{layer}")}
    with torch.no_grad():
        module.self_attn.in_proj_weight.copy_(torch.cat((w["W_Q"].T, w["W_K"].T, w["W_V"].T)))
        module.self_attn.out_proj.weight.copy_(w["W_O"].T)
        module.linear1.weight.copy_(w["W_1"].T)
        module.linear2.weight.copy_(w["W_2"].T)
        module.norm1.weight.copy_(w["gain_a"])
        module.norm2.weight.copy_(w["gain_f"])
    return module


@pytest.mark.parametrize("layers", [2, 3])
def test_the_formula_is_torchs_post_norm_layer(layers):
    run = make_run(d_head=16, layers=layers)
    p = named(run, start(run))
    for layer in range(1, layers + 1):  # gains other than 1, so that they count; torch's bias-free norms have no shift
        p[f"gain_a.{layer}"] += 0.1 * torch.arange(16) / 16
        p[f"gain_f.{layer}"] -= 0.2 * torch.arange(16) / 16
    tokens = torch.from_numpy(data(run)[0]).long()
    h = p["embeddings"][tokens] + p["embeddings"][-LENGTH:]
    mask = torch.nn.Transformer.generate_square_subsequent_mask(LENGTH, dtype=torch.float64)
    found = forward(p, tokens)
    for layer in range(1, layers + 1):
        h = torch_layer(run, p, layer)(h, src_mask=mask)
        torch.testing.assert_close(found.states[layer - 1], h.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found.logits, (h[:, -1] @ p["output"] + p["output_bias"]).detach())


def test_attention_is_torchs():
    run = make_run(d_head=16)
    p, tokens = named(run, start(run)), torch.from_numpy(data(run)[0]).long()
    h = p["embeddings"][tokens] + p["embeddings"][-LENGTH:]
    attention = torch_layer(run, p, 1).self_attn
    mask = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
    _, weights = attention(h, h, h, attn_mask=mask)
    torch.testing.assert_close(forward(p, tokens).attention[0], weights.detach(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("gamma", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("layers", [2, 3, 4])
def test_shortcuts_are_exact_forward_and_backward(layers, gamma):
    """Tables of the first layer, one query in the last one, blocks: against the full pass and autograd in float64."""
    run = make_run(layers=layers, gamma=gamma, batch=256)
    theta = disturbed_start(run)
    network, (tokens, answers) = CompiledTransformer(run, theta), data(run)
    loss = network.loss_and_gradient(tokens, answers)
    logits, expected, exact = full_pass(run, theta, tokens, answers)
    assert loss == pytest.approx(expected, rel=1e-5)
    sure = (logits.topk(2).values[:, 0] - logits.topk(2).values[:, 1]).numpy() > 1e-3  # a tie may go either way
    np.testing.assert_array_equal(network.predict(tokens)[sure], logits.argmax(dim=1).numpy()[sure])
    in_layers = run.layers * (run.d_model + run.d_head + run.d_ff + LENGTH)  # terms of the sums one after another
    most = bounds(run, theta, tokens, answers, unit=2.0**-24, roundings=in_layers, summed=tokens.size)
    assert max(most.values()) < 0.01
    for name, gradient in split(network.gradient, parameter_shapes(run)).items():
        assert relative_error(gradient, exact[name]) < most[name], name


def disturbed_start(run):
    """A start whose gains and shifts are not 1 and 0, so that they count."""
    theta = start(run)
    return theta + 0.05 * np.random.default_rng(5).standard_normal(theta.size, dtype=np.float32)


def bounds(run, theta, tokens, answers, *, unit, roundings, summed):
    """Name -> bound of the relative error of a gradient, 4 u (sqrt(N) kappa + sqrt(M) c), from float64 alone.

    unit u: largest relative error of a rounding; roundings N: how many follow one another on the way through the
    network; summed M: roundings of the sum over the batch. They are as if random, so N of them move a number by
    4 u sqrt(N) at most (Higham and Mary 2019, with lambda = 4). kappa: how far a gradient moves when every parameter
    does, over their relative change (the largest of three random ones of 1e-8). c: sum of the sequences' |gradient|
    over |sum|.
    """
    exact, rng = full_pass(run, theta, tokens, answers)[2], np.random.default_rng(7)
    moved = []
    for _ in range(3):
        change = 1 + 1e-8 * rng.choice([-1.0, 1.0], theta.size)
        moved.append(full_pass(run, theta.astype(np.float64) * change, tokens, answers)[2])
    alone = gradients_one_by_one(run, theta, tokens, answers)
    found = {}
    for name, gradient in exact.items():
        kappa = max(relative_error(other[name], gradient) for other in moved) / 1e-8
        c = np.abs(alone[name]).mean(axis=0).max() / np.abs(gradient).max()
        found[name] = 4 * unit * (roundings**0.5 * kappa + summed**0.5 * c)
    return found


def gradients_one_by_one(run, theta, tokens, answers):
    """Gradient by name of every sequence's loss alone, (n, ...), float64."""

    def loss(p, row, answer):
        return cross_entropy(forward(p, row[None]).logits, answer[None])

    gradients = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))
    found = gradients(named(run, theta), torch.from_numpy(tokens).long(), torch.from_numpy(answers).long())
    return {name: value.numpy() for name, value in found.items()}


def full_pass(run, theta, tokens, answers):
    """Logits, loss and gradient by name in float64, from autograd through every position of every layer."""
    p = {name: value.requires_grad_() for name, value in named(run, theta).items()}
    logits = forward(p, torch.from_numpy(tokens).long()).logits
    loss = cross_entropy(logits, torch.from_numpy(answers).long())
    loss.backward()
    return logits.detach(), loss.item(), {name: value.grad.numpy() for name, value in p.items()}


def relative_error(gradient, exact):
    return np.abs(gradient - exact).max() / np.abs(exact).max()


@pytest.mark.parametrize("layers", [2, 3])
def test_the_shortcuts_of_a_gpu_are_exact(layers):
    run = make_run(layers=layers)
    tokens, answers = (torch.from_numpy(part).long() for part in data(run))
    found = []
    for compute in (lambda p: forward(p, tokens).logits, lambda p: last_logits(p, tokens, "float32")):
        p = {name: value.requires_grad_() for name, value in named(run, start(run)).items()}
        logits = compute(p)
        cross_entropy(logits, answers).backward()
        found.append((logits.detach(), {name: value.grad for name, value in p.items()}))
    torch.testing.assert_close(found[0][0], found[1][0], rtol=1e-10, atol=1e-10)
    for name, gradient in found[0][1].items():
        torch.testing.assert_close(found[1][1][name], gradient, rtol=1e-9, atol=1e-11, msg=name)


def rounded(x):
    return x.bfloat16().to(x.dtype)


def test_a_product_in_bfloat16_rounds_its_factors_here_and_in_the_gradients():
    rng = torch.Generator().manual_seed(0)
    x, w, g = (torch.randn(shape, generator=rng) for shape in ((6, 5), (5, 4), (6, 4)))
    x.requires_grad_(), w.requires_grad_()
    product(x, w, "bfloat16").backward(g)
    torch.testing.assert_close(product(x, w, "bfloat16"), rounded(x) @ rounded(w))
    torch.testing.assert_close(x.grad, rounded(g) @ rounded(w).T)
    torch.testing.assert_close(w.grad, rounded(x).T @ rounded(g))
    assert (product(x, w, "bfloat16") != x @ w).any()
    assert (product(x, w, "float32") == x @ w).all()
    # ReLU commutes with rounding, so what lies between two products may be held in bfloat16
    torch.testing.assert_close(
        torch.relu(product_for_relu(x, w, "bfloat16")).float(), rounded(torch.relu(rounded(x) @ rounded(w)))
    )


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_gradient_of_a_table_is_a_sum_over_its_uses(precision):
    rng = torch.Generator().manual_seed(1)
    table = torch.randn(7, 3, generator=rng).requires_grad_()
    index = torch.randint(7, (4, 9), generator=rng)
    g = torch.randn(4, 9, 3, generator=rng)
    expected = torch.zeros(7, 3).index_add_(
        0, index.ravel(), (g if precision == "float32" else rounded(g)).reshape(-1, 3)
    )
    rows = look_up(table, index, precision)
    rows.backward(g)
    assert (rows == table[index]).all()
    torch.testing.assert_close(table.grad, expected)


@pytest.mark.parametrize("layers", [2, 3])
def test_bfloat16_on_the_cpu_is_the_formula_to_rounding(layers):
    run = make_run(layers=layers, gamma=0.9, precision="bfloat16", batch=256)  # a well-conditioned start
    theta, (tokens, answers) = start(run), data(run)
    network = CompiledTransformer(run, theta)
    loss = network.loss_and_gradient(tokens, answers)
    _, expected, exact = full_pass(run, theta, tokens, answers)
    assert loss == pytest.approx(expected, rel=2e-3)
    # 6 products with weights a layer, forward and backward, each with two factors and a result
    most = bounds(run, theta, tokens, answers, unit=2.0**-9, roundings=layers * 6 * 2 * 3, summed=1)
    assert max(most.values()) < 1
    for name, gradient in split(network.gradient, parameter_shapes(run)).items():
        assert 0 < relative_error(gradient, exact[name]) < most[name], name


def test_bfloat16_rounds_the_weights_of_layers():
    run = make_run(precision="bfloat16")
    theta, (tokens, _) = start(run), data(run)
    rounded_theta = theta.copy()
    for name, view in split(rounded_theta, parameter_shapes(run)).items():
        if name.startswith("W_") and name[2] not in "QKV":
            view[:] = rounded(torch.from_numpy(view)).numpy()
    assert (rounded_theta != theta).any()
    networks = [CompiledTransformer(run, weights) for weights in (theta, rounded_theta)]
    losses = [network.loss_and_gradient(tokens, data(run)[1]) for network in networks]
    assert losses[0] == losses[1]


def test_a_processor_without_units_for_bfloat16_says_so(monkeypatch, caplog):
    run = make_run(precision="bfloat16")
    monkeypatch.setattr("condensation.models.transformer.cpu.has_units", lambda: False)
    with caplog.at_level("INFO", logger="train"):
        CpuTraining(run, State.start(start(run), run), 0)
    assert "no units for bfloat16" in caplog.text


@pytest.mark.parametrize("units", [True, False])
def test_products_of_bfloat16_are_rounded_once_with_and_without_units(monkeypatch, units):
    monkeypatch.setattr("condensation.models.transformer.products.has_units", lambda: units)
    a, b = (torch.randn(size, generator=torch.Generator().manual_seed(0)).bfloat16() for size in ((96, 700), (700, 40)))
    exact, found = a.double() @ b.double(), multiply(a, b)
    sums = torch.finfo(torch.float32).eps * 700 * (a.abs().double() @ b.abs().double())
    assert found.dtype == torch.bfloat16
    assert ((found.double() - exact).abs() <= torch.finfo(torch.bfloat16).eps / 2 * (exact.abs() + sums) + sums).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("layers", [2, 3])
@pytest.mark.parametrize(("precision", "bound"), [("float32", 1e-4), ("bfloat16", 0.05)])
def test_a_gpu_trains_the_same(layers, precision, bound):
    from condensation.models.transformer.cuda import CudaTraining

    run = make_run(layers=layers, precision=precision, device="cuda", stop=40)
    one, two, again = (State.start(start(run), run) for _ in range(3))
    CpuTraining(make_run(layers=layers, precision=precision, stop=40), one, 0).advance(0, 2)
    for state in (two, again):
        training = CudaTraining(run, state, 0)
        training.advance(0, 2)
        training.store()
    assert relative_error(two.m, one.m) < bound
    np.testing.assert_array_equal(two.theta, again.theta)  # a GPU repeats itself to the bit


def test_predict_takes_any_number_of_sequences():
    run = make_run()
    network, tokens = CompiledTransformer(run, start(run)), data(run)[0]
    one_by_one = [int(network.predict(row[None])[0]) for row in tokens]
    np.testing.assert_array_equal(network.predict(tokens[:21]), one_by_one[:21])


def test_the_start_has_the_asked_spread():
    run = make_run(d_model=200, d_head=100, d_ff=300, gamma=0.8)
    for name, view in split(start(run), parameter_shapes(run)).items():
        if view.ndim == 2:
            fan_in = 200 if name == "embeddings" else view.shape[0]
            assert view.std() == pytest.approx(fan_in**-0.8, rel=0.03)
        else:
            assert (view == (1.0 if name.startswith("gain") else 0.0)).all()


def test_starts_of_two_gammas_differ_by_a_factor():
    small, large = (split(start(make_run(gamma=g)), parameter_shapes(make_run())) for g in (1.0, 0.5))
    np.testing.assert_allclose(small["W_Q.1"] * 16**0.5, large["W_Q.1"], rtol=1e-5)
