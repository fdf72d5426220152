"""Loss, gradient and prediction of a transformer on the CPU: matrix products of torch, compiled loops between them.

Exact shortcuts (they change the order of sums, not the function):

* layer 1 sees token + position, so its queries, keys and values are sums of two rows of the small tables
  (embeddings W), which are multiplied once a step instead of once a token;
* the answer is read at the last token, so the last layer has one query, and with u = W_K q neither keys nor values are
  formed: score_j = u . h_j, context = (sum_j a_j h_j) W_V;
* sequences are computed in blocks whose activations stay in the cache.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from condensation.models.transformer import kernels
from condensation.models.transformer.parameters import parameter_shapes, split
from condensation.models.transformer.run import BLOCK, TransformerRun
from condensation.models.transformer.task import LENGTH

Array = NDArray[np.float32]
Tokens = NDArray[np.int32]


def _both(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[Array, Tensor]]:
    arrays = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
    return {name: (array, torch.from_numpy(array)) for name, array in arrays.items()}


class CompiledTransformer:
    """A network with its flat parameters `theta` and the gradient `gradient` of the mean loss of a batch.

    theta may be written to between two calls; a run has its own network, so runs share nothing.
    """

    def __init__(self, run: TransformerRun, theta: Array) -> None:
        self.theta, self.gradient = theta, np.zeros_like(theta)
        shapes = parameter_shapes(run)
        self._p, self._g = split(theta, shapes), split(self.gradient, shapes)
        self._w = {name: torch.from_numpy(view) for name, view in self._p.items()}
        self._dw = {name: torch.from_numpy(view) for name, view in self._g.items()}
        self.block = min(run.batch, BLOCK)
        self._layers, self._positions = run.layers, run.vocabulary
        self._scale = np.float32(1 / math.sqrt(run.d_head))
        n, rows, d, k, f = self.block, self.block * LENGTH, run.d_model, run.d_head, run.d_ff
        table = dict.fromkeys("qkv", (run.vocabulary + LENGTH, k))
        self._tables, self._dtables = _both(table), _both(table)
        full: dict[str, tuple[int, ...]] = dict.fromkeys("qkv", (rows, k))
        full |= {"context": (rows, k), "attention": (n, LENGTH, LENGTH)}
        last = {"query": (n, k), "u": (n, d), "gathered": (n, d), "value": (n, k), "attention": (n, LENGTH)}
        self._layer = []
        for layer in range(1, run.layers + 1):
            final = layer == run.layers
            size = n if final else rows
            common: dict[str, tuple[int, ...]] = {"inverse_a": (size,), "inverse_f": (size,), "activation": (size, f)}
            common |= dict.fromkeys(("normed_a", "normed_f", "middle", "out"), (size, d))
            self._layer.append(_both(common | (last if final else full)))
        scratch = dict.fromkeys(("h", "add", "dh", "da", "db"), (rows, d)) | {"dff": (rows, f)}
        scratch |= dict.fromkeys(("dq", "dk", "dv", "dcontext"), (rows, k))
        scratch |= {"last": (n, d), "last_add": (n, d), "last_d": (n, d), "last_a": (n, d), "last_b": (n, d)}
        scratch |= {"last_ff": (n, f), "last_k": (n, k), "logits": (n, run.vocabulary)}
        self._s = _both(scratch)

    def loss_and_gradient(self, tokens: Tokens, answers: Tokens) -> float:
        """Return the mean cross-entropy of a batch, tokens (n, 9), answers (n,), and leave its gradient in `gradient`.

        n must be a multiple of the block.
        """
        self.gradient[:] = 0.0
        for array, _ in self._dtables.values():
            array[:] = 0.0
        self._make_tables()
        weight, loss = np.float32(1 / len(tokens)), 0.0
        logits, logits_t = self._s["logits"]
        for start in range(0, len(tokens), self.block):
            rows = tokens[start : start + self.block].ravel()
            self._forward(rows)
            part = answers[start : start + self.block]
            loss += kernels.cross_entropy(logits, self._p["output_bias"], part, weight, self._g["output_bias"])
            self._backward(rows, logits_t)
        for name, (_, gradient) in self._dtables.items():
            matrix = f"W_{name.upper()}.1"
            self._dw[matrix].addmm_(self._w["embeddings"].T, gradient)
            self._dw["embeddings"].addmm_(gradient, self._w[matrix].T)
        return loss

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answer of every sequence, tokens (n, 9) -> (n,)."""
        self._make_tables()
        answers = np.empty(len(tokens), dtype=np.int64)
        padded = np.concatenate((tokens, np.repeat(tokens[:1], -len(tokens) % self.block, axis=0)))
        for start in range(0, len(tokens), self.block):
            self._forward(padded[start : start + self.block].ravel())
            best = np.argmax(self._s["logits"][0] + self._p["output_bias"], axis=1)
            answers[start : start + self.block] = best[: len(tokens) - start]
        return answers

    def _make_tables(self) -> None:
        for name, (_, table) in self._tables.items():
            torch.mm(self._w["embeddings"], self._w[f"W_{name.upper()}.1"], out=table)

    def _forward(self, tokens: Tokens) -> None:
        h, h_t = self._s["h"]
        kernels.gather(self._p["embeddings"], tokens, self._positions, h)
        for layer, s in enumerate(self._layer[:-1], start=1):
            for name in "qkv":
                if layer == 1:
                    kernels.gather(self._tables[name][0], tokens, self._positions, s[name][0])
                else:
                    torch.mm(h_t, self._w[f"W_{name.upper()}.{layer}"], out=s[name][1])
            kernels.attend(s["q"][0], s["k"][0], s["v"][0], self._scale, s["attention"][0], s["context"][0])
            torch.mm(s["context"][1], self._w[f"W_O.{layer}"], out=self._s["add"][1])
            h, h_t = self._feed_forward(layer, s, h, self._s["add"])
        s, layer = self._layer[-1], self._layers
        last, last_t = self._s["last"]
        last[:] = h[LENGTH - 1 :: LENGTH]
        torch.mm(last_t, self._w[f"W_Q.{layer}"], out=s["query"][1])
        torch.mm(s["query"][1], self._w[f"W_K.{layer}"].T, out=s["u"][1])
        kernels.read_last(s["u"][0], h, self._scale, s["attention"][0], s["gathered"][0])
        torch.mm(s["gathered"][1], self._w[f"W_V.{layer}"], out=s["value"][1])
        torch.mm(s["value"][1], self._w[f"W_O.{layer}"], out=self._s["last_add"][1])
        _, out = self._feed_forward(layer, s, last, self._s["last_add"])
        torch.mm(out, self._w["output"], out=self._s["logits"][1])

    def _feed_forward(
        self, layer: int, s: dict[str, tuple[Array, Tensor]], h: Array, add: tuple[Array, Tensor]
    ) -> tuple[Array, Tensor]:
        """The two norms of a layer and what is between them; `add` holds the attention's output."""
        p, w = self._p, self._w
        kernels.add_norm(
            h, add[0], p[f"gain_a.{layer}"], p[f"shift_a.{layer}"], s["normed_a"][0], s["inverse_a"][0], s["middle"][0]
        )
        torch.mm(s["middle"][1], w[f"W_1.{layer}"], out=s["activation"][1])
        kernels.relu(s["activation"][0])
        torch.mm(s["activation"][1], w[f"W_2.{layer}"], out=add[1])
        kernels.add_norm(
            s["middle"][0], add[0], p[f"gain_f.{layer}"], p[f"shift_f.{layer}"],
            s["normed_f"][0], s["inverse_f"][0], s["out"][0],
        )  # fmt: skip
        return s["out"]

    def _feed_forward_backward(
        self, layer: int, s: dict[str, tuple[Array, Tensor]], gradient: Array, scratch: tuple[str, str, str]
    ) -> tuple[Array, Tensor]:
        """Gradient of h + attention's output from that of the layer's output."""
        (a, a_t), (b, b_t), (f, f_t) = (self._s[name] for name in scratch)
        p, g, w, dw = self._p, self._g, self._w, self._dw
        kernels.add_norm_backward(
            gradient, p[f"gain_f.{layer}"], s["normed_f"][0], s["inverse_f"][0],
            g[f"gain_f.{layer}"], g[f"shift_f.{layer}"], a,
        )  # fmt: skip
        dw[f"W_2.{layer}"].addmm_(s["activation"][1].T, a_t)
        torch.mm(a_t, w[f"W_2.{layer}"].T, out=f_t)
        kernels.relu_backward(f, s["activation"][0])
        dw[f"W_1.{layer}"].addmm_(s["middle"][1].T, f_t)
        a_t.addmm_(f_t, w[f"W_1.{layer}"].T)
        kernels.add_norm_backward(
            a, p[f"gain_a.{layer}"], s["normed_a"][0], s["inverse_a"][0],
            g[f"gain_a.{layer}"], g[f"shift_a.{layer}"], b,
        )  # fmt: skip
        return b, b_t

    def _backward(self, tokens: Tokens, dlogits: Tensor) -> None:
        w, dw, layer, s = self._w, self._dw, self._layers, self._layer[-1]
        h, _ = self._layer[-2]["out"]
        out, out_t = self._s["last_d"]
        dw["output"].addmm_(s["out"][1].T, dlogits)
        torch.mm(dlogits, w["output"].T, out=out_t)
        dlast, dlast_t = self._feed_forward_backward(layer, s, out, ("last_a", "last_b", "last_ff"))
        # through the attention of the last token; dlast is also the residual's gradient
        (_, small), (wide, wide_t), (dh, _) = self._s["last_k"], self._s["last_add"], self._s["dh"]
        du, du_t = self._s["last_d"]
        dw[f"W_O.{layer}"].addmm_(s["value"][1].T, dlast_t)
        torch.mm(dlast_t, w[f"W_O.{layer}"].T, out=small)
        dw[f"W_V.{layer}"].addmm_(s["gathered"][1].T, small)
        torch.mm(small, w[f"W_V.{layer}"].T, out=wide_t)
        kernels.read_last_backward(s["u"][0], h, self._scale, s["attention"][0], wide, du, dh)
        dw[f"W_K.{layer}"].addmm_(du_t.T, s["query"][1])
        torch.mm(du_t, w[f"W_K.{layer}"], out=small)
        dw[f"W_Q.{layer}"].addmm_(self._s["last"][1].T, small)
        dlast_t.addmm_(small, w[f"W_Q.{layer}"].T)
        dh[LENGTH - 1 :: LENGTH] += dlast
        for layer in range(self._layers - 1, 0, -1):
            s = self._layer[layer - 1]
            da, da_t = self._feed_forward_backward(layer, s, dh, ("da", "db", "dff"))
            self._attention_backward(layer, s, da_t, tokens)
            if layer > 1:
                for name in "qkv":
                    da_t.addmm_(self._s[f"d{name}"][1], w[f"W_{name.upper()}.{layer}"].T)
            dh[:] = da
        kernels.scatter(dh, tokens, self._positions, self._g["embeddings"])

    def _attention_backward(
        self, layer: int, s: dict[str, tuple[Array, Tensor]], gradient: Tensor, tokens: Tokens
    ) -> None:
        """Gradients of a layer's four attention matrices (of the tables in layer 1); leaves dq, dk, dv."""
        dcontext, dcontext_t = self._s["dcontext"]
        self._dw[f"W_O.{layer}"].addmm_(s["context"][1].T, gradient)
        torch.mm(gradient, self._w[f"W_O.{layer}"].T, out=dcontext_t)
        kernels.attend_backward(
            s["q"][0], s["k"][0], s["v"][0], self._scale, s["attention"][0], dcontext,
            self._s["dq"][0], self._s["dk"][0], self._s["dv"][0],
        )  # fmt: skip
        for name in "qkv":
            gradient_array, gradient_t = self._s[f"d{name}"]
            if layer == 1:
                kernels.scatter(gradient_array, tokens, self._positions, self._dtables[name][0])
            else:
                self._dw[f"W_{name.upper()}.{layer}"].addmm_(self._layer[layer - 2]["out"][1].T, gradient_t)
