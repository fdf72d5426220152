"""The state of a training between two steps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from condensation.models.transformer.accuracy import ACCURACIES, ANSWERS
from condensation.models.transformer.run import TransformerRun

Array = NDArray[np.float32]

EIGENVALUES = 8  # largest ones of the covariance of the key embeddings that are followed


@dataclass(frozen=True)
class State:
    """What a step changes: parameters, both moments, running loss (1,), and what the evaluations found.

    accuracies (evaluations, kinds), answers to (4, 3) (evaluations, 27), eigenvalues of the covariance of the key
    embeddings (evaluations, 8).
    """

    theta: Array
    m: Array
    v: Array
    loss: NDArray[np.float64]
    accuracies: Array
    answers: Array
    eigenvalues: Array

    @classmethod
    def start(cls, theta: Array, run: TransformerRun) -> "State":
        """Return the state before the first step; theta is copied.

        There is room for the evaluations of the whole schedule, so that a run may be taken up with a later stop.
        """
        zeros, room = np.zeros_like(theta), run.steps // run.steps_between_evaluations + 1
        found = (np.full((room, n), np.nan, np.float32) for n in (len(ACCURACIES), len(ANSWERS), EIGENVALUES))
        return cls(theta.copy(), zeros, zeros.copy(), np.zeros(1), *found)

    def tensors(self, step: int) -> dict[str, torch.Tensor]:
        """Return the state after `step` steps by name, as a checkpoint holds it; the tensors share its memory."""
        return {name: torch.from_numpy(value) for name, value in vars(self).items()} | {"step": torch.tensor([step])}

    def load(self, tensors: Mapping[str, torch.Tensor] | None) -> int:
        """Fill the state from a checkpoint and return its step; 0 without one, or with one of another shape."""
        expected = {name: tuple(value.shape) for name, value in self.tensors(0).items()}
        if tensors is None or {name: tuple(value.shape) for name, value in tensors.items()} != expected:
            return 0
        for name, value in vars(self).items():
            value[:] = tensors[name].numpy()
        return int(tensors["step"])
