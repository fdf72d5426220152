"""Loss, gradient and prediction by torch's own differentiation, on any device."""

import numpy as np
import torch
from numpy.typing import NDArray

from condensation.transformer.network import forward
from condensation.transformer.parameters import parameter_shapes, split
from condensation.transformer.run import TransformerRun

Array = NDArray[np.float32]
Tokens = NDArray[np.int32]


class ReferenceTransformer:
    """The same calls as `CompiledTransformer`, with the network on `run.device` (cuda) and theta on the CPU.

    The full pass of `network.forward`, without shortcuts; float32.
    """

    def __init__(self, run: TransformerRun, theta: Array) -> None:
        self.theta, self.gradient = theta, np.zeros_like(theta)
        self._shapes, self._device = parameter_shapes(run), torch.device(run.device)
        self._gradient = split(self.gradient, self._shapes)

    def _parameters(self) -> dict[str, torch.Tensor]:
        return {name: torch.tensor(view, device=self._device) for name, view in split(self.theta, self._shapes).items()}

    def loss_and_gradient(self, tokens: Tokens, answers: Tokens) -> float:
        """Return the mean cross-entropy of a batch and leave its gradient in `gradient`."""
        parameters = {name: value.requires_grad_() for name, value in self._parameters().items()}
        logits = forward(parameters, torch.from_numpy(tokens).long().to(self._device)).logits
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(answers).long().to(self._device))
        loss.backward()
        for name, value in parameters.items():
            assert value.grad is not None
            self._gradient[name][:] = value.grad.cpu().numpy()
        return float(loss.detach())

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answer of every sequence."""
        with torch.no_grad():
            logits = forward(self._parameters(), torch.from_numpy(tokens).long().to(self._device)).logits
        return logits.argmax(dim=1).cpu().numpy()
