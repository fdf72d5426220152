"""The compiled network against torch: its layers, autograd, a full pass."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from condensation.transformer.compiled import CompiledTransformer
from condensation.transformer.network import forward
from condensation.transformer.parameters import initial_parameters, parameter_shapes, split
from condensation.transformer.reference import ReferenceTransformer
from condensation.transformer.task import LENGTH
from tests.transformer.examples import data, make_run


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
    """Tables of the first layer, one query in the last one, blocks: against the full pass and autograd in float64.

    Single precision errs by up to 3e-5 of the largest entry where attention saturates (small gamma); how much exactly
    depends on the processor's order of sums. So the bound is three times what torch's own full pass errs by in it.
    """
    run = make_run(layers=layers, gamma=gamma, batch=256)
    theta = start(run)
    theta += 0.05 * np.random.default_rng(5).standard_normal(theta.size, dtype=np.float32)  # gains and shifts count too
    network, (tokens, answers) = CompiledTransformer(run, theta), data(run)
    loss = network.loss_and_gradient(tokens, answers)
    logits, expected, exact = full_pass(run, theta, tokens, answers, torch.float64)
    *_, single = full_pass(run, theta, tokens, answers, torch.float32)
    assert loss == pytest.approx(expected, rel=1e-6)
    np.testing.assert_array_equal(network.predict(tokens), logits.argmax(dim=1).numpy())
    bound = 3 * max(relative_error(single[name], exact[name]) for name in exact)
    assert bound < 3e-4
    for name, gradient in split(network.gradient, parameter_shapes(run)).items():
        assert relative_error(gradient, exact[name]) < bound, name


def full_pass(run, theta, tokens, answers, dtype):
    """Logits, loss and gradient by name, from autograd through every position of every layer."""
    p = {name: value.requires_grad_() for name, value in named(run, theta, dtype).items()}
    logits = forward(p, torch.from_numpy(tokens).long()).logits
    loss = cross_entropy(logits, torch.from_numpy(answers).long())
    loss.backward()
    return logits.detach(), loss.item(), {name: value.grad.numpy() for name, value in p.items()}


def relative_error(gradient, exact):
    return np.abs(gradient - exact).max() / np.abs(exact).max()


def test_the_network_of_a_graphics_card_computes_the_same():
    run = make_run(layers=3)
    theta, (tokens, answers) = start(run), data(run)
    fast, plain = CompiledTransformer(run, theta), ReferenceTransformer(run, theta)
    assert fast.loss_and_gradient(tokens, answers) == pytest.approx(plain.loss_and_gradient(tokens, answers), rel=1e-6)
    np.testing.assert_allclose(fast.gradient, plain.gradient, atol=1e-6)
    np.testing.assert_array_equal(fast.predict(tokens), plain.predict(tokens))


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
