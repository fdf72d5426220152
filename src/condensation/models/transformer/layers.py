"""A layer of the transformer on a block of sequences, forward and backward: all tokens of it, or its last one alone.

Products with the layer's weights have factors of the run's precision, and what they return has it too; everything else
is float32: norms, softmax, the states between layers, and the sums that gradients are.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from condensation.models.transformer.kernels import (
    add_norm,
    add_norm_backward,
    attend,
    attend_backward,
    gather,
    on_tensors,
    read_last,
    read_last_backward,
    scatter,
)
from condensation.models.transformer.products import multiply
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import LENGTH

Tensors = Mapping[str, Tensor]


def add_product(total: Tensor, a: Tensor, b: Tensor) -> None:
    """Add a b to a total in float32; a product of bfloat16 factors is summed in float32 and rounded once before."""
    if a.dtype == total.dtype:
        total.addmm_(a, b)
    else:
        total.add_(multiply(a, b))


class Norm:
    """LayerNorm(x + residual) with gain and shift, for `rows` rows of d numbers."""

    def __init__(self, rows: int, gain: Tensor, shift: Tensor, dgain: Tensor, dshift: Tensor) -> None:
        self.gain, self.shift, self.dgain, self.dshift = gain, shift, dgain, dshift
        self.normed, self.out, self.gradient = (torch.empty(rows, len(gain)) for _ in range(3))
        self.inverse = torch.empty(rows)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """Return the norm's output, (rows, d)."""
        on_tensors(add_norm, x, residual, self.gain, self.shift, self.normed, self.inverse, self.out)
        return self.out

    def backward(self, gradient: Tensor) -> Tensor:
        """Return the gradient of x + residual from that of the output; add those of gain and shift."""
        on_tensors(
            add_norm_backward, gradient, self.gain, self.normed, self.inverse, self.dgain, self.dshift, self.gradient
        )
        return self.gradient


class Layer:
    """What both kinds of layer share: X + attention, norm, + feed-forward layer, norm.

    w: the layer's weights as factors of products, set before every step; dw: their gradients, float32, added to.
    """

    def __init__(
        self, run: TransformerRun, rows: int, weights: Tensors, gradients: Tensors, dtype: torch.dtype
    ) -> None:
        self.w, self.dw, self.dtype = weights, gradients, dtype
        self.scale = np.float32(1 / math.sqrt(run.d_head))
        self.norm_a = Norm(rows, *(part[name] for part in (weights, gradients) for name in ("gain_a", "shift_a")))
        self.norm_f = Norm(rows, *(part[name] for part in (weights, gradients) for name in ("gain_f", "shift_f")))

    def after_attention(self, h: Tensor, attention: Tensor) -> Tensor:
        """Return the layer's output from its input and what the attention adds to it."""
        middle = self.norm_a.forward(h, attention)
        self.middle = middle.to(self.dtype)
        self.activation = multiply(self.middle, self.w["W_1"]).relu_()
        return self.norm_f.forward(middle, multiply(self.activation, self.w["W_2"]))

    def before_norms(self, gradient: Tensor) -> Tensor:
        """Return the gradient of input + attention from that of the layer's output."""
        gradient = self.norm_f.backward(gradient)
        factor = gradient.to(self.dtype)
        add_product(self.dw["W_2"], self.activation.T, factor)
        df = multiply(factor, self.w["W_2"].T)
        torch.ops.aten.threshold_backward.grad_input(df, self.activation, 0, grad_input=df)  # of ReLU, in place
        add_product(self.dw["W_1"], self.middle.T, df)
        add_product(gradient, df, self.w["W_1"].T)
        return self.norm_a.backward(gradient)


class FullLayer(Layer):
    """A layer whose attention is computed for all tokens."""

    def __init__(self, run: TransformerRun, sequences: int, *parts: Tensors, dtype: torch.dtype) -> None:
        rows = sequences * LENGTH
        super().__init__(run, rows, *parts, dtype)  # type: ignore[call-arg, arg-type]
        self.attention = torch.zeros(sequences, LENGTH, LENGTH)
        self.context, self.dq, self.dk, self.dv = (torch.empty(rows, run.d_head) for _ in range(4))

    def forward(self, h: Tensor, tokens: Tensor) -> Tensor:
        """Return the states after the layer, (rows, d_model), from those before it."""
        self.q, self.k, self.v = self.queries_keys_values(h, tokens)
        on_tensors(attend, self.q, self.k, self.v, self.scale, self.attention, self.context)
        self.read = self.context.to(self.dtype)
        return self.after_attention(h, multiply(self.read, self.w["W_O"]))

    def backward(self, gradient: Tensor, tokens: Tensor) -> Tensor:
        """Return the gradient of the states before the layer; it is added to no longer."""
        gradient = self.before_norms(gradient)
        factor = gradient.to(self.dtype)
        add_product(self.dw["W_O"], self.read.T, factor)
        dcontext = multiply(factor, self.w["W_O"].T)
        on_tensors(
            attend_backward, self.q, self.k, self.v, self.scale, self.attention, dcontext, self.dq, self.dk, self.dv
        )
        self.add_gradients(gradient, tokens)
        return gradient

    def queries_keys_values(self, h: Tensor, tokens: Tensor) -> tuple[Tensor, ...]:
        """Return Q, K, V, each (rows, d_k)."""
        del tokens
        self.h = h.to(self.dtype)
        return tuple(multiply(self.h, self.w[name]) for name in ("W_Q", "W_K", "W_V"))

    def add_gradients(self, gradient: Tensor, tokens: Tensor) -> None:
        """Add what passes through Q, K, V to the gradients of W_Q, W_K, W_V and of the states before the layer."""
        del tokens
        factors = {"W_Q": self.dq.to(self.dtype), "W_K": self.dk.to(self.dtype), "W_V": self.dv.to(self.dtype)}
        for name, factor in factors.items():
            add_product(self.dw[name], self.h.T, factor)
        for name, factor in factors.items():
            add_product(gradient, factor, self.w[name].T)


class FirstLayer(FullLayer):
    """The layer that sees token + position, whose Q, K, V are sums of two rows of the tables (embeddings W).

    The tables are small, (vocabulary + 9, d_k), and float32; they are made once a step (`multiply`), and their
    gradients are passed on once a step (`pass_on`).
    """

    def __init__(self, run: TransformerRun, sequences: int, *parts: Tensors, dtype: torch.dtype) -> None:
        super().__init__(run, sequences, *parts, dtype=dtype)
        shape = (run.vocabulary + LENGTH, run.d_head)
        self.positions = run.vocabulary
        self.tables = {name: torch.empty(shape) for name in ("W_Q", "W_K", "W_V")}
        self.dtables = {name: torch.zeros(shape) for name in self.tables}
        self.q, self.k, self.v = (torch.empty(sequences * LENGTH, run.d_head) for _ in range(3))

    def multiply(self, embeddings: Tensor, matrices: Tensors) -> None:
        """Make the tables; their gradients become 0."""
        for name, table in self.tables.items():
            torch.mm(embeddings, matrices[name], out=table)
            self.dtables[name].zero_()

    def pass_on(self, embeddings: Tensor, matrices: Tensors, dembeddings: Tensor) -> None:
        """Add the gradients of the tables to those of matrices and embeddings."""
        for name, gradient in self.dtables.items():
            self.dw[name].addmm_(embeddings.T, gradient)
            dembeddings.addmm_(gradient, matrices[name].T)

    def queries_keys_values(self, h: Tensor, tokens: Tensor) -> tuple[Tensor, ...]:
        """Return Q, K, V, each (rows, d_k), from the tables."""
        for out, table in zip((self.q, self.k, self.v), self.tables.values(), strict=True):
            on_tensors(gather, table, tokens, self.positions, out)
        return self.q, self.k, self.v

    def add_gradients(self, gradient: Tensor, tokens: Tensor) -> None:
        """Add what passes through Q, K, V to the gradients of the tables."""
        for part, table in zip((self.dq, self.dk, self.dv), self.dtables.values(), strict=True):
            on_tensors(scatter, part, tokens, self.positions, table)


class LastLayer(Layer):
    """A layer whose last token alone asks; with u = W_K q neither keys nor values are formed.

    score_j = u . h_j, context = (sum_j a_j h_j) W_V.
    """

    def __init__(self, run: TransformerRun, sequences: int, *parts: Tensors, dtype: torch.dtype) -> None:
        super().__init__(run, sequences, *parts, dtype)  # type: ignore[call-arg, arg-type]
        self.attention = torch.empty(sequences, LENGTH)
        self.gathered, self.du = (torch.empty(sequences, run.d_model) for _ in range(2))
        self.dh = torch.empty(sequences * LENGTH, run.d_model)

    def forward(self, h: Tensor) -> Tensor:
        """Return the last tokens' states after the layer, (sequences, d_model), from all states before it."""
        self.h, last = h, h[LENGTH - 1 :: LENGTH].contiguous()
        self.last = last.to(self.dtype)
        self.query = multiply(self.last, self.w["W_Q"])
        self.u = multiply(self.query, self.w["W_K"].T)
        on_tensors(read_last, self.u, h, self.scale, self.attention, self.gathered)
        self.read = self.gathered.to(self.dtype)
        self.value = multiply(self.read, self.w["W_V"])
        return self.after_attention(last, multiply(self.value, self.w["W_O"]))

    def backward(self, gradient: Tensor) -> Tensor:
        """Return the gradient of all states before the layer, (rows, d_model)."""
        gradient = self.before_norms(gradient)  # that of the residual as well
        factor = gradient.to(self.dtype)
        add_product(self.dw["W_O"], self.value.T, factor)
        dvalue = multiply(factor, self.w["W_O"].T)
        add_product(self.dw["W_V"], self.read.T, dvalue)
        dgathered = multiply(dvalue, self.w["W_V"].T)
        on_tensors(read_last_backward, self.u, self.h, self.scale, self.attention, dgathered, self.du, self.dh)
        du = self.du.to(self.dtype)
        add_product(self.dw["W_K"], du.T, self.query)
        dquery = multiply(du, self.w["W_K"])
        add_product(self.dw["W_Q"], self.last.T, dquery)
        add_product(gradient, dquery, self.w["W_Q"].T)
        self.dh[LENGTH - 1 :: LENGTH] += gradient
        return self.dh
