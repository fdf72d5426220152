"""Train a batch of transformers, one after the other, and return accuracies, measures and weights."""

import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from condensation.models.checkpoint import Checkpoint, Checkpoints
from condensation.models.transformer.accuracy import ACCURACIES, EvaluationSet
from condensation.models.transformer.condensation import condensation_numbers, embedding_eigenvalues
from condensation.models.transformer.data import EVALUATION, START
from condensation.models.transformer.parameters import initial_parameters
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.state import EIGENVALUES, State
from condensation.models.transformer.task import Tokens

log = logging.getLogger("train")

CHECKPOINT_SECONDS = 60.0  # between two checkpoints
FIT, STILL = 0.9, 0.02  # when a run ends early
# sequences of every ordered pair and of the unseen (4, 3): while a run is trained, and at its end
_COURSE, _END = {"per_pair": 64, "unseen": 512}, {"per_pair": 500, "unseen": 5000}


class Training(Protocol):
    """A run that is being trained on some device."""

    def stride(self, step: int) -> int:
        """Return up to which step one call of `advance` may go."""

    def advance(self, step: int, to: int) -> None:
        """Train from a step to another one."""

    def predict(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the most probable answers, (n,), to tokens (n, 9)."""

    def store(self) -> None:
        """Bring the state up to date."""


def train(
    runs: Sequence[TransformerRun], *, threads: int = 1, checkpoints: Checkpoints | None = None
) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    Accuracies at the end, by position of the key, and their course (lists at `step`), shares of all answers to (4, 3),
    eigenvalues of the covariance of the key embeddings, loss of the last steps, mean |cos| and participation ratio of
    every matrix at start and end, and with keep = weights the parameters at the end, float16, flat. checkpoints: from
    which an interrupted run goes on, to the same bits.
    """
    del threads  # sums in one order, whatever it is
    results = []
    for number, run in enumerate(runs, start=1):
        log.info(
            "run %d of %d: gamma %g, L = %d, rate %g, seed %d",
            number, len(runs), run.gamma, run.layers, run.learning_rate, run.seed,
        )  # fmt: skip
        results.append(train_run(run, checkpoints.of(run) if checkpoints else None))
    return {name: [result[name] for result in results] for name in results[0]}


def start_of(run: TransformerRun) -> NDArray[np.float32]:
    """Return the parameters before the first step, flat; the seed fixes them, so they are not stored."""
    return initial_parameters(run, generator=np.random.default_rng([run.seed, START]))


def train_run(run: TransformerRun, checkpoint: Checkpoint | None = None) -> dict[str, Any]:
    """Train one run, going on from its checkpoint if that holds a state."""
    start = start_of(run)
    state = State.start(start, run)
    step = state.load(checkpoint.read()) if checkpoint else 0
    training = _on_device(run, state, step)
    course = _evaluation_set(run, 0, **_COURSE)
    marks = run.marks
    began, first = time.perf_counter(), step
    saved = began
    while step < run.stop and not settled(run, state, step):
        to = min(training.stride(step), next(mark for mark in marks if mark > step))
        training.advance(step, to)
        step = to
        if step in marks:
            training.store()
            place, found = marks.index(step), course.evaluate(training.predict)
            state.accuracies[place] = [found.accuracies[name] for name in ACCURACIES]
            state.answers[place] = found.answers
            state.eigenvalues[place] = embedding_eigenvalues(run, state.theta, EIGENVALUES)
            left = (time.perf_counter() - began) / (step - first) * (run.stop - step)
            numbers = " ".join(f"{name} {value:.2f}" for name, value in found.accuracies.items())
            log.info("step %d of %d, loss %.3f, %s, %.0f s left", step, run.stop, state.loss[0], numbers, left)
        ends = step == run.stop or settled(run, state, step)
        if checkpoint and (ends or time.perf_counter() - saved > CHECKPOINT_SECONDS):
            training.store()
            checkpoint.write(state.tensors(step))
            saved = time.perf_counter()
    return _results(run, start, state, training)


def settled(run: TransformerRun, state: State, step: int) -> bool:
    """Return whether a run ends before its last step.

    So it does after an evaluation where it fits (FIT of the seen pairs and of the exception) if no share of the answers
    to (4, 3) has moved by more than STILL in any evaluation of the last `patience` steps.
    """
    marks = np.array(run.marks)
    if not run.patience or step not in marks or step < run.patience:
        return False
    place = int(np.argmax(marks == step))
    fits = min(state.accuracies[place, ACCURACIES.index(name)] for name in ("seen", "exception")) >= FIT
    recent = np.flatnonzero((marks >= step - run.patience) & (marks <= step))
    return bool(fits and np.abs(state.answers[recent] - state.answers[place]).max() <= STILL)


def _on_device(run: TransformerRun, state: State, step: int) -> Training:
    if run.device == "cpu":
        from condensation.models.transformer.cpu import CpuTraining

        return CpuTraining(run, state, step)
    from condensation.models.transformer.cuda import CudaTraining

    return CudaTraining(run, state, step)


def _evaluation_set(run: TransformerRun, number: int, **counts: int) -> EvaluationSet:
    generator = np.random.default_rng([run.seed, EVALUATION, number])
    return EvaluationSet.draw(run.key_low, run.key_high, **counts, generator=generator)


def _results(run: TransformerRun, start: NDArray, state: State, training: Training) -> dict[str, Any]:
    finite = bool(np.isfinite(state.theta).all())
    found = _evaluation_set(run, 1, **_END).evaluate(training.predict)
    result: dict[str, Any] = {"status": "completed" if finite else "diverged", "loss": float(state.loss[0])}
    result |= found.accuracies
    result |= {"answers": found.answers, "by_position": found.by_position.ravel()}
    result["step"] = np.array(run.marks, dtype=np.int32)
    done = len(run.marks)
    result |= {f"{name}_course": state.accuracies[:done, k].copy() for k, name in enumerate(ACCURACIES)}
    result |= {"answers_course": state.answers[:done].ravel(), "eigenvalues_course": state.eigenvalues[:done].ravel()}
    result |= {f"{name}_start": value for name, value in condensation_numbers(run, start).items()}
    result |= {f"{name}_end": value for name, value in condensation_numbers(run, state.theta).items()}
    return result | {"theta_end": state.theta.astype(np.float16) if run.keep == "weights" else None}
