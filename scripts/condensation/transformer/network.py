"""The transformer as a plain formula in torch, for any device: the reference of the compiled one.

Post-LN, causal attention with one head, ReLU feed-forward, no biases but the output's, no norm before the output.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from condensation.transformer.task import LENGTH


class Pass(NamedTuple):
    """Logits (n, vocabulary) at the last token; attention of each layer (n, 9, 9); states after it (n, 9, d_model)."""

    logits: Tensor
    attention: list[Tensor]
    states: list[Tensor]


def forward(parameters: Mapping[str, Tensor], tokens: Tensor) -> Pass:
    """Compute a full pass over tokens (n, 9), int64; parameters by name as in `parameter_shapes`."""
    layers = sum(name.startswith("W_Q.") for name in parameters)
    positions = len(parameters["embeddings"]) - LENGTH
    h = parameters["embeddings"][tokens] + parameters["embeddings"][positions:]
    future = torch.ones(LENGTH, LENGTH, dtype=torch.bool, device=tokens.device).triu(1)
    attentions, states = [], []
    for layer in range(1, layers + 1):
        w = {name.split(".")[0]: value for name, value in parameters.items() if name.endswith(f".{layer}")}
        q, k, v = h @ w["W_Q"], h @ w["W_K"], h @ w["W_V"]
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        attention = torch.softmax(scores.masked_fill(future, -torch.inf), dim=-1)
        h = _norm(h + attention @ v @ w["W_O"], w["gain_a"], w["shift_a"])
        h = _norm(h + torch.relu(h @ w["W_1"]) @ w["W_2"], w["gain_f"], w["shift_f"])
        attentions.append(attention)
        states.append(h)
    return Pass(h[:, -1] @ parameters["output"] + parameters["output_bias"], attentions, states)


def _norm(x: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gain, shift)
