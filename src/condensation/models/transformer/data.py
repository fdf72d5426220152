"""The sequences a run is trained on: drawn afresh for every step, or fixed ones in a new order every epoch."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import Tokens, training_data

START, EVALUATION, DATA, ORDER = range(4)  # streams of random numbers of a run
_CHUNK = 4096  # fresh sequences drawn at a time


class TrainingData:
    """Blocks of batches, each with generators of its own, so that a run can be taken up at any step."""

    def __init__(self, run: TransformerRun) -> None:
        self._run = run
        self.steps = run.sequences // run.batch if run.sequences else max(1, _CHUNK // run.batch)
        self._fixed = self._draw(run.sequences, DATA, balanced=True) if run.sequences else None

    def _draw(self, count: int, *stream: int, balanced: bool = False) -> tuple[Tokens, Tokens]:
        run = self._run
        generator = np.random.default_rng([run.seed, *stream])
        return training_data(count, run.key_low, run.key_high, generator=generator, balanced=balanced)

    def sequences(self, block: int) -> tuple[Tokens, Tokens]:
        """Return tokens (n, 9) and answers (n,) of which a block is made: the same in every block if they are fixed."""
        return self._fixed or self._draw(self.steps * self._run.batch, DATA, block)

    def order(self, block: int) -> NDArray[np.int64]:
        """Return which of them a block's batches hold, one batch after the other, (steps * batch,)."""
        count = self.steps * self._run.batch
        if not self._run.sequences:
            return np.arange(count)
        return np.random.default_rng([self._run.seed, ORDER, block]).permutation(self._run.sequences)[:count]

    def batches(self, step: int) -> Iterator[tuple[Tokens, Tokens]]:
        """Yield tokens and answers of every step from `step` on, without end."""
        while True:
            block, first = divmod(step, self.steps)
            (tokens, answers), order = self.sequences(block), self.order(block)
            for part in range(first, self.steps):
                rows = order[part * self._run.batch : (part + 1) * self._run.batch]
                yield tokens[rows], answers[rows]
            step = (block + 1) * self.steps
