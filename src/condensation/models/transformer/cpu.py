"""Training on the CPU: one step after the other, with the compiled gradient."""

import logging

import torch

from condensation.models.transformer.compiled import CompiledTransformer
from condensation.models.transformer.data import TrainingData
from condensation.models.transformer.optimiser import adamw
from condensation.models.transformer.products import has_units
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.schedule import rate
from condensation.models.transformer.state import State

log = logging.getLogger("train")

_LOSS = 0.01  # weight of a new loss in the running one


class CpuTraining:
    """A run on one core; its parameters and moments are those of the state."""

    def __init__(self, run: TransformerRun, state: State, step: int) -> None:
        torch.set_num_threads(1)  # sums in one order, whatever it is
        self._run, self._state = run, state
        if run.precision == "bfloat16" and not has_units():
            log.info("this processor has no units for bfloat16: results are the same to rounding, and take longer")
        self._network = CompiledTransformer(run, state.theta)
        self.predict = self._network.predict
        self._batches = TrainingData(run).batches(step)

    def stride(self, step: int) -> int:
        """Return the next step: the state may be saved after every one."""
        return step + 1

    def advance(self, step: int, to: int) -> None:
        """Train from a step to another one."""
        run, state, network = self._run, self._state, self._network
        for number in range(step, to):
            loss = network.loss_and_gradient(*next(self._batches))
            state.loss[0] += _LOSS * (loss - state.loss[0])
            adamw(
                state.theta, network.gradient, state.m, state.v, number + 1, rate(run, number),
                run.weight_decay, run.clip,
            )  # fmt: skip

    def store(self) -> None:
        """Do nothing: the state is up to date."""
