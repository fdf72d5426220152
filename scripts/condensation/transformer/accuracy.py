"""How a network answers: accuracies on seen pairs, the exception (3, 4) and both answers to the unseen (4, 3)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.transformer.task import (
    EXCEPTION,
    PAIRS,
    SEEN,
    TRAINED,
    UNSEEN,
    Tokens,
    allowed_keys,
    composition,
    sequences,
    symmetric_answer,
    trained_answer,
)

ACCURACIES = ("train", "seen", "exception", "symmetric", "inferential")
PER_PAIR = 128  # sequences with test keys of each ordered pair
_TRAIN_PER_PAIR = 32

Predict = Callable[[Tokens], NDArray[np.int64]]


@dataclass(frozen=True)
class Examination:
    """Sequences with pair number (of PAIRS) and key, drawn once a run: with train keys, and with test keys."""

    train: tuple[Tokens, NDArray[np.int64], Tokens]
    test: tuple[Tokens, NDArray[np.int64], Tokens]

    @classmethod
    def draw(cls, key_low: int, key_high: int, *, generator: np.random.Generator) -> "Examination":
        """Draw sequences of every pair."""
        drawn = []
        for keys, each in (
            (allowed_keys(key_low, key_high, "train"), _TRAIN_PER_PAIR),
            (allowed_keys(key_low, key_high, "test"), PER_PAIR),
        ):
            pairs = np.repeat(np.arange(len(PAIRS)), each)
            tokens, key = sequences(pairs, keys, key_low, key_high, generator=generator)
            drawn.append((tokens, pairs, key))
        return cls(*drawn)

    def accuracies(self, predict: Predict) -> dict[str, float]:
        """Return shares of right answers.

        train: the 15 trained pairs, train keys. All others with test keys: seen, the 14 compositions; exception, (3, 4)
        answered x - 6; symmetric and inferential, (4, 3) answered x - 6 and x - 10.
        """
        tokens, pairs, key = self.train
        trained = np.array([trained_answer(pair) for pair in PAIRS])
        right = predict(tokens) == key + trained[pairs]
        result = {"train": float(right[np.isin(pairs, _numbers(TRAINED))].mean())}
        tokens, pairs, key = self.test
        answered = predict(tokens) - key
        result["seen"] = float((answered == trained[pairs])[np.isin(pairs, _numbers(SEEN))].mean())
        result["exception"] = float((answered == trained[pairs])[pairs == PAIRS.index(EXCEPTION)].mean())
        unseen = answered[pairs == PAIRS.index(UNSEEN)]
        result["symmetric"] = float((unseen == symmetric_answer(UNSEEN)).mean())
        result["inferential"] = float((unseen == composition(UNSEEN)).mean())
        return result


def _numbers(pairs: tuple[tuple[int, int], ...]) -> list[int]:
    return [PAIRS.index(pair) for pair in pairs]
