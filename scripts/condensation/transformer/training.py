"""Train a batch of transformers, one after the other, and return accuracies, measures and weights."""

import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from condensation.transformer import kernels
from condensation.transformer.accuracy import ACCURACIES, Examination
from condensation.transformer.compiled import CompiledTransformer
from condensation.transformer.condensation import condensation_numbers
from condensation.transformer.parameters import initial_parameters
from condensation.transformer.reference import ReferenceTransformer
from condensation.transformer.run import TransformerRun
from condensation.transformer.state import State
from condensation.transformer.task import Tokens, training_data

log = logging.getLogger("train")

EVALUATIONS = 24  # of a training, evenly spaced, the last at its end
FLOOR = 0.05  # learning rate at the start of the warm-up and at the end of the cosine, of the largest
CHECKPOINT_SECONDS = 60.0  # between two checkpoints
_CHUNK = 4096  # sequences drawn at a time
_START, _EXAMINATION, _DATA = range(3)  # streams of random numbers of a run


class Checkpoint(Protocol):
    """Where the state of one unfinished run lies."""

    def write(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Replace it, whole or not at all."""

    def read(self) -> dict[str, torch.Tensor] | None:
        """Return it, or None."""


class Checkpoints(Protocol):
    """A checkpoint a run."""

    def of(self, run: TransformerRun) -> Checkpoint:
        """Return the checkpoint of a run."""


def train(
    runs: Sequence[TransformerRun], *, threads: int = 1, checkpoints: Checkpoints | None = None
) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    Accuracies at the end and their course (lists at `step`), loss of the last steps, mean |cos| and participation ratio
    of every matrix at start and end, and with keep = weights the parameters at the end, float32, flat. checkpoints:
    from which an interrupted run goes on, to the same bits; a finished run leaves its last state there, so that an
    interrupted batch does not train it again.
    """
    del threads  # sums in one order, whatever it is
    torch.set_num_threads(1)
    results = []
    for number, run in enumerate(runs, start=1):
        log.info("run %d of %d: gamma %g, L = %d, seed %d", number, len(runs), run.gamma, run.layers, run.seed)
        results.append(train_run(run, checkpoints.of(run) if checkpoints else None))
    return {name: [result[name] for result in results] for name in results[0]}


def rate(run: TransformerRun, step: int) -> float:
    """Return the learning rate of a step (from 0): linear warm-up from 5 % to the largest, cosine back to 5 %."""
    if step < run.warm_up:
        share = FLOOR + (1 - FLOOR) * step / run.warm_up
    else:
        done = (step - run.warm_up) / max(1, run.steps - run.warm_up)
        share = FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * done)) / 2
    return run.learning_rate * share


def chunk_of_data(run: TransformerRun, number: int) -> tuple[Tokens, Tokens]:
    """Return the sequences of steps number n, n + 1, ... (n = steps_per_chunk): a chunk has a generator of its own."""
    generator = np.random.default_rng([run.seed, _DATA, number])
    return training_data(steps_per_chunk(run) * run.batch, run.key_low, run.key_high, generator=generator)


def steps_per_chunk(run: TransformerRun) -> int:
    """Return how many steps share one draw of data."""
    return max(1, _CHUNK // run.batch)


def _batches(run: TransformerRun, step: int) -> Iterator[tuple[Tokens, Tokens]]:
    """Yield tokens and answers of every step from `step` on."""
    each = steps_per_chunk(run)
    while step < run.steps:
        tokens, answers = chunk_of_data(run, step // each)
        for part in range(step % each, min(each, run.steps - step + step % each)):
            rows = slice(part * run.batch, (part + 1) * run.batch)
            yield tokens[rows], answers[rows]
            step += 1


def start_of(run: TransformerRun) -> NDArray[np.float32]:
    """Return the parameters before the first step, flat; the seed fixes them, so they are not stored."""
    return initial_parameters(run, generator=np.random.default_rng([run.seed, _START]))


def train_run(run: TransformerRun, checkpoint: Checkpoint | None = None) -> dict[str, Any]:
    """Train one run, going on from its checkpoint if that holds a state."""
    start = start_of(run)
    examination = Examination.draw(run.key_low, run.key_high, generator=np.random.default_rng([run.seed, _EXAMINATION]))
    state = State.start(start, EVALUATIONS, len(ACCURACIES))
    step = state.load(checkpoint.read()) if checkpoint else 0
    network = (CompiledTransformer if run.device == "cpu" else ReferenceTransformer)(run, state.theta)
    marks = [round(run.steps * (k + 1) / EVALUATIONS) for k in range(EVALUATIONS)]
    began, first = time.perf_counter(), step
    saved = began
    for tokens, answers in _batches(run, step):
        loss = network.loss_and_gradient(tokens, answers)
        state.loss[0] += 0.01 * (loss - state.loss[0])
        kernels.adamw(
            state.theta, network.gradient, state.m, state.v, step + 1, rate(run, step), run.weight_decay, run.clip
        )
        step += 1
        if step in marks:
            found = examination.accuracies(network.predict)
            state.history[marks.index(step)] = [found[name] for name in ACCURACIES]
            left = (time.perf_counter() - began) / (step - first) * (run.steps - step)
            numbers = " ".join(f"{name} {value:.2f}" for name, value in found.items())
            log.info("step %d of %d, loss %.3f, %s, %.0f s left", step, run.steps, state.loss[0], numbers, left)
        if checkpoint and (step == run.steps or time.perf_counter() - saved > CHECKPOINT_SECONDS):
            checkpoint.write(state.tensors(step))
            saved = time.perf_counter()
    return _results(run, start, state, marks)


def _results(run: TransformerRun, start: NDArray, state: State, marks: list[int]) -> dict[str, Any]:
    finite = bool(np.isfinite(state.theta).all())
    result: dict[str, Any] = {"status": "completed" if finite else "diverged", "loss": float(state.loss[0])}
    result |= dict(zip(ACCURACIES, map(float, state.history[-1]), strict=True))
    result["step"] = np.array(marks, dtype=np.int32)
    result |= {f"{name}_course": state.history[:, k].copy() for k, name in enumerate(ACCURACIES)}
    result |= {f"{name}_start": value for name, value in condensation_numbers(run, start).items()}
    result |= {f"{name}_end": value for name, value in condensation_numbers(run, state.theta).items()}
    return result | {"theta_end": state.theta.copy() if run.keep == "weights" else None}
