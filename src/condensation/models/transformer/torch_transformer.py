"""Loss, gradient and prediction by torch's own differentiation on the CPU, for products in bfloat16."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from condensation.models.transformer.network import last_logits
from condensation.models.transformer.parameters import parameter_shapes, split
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import Tokens

Array = NDArray[np.float32]

_ANSWERED = 1024  # sequences at a time


class TorchTransformer:
    """The same calls as `CompiledTransformer`, in the precision of the run.

    The factors of products are rounded before they are multiplied as float32, so a processor without units for bfloat16
    computes the same up to the order of sums, and takes longer.
    """

    def __init__(self, run: TransformerRun, theta: Array) -> None:
        self.theta, self.gradient, self._precision = theta, np.zeros_like(theta), run.precision
        shapes = parameter_shapes(run)
        self._gradient = split(self.gradient, shapes)
        self._parameters = {
            name: torch.from_numpy(view).requires_grad_() for name, view in split(theta, shapes).items()
        }

    def loss_and_gradient(self, tokens: Tokens, answers: Tokens) -> float:
        """Return the mean cross-entropy of tokens (n, 9), answers (n,), and leave its gradient in `gradient`."""
        with _bfloat16_units():
            logits = last_logits(self._parameters, torch.from_numpy(tokens).long(), self._precision)
            loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(answers).long())
            gradients = torch.autograd.grad(loss, list(self._parameters.values()))
        for name, value in zip(self._parameters, gradients, strict=True):
            self._gradient[name][:] = value.numpy()
        return float(loss.detach())

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answer of every sequence, tokens (n, 9) -> (n,)."""
        with torch.no_grad(), _bfloat16_units():
            parts = torch.from_numpy(tokens).long().split(_ANSWERED)
            answers = [last_logits(self._parameters, part, self._precision).argmax(dim=1) for part in parts]
        return torch.cat(answers).numpy()


@contextmanager
def _bfloat16_units() -> Iterator[None]:
    """Let float32 products use a processor's units for bfloat16: what is multiplied here is rounded already."""
    products: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = products.fp32_precision
    products.fp32_precision = "bf16"
    try:
        yield
    finally:
        products.fp32_precision = before
