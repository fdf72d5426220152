"""The transformer as a plain formula in torch, for any device: reference of the compiled one, and what a GPU trains.

Post-LN, causal attention with one head, ReLU feed-forward, no biases but the output's, no norm before the output.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from condensation.models.transformer.products import look_up, product, product_for_relu
from condensation.models.transformer.task import LENGTH

Parameters = Mapping[str, Tensor]


class Pass(NamedTuple):
    """Logits (n, vocabulary) at the last token; of each layer attention (n, 9, 9) and states (n, 9, d_model).

    after_attention: X^ao, after the attention block and its norm; states: after the whole layer; values: V (n, 9, d_k).
    """

    logits: Tensor
    attention: list[Tensor]
    states: list[Tensor]
    after_attention: list[Tensor]
    values: list[Tensor]


def forward(parameters: Parameters, tokens: Tensor, *, cut: Mapping[int, Tensor] | None = None) -> Pass:
    """Compute a full pass over tokens (n, 9), int64; parameters by name as in `parameter_shapes`.

    cut: layer (from 1) -> mask (9, 9), bool, of attention edges (reading token, token read) that are taken away; the
    rest of a row keeps its weight, so nothing takes the place of what was read.
    """
    positions = len(parameters["embeddings"]) - LENGTH
    h = parameters["embeddings"][tokens] + parameters["embeddings"][positions:]
    result = Pass(h, [], [], [], [])
    for layer in range(1, depth(parameters) + 1):
        w = of_layer(parameters, layer)
        v = h @ w["W_V"]
        attention = causal_softmax(h @ w["W_Q"], h @ w["W_K"])
        if cut and layer in cut:
            attention = attention.masked_fill(cut[layer], 0.0)
        h = add_norm(h, attention @ v @ w["W_O"], w["gain_a"], w["shift_a"])
        result.after_attention.append(h)
        h = add_norm(h, torch.relu(h @ w["W_1"]) @ w["W_2"], w["gain_f"], w["shift_f"])
        result.attention.append(attention)
        result.states.append(h)
        result.values.append(v)
    return result._replace(logits=h[:, -1] @ parameters["output"] + parameters["output_bias"])


def last_logits(parameters: Parameters, tokens: Tensor, precision: str) -> Tensor:
    """Return the logits at the last token, (n, vocabulary), by exact shortcuts: the function of `forward`.

    In the last layer only the last token asks, and with u = W_K q neither keys nor values are formed:
    score_j = u . h_j, context = (sum_j a_j h_j) W_V. precision: of the products with weights; everything between them
    is float32.
    """
    positions = len(parameters["embeddings"]) - LENGTH
    h = look_up(parameters["embeddings"], tokens, precision) + parameters["embeddings"][positions:]
    layers = depth(parameters)
    for layer in range(1, layers):
        w = of_layer(parameters, layer)
        q, k, v = product(h, torch.cat((w["W_Q"], w["W_K"], w["W_V"]), dim=1), precision).chunk(3, dim=-1)
        h = add_norm(h, product(causal_softmax(q, k) @ v, w["W_O"], precision), w["gain_a"], w["shift_a"])
        h = add_norm(h, _feed_forward(h, w, precision), w["gain_f"], w["shift_f"])
    w, last = of_layer(parameters, layers), h[:, -1]
    u = product(product(last, w["W_Q"], precision), w["W_K"].T, precision) / math.sqrt(w["W_Q"].shape[1])
    read = (torch.softmax((h @ u[:, :, None]).squeeze(-1), dim=-1)[:, None] @ h).squeeze(1)
    last = add_norm(last, product(product(read, w["W_V"], precision), w["W_O"], precision), w["gain_a"], w["shift_a"])
    last = add_norm(last, _feed_forward(last, w, precision), w["gain_f"], w["shift_f"])
    return product(last, parameters["output"], precision) + parameters["output_bias"]


def add_norm(x: Tensor, residual: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
    """Return LayerNorm(x + residual) with gain and shift."""
    return torch.nn.functional.layer_norm(x + residual, x.shape[-1:], gain, shift)


def depth(parameters: Parameters) -> int:
    """Return the number of layers L."""
    return sum(name.startswith("W_Q.") for name in parameters)


def of_layer(parameters: Parameters, layer: int) -> dict[str, Tensor]:
    """Return a layer's parameters, by the part of their names before the point."""
    return {name.split(".")[0]: value for name, value in parameters.items() if name.endswith(f".{layer}")}


def causal_softmax(q: Tensor, k: Tensor) -> Tensor:
    """Return softmax(q k^T / sqrt(d_k)) over earlier tokens and the token itself, (n, 9, 9)."""
    future = torch.ones(LENGTH, LENGTH, dtype=torch.bool, device=q.device).triu(1)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    return torch.softmax(scores.masked_fill(future, -torch.inf), dim=-1)


def _feed_forward(h: Tensor, w: Mapping[str, Tensor], precision: str) -> Tensor:
    return product(torch.relu(product_for_relu(h, w["W_1"], precision)), w["W_2"], precision)
