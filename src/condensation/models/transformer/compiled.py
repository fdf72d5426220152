"""Loss, gradient and prediction of a transformer on the CPU: matrix products of torch, compiled loops between them.

Exact shortcuts (they change the order of sums, not the function): the first layer's queries, keys and values come from
small tables (`FirstLayer`), the last layer has one query (`LastLayer`), and sequences are computed in blocks whose
activations stay in the cache.

Precision bfloat16: the factors of products with the layers' weights are rounded to bfloat16, as torch.autocast does,
and so is what they return; sums within a product, norms, softmax, states between layers, the embeddings' tables, the
output layer and the gradients of the weights over blocks are float32. A processor without units for bfloat16 computes
the same to rounding, at the speed of float32.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from condensation.models.transformer.kernels import cross_entropy, gather, on_tensors, scatter
from condensation.models.transformer.layers import FirstLayer, FullLayer, LastLayer
from condensation.models.transformer.network import of_layer
from condensation.models.transformer.parameters import parameter_shapes, split
from condensation.models.transformer.run import BLOCK, TransformerRun
from condensation.models.transformer.task import LENGTH

Array = NDArray[np.float32]
Tokens = NDArray[np.int32]


class CompiledTransformer:
    """A network with its flat parameters `theta` and the gradient `gradient` of the mean loss of a batch.

    theta may be written to between two calls; a run has its own network, so runs share nothing.
    """

    def __init__(self, run: TransformerRun, theta: Array) -> None:
        self.theta, self.gradient = theta, np.zeros_like(theta)
        self.block = min(run.batch, BLOCK)
        self._dtype = torch.bfloat16 if run.precision == "bfloat16" else torch.float32
        self._positions, shapes = run.vocabulary, parameter_shapes(run)
        self._w = {name: torch.from_numpy(view) for name, view in split(theta, shapes).items()}
        self._dw = {name: torch.from_numpy(view) for name, view in split(self.gradient, shapes).items()}
        parts = [(of_layer(self._w, layer), of_layer(self._dw, layer)) for layer in range(1, run.layers + 1)]
        self._first = FirstLayer(run, self.block, *parts[0], dtype=self._dtype)
        self._inner = [FullLayer(run, self.block, *part, dtype=self._dtype) for part in parts[1:-1]]
        self._last = LastLayer(run, self.block, *parts[-1], dtype=self._dtype)
        self._full, self._layers = [self._first, *self._inner], [self._first, *self._inner, self._last]
        self._h = torch.empty(self.block * LENGTH, run.d_model)
        self._logits = torch.empty(self.block, run.vocabulary)

    def loss_and_gradient(self, tokens: Tokens, answers: Tokens) -> float:
        """Return the mean cross-entropy of a batch, tokens (n, 9), answers (n,), and leave its gradient in `gradient`.

        n must be a multiple of the block.
        """
        self.gradient[:] = 0.0
        self._take_weights()
        weight, loss = np.float32(1 / len(tokens)), 0.0
        bias, dbias = self._w["output_bias"], self._dw["output_bias"]
        for start in range(0, len(tokens), self.block):
            rows = torch.from_numpy(tokens[start : start + self.block].ravel())
            part = torch.from_numpy(answers[start : start + self.block])
            final = self._forward(rows)
            loss += on_tensors(cross_entropy, self._logits, bias, part, weight, dbias)
            self._backward(rows, final)
        self._first.pass_on(self._w["embeddings"], self._matrices, self._dw["embeddings"])
        return loss

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answer of every sequence, tokens (n, 9) -> (n,)."""
        self._take_weights()
        answers = np.empty(len(tokens), dtype=np.int64)
        padded = np.concatenate((tokens, np.repeat(tokens[:1], -len(tokens) % self.block, axis=0)))
        for start in range(0, len(tokens), self.block):
            self._forward(torch.from_numpy(padded[start : start + self.block].ravel()))
            best = (self._logits + self._w["output_bias"]).argmax(dim=1).numpy()
            answers[start : start + self.block] = best[: len(tokens) - start]
        return answers

    def _take_weights(self) -> None:
        """Round the layers' weights and make the tables of the first one."""
        for number, layer in enumerate(self._layers, start=1):
            layer.w = {name: value.to(self._dtype) for name, value in of_layer(self._w, number).items()}
        self._matrices = of_layer(self._w, 1)
        self._first.multiply(self._w["embeddings"], self._matrices)

    def _forward(self, tokens: Tensor) -> Tensor:
        """Leave the logits without bias in `_logits`; return the states they are read from, (sequences, d_model)."""
        on_tensors(gather, self._w["embeddings"], tokens, self._positions, self._h)
        h = self._h
        for layer in self._full:
            h = layer.forward(h, tokens)
        final = self._last.forward(h)
        torch.mm(final, self._w["output"], out=self._logits)
        return final

    def _backward(self, tokens: Tensor, final: Tensor) -> None:
        """Add a block's gradients, from that of the logits in `_logits`."""
        self._dw["output"].addmm_(final.T, self._logits)
        gradient = self._last.backward(self._logits @ self._w["output"].T)
        for layer in reversed(self._full):
            gradient = layer.backward(gradient, tokens)
        on_tensors(scatter, gradient, tokens, self._positions, self._dw["embeddings"])
