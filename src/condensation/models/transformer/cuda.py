"""Training on a GPU: a step is one CUDA graph that finds its batch, its rate and its moments on the card."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from condensation.models.transformer.data import TrainingData
from condensation.models.transformer.network import Parameters, last_logits
from condensation.models.transformer.parameters import parameter_shapes, split
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.schedule import rate
from condensation.models.transformer.state import State
from condensation.models.transformer.task import Tokens

_WARM_UP = 3  # steps before a graph is captured, as torch asks; what they change is set back
_LOSS = 0.01  # weight of a new loss in the running one
_EVALUATED = 2048  # sequences answered at a time


@cache
def _compiled_logits() -> Callable[[Parameters, Tensor, str], Tensor]:
    return torch.compile(last_logits, dynamic=False)


class CudaTraining:
    """A run on a GPU, in the order of data and with the optimiser (torch's AdamW) of the one on the CPU."""

    def __init__(self, run: TransformerRun, state: State, step: int, *, compiled: bool = True) -> None:
        self._run, self._state, self._data = run, state, TrainingData(run)
        self._logits = _compiled_logits() if compiled else last_logits
        self._device = torch.device("cuda")
        torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
        self._parameters = {name: value.requires_grad_() for name, value in self._on_card(state.theta).items()}
        rates = [rate(run, number) for number in range(run.stop)]
        self._rates = torch.tensor(rates, dtype=torch.float32, device=self._device)
        self._rate = torch.tensor(rates[0], device=self._device)
        self._optimizer = torch.optim.AdamW(
            self._parameters.values(), lr=self._rate, weight_decay=run.weight_decay, fused=True, capturable=True
        )
        self._step = torch.zeros(1, dtype=torch.int64, device=self._device)
        self._loss = torch.zeros((), dtype=torch.float64, device=self._device)
        self._block = -1
        self._take_block(step // self._data.steps)
        self._graph = self._capture()
        self._load(step)

    def stride(self, step: int) -> int:
        """Return the step at which the block of data of `step` ends."""
        return (step // self._data.steps + 1) * self._data.steps

    def advance(self, step: int, to: int) -> None:
        """Train from a step to another one, within one block of data."""
        self._take_block(step // self._data.steps)
        for _ in range(step, to):
            self._graph.replay()

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answer of every sequence, tokens (n, 9) -> (n,)."""
        answers = []
        with torch.no_grad():
            for part in torch.from_numpy(tokens).long().to(self._device).split(_EVALUATED):
                answers.append(last_logits(self._parameters, part, self._run.precision).argmax(dim=1))
        return torch.cat(answers).cpu().numpy()

    def store(self) -> None:
        """Copy parameters, moments and running loss into the state."""
        moments = [self._optimizer.state[value] for value in self._parameters.values()]
        self._state.theta[:] = _flat(self._parameters.values())
        self._state.m[:] = _flat(moment["exp_avg"] for moment in moments)
        self._state.v[:] = _flat(moment["exp_avg_sq"] for moment in moments)
        self._state.loss[0] = float(self._loss)

    def _on_card(self, flat: NDArray[np.float32]) -> dict[str, Tensor]:
        views = split(flat, parameter_shapes(self._run))
        return {name: torch.tensor(view, device=self._device) for name, view in views.items()}

    def _take_block(self, block: int) -> None:
        if block == self._block:
            return
        order = torch.from_numpy(self._data.order(block)).pin_memory().to(self._device, non_blocking=True)
        if self._block < 0:
            self._order, self._tokens, self._answers = order, *self._sequences(block)
        else:
            self._order.copy_(order)
            if not self._run.sequences:
                for kept, fresh in zip((self._tokens, self._answers), self._sequences(block), strict=True):
                    kept.copy_(fresh)
        self._block = block

    def _sequences(self, block: int) -> tuple[Tensor, ...]:
        return tuple(torch.from_numpy(part).long().to(self._device) for part in self._data.sequences(block))

    def _capture(self) -> torch.cuda.CUDAGraph:
        """Return the graph of a step; the parameters move meanwhile."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP):
                self._one_step()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        self._optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(graph):
            self._one_step()
        return graph

    def _one_step(self) -> None:
        first = self._step % self._data.steps * self._run.batch
        rows = self._order[first + torch.arange(self._run.batch, device=self._device)]
        self._rate.copy_(self._rates[self._step].squeeze())
        self._optimizer.zero_grad(set_to_none=True)
        logits = self._logits(self._parameters, self._tokens[rows], self._run.precision)
        loss = torch.nn.functional.cross_entropy(logits, self._answers[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters.values(), self._run.clip)
        self._optimizer.step()
        self._loss += _LOSS * (loss.detach().double() - self._loss)
        self._step += 1

    def _load(self, step: int) -> None:
        """Put parameters, moments, running loss and step where the state has them."""
        theta, m, v = (self._on_card(flat) for flat in (self._state.theta, self._state.m, self._state.v))
        with torch.no_grad():
            for name, value in self._parameters.items():
                value.copy_(theta[name])
                moments = self._optimizer.state[value]
                moments["exp_avg"].copy_(m[name])
                moments["exp_avg_sq"].copy_(v[name])
                moments["step"].fill_(step)
            self._loss.fill_(float(self._state.loss[0]))
            self._step.fill_(step)


def _flat(tensors: Iterable[Tensor]) -> NDArray[np.float32]:
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).cpu().numpy()
