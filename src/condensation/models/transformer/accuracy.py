"""How a network answers: accuracies on seen pairs, the exception (3, 4) and the answers to the unseen (4, 3)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.models.transformer.task import (
    EXCEPTION,
    PAIRS,
    POSITIONS,
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
ANSWERS = np.arange(-16, 11)  # what an answer adds to the key, from two anchors 4 to two anchors 1

Predict = Callable[[Tokens], NDArray[np.int64]]


@dataclass(frozen=True)
class Evaluation:
    """How a network answered.

    accuracies: shares of right answers (ACCURACIES); train: the 15 trained pairs, train keys. All others with test
    keys: seen, the 14 compositions; exception, (3, 4) answered x - 6; symmetric and inferential, (4, 3) answered x - 6
    and x - 10. answers: shares of the answers to (4, 3) that add ANSWERS to the key. by_position (7, 4): the accuracies
    seen, exception, symmetric, inferential of each position of the key; NaN where no sequence has it.
    """

    accuracies: dict[str, float]
    answers: NDArray[np.float32]
    by_position: NDArray[np.float32]


@dataclass(frozen=True)
class EvaluationSet:
    """Sequences with pair number (of PAIRS), key and its position, drawn once a run: with train and with test keys."""

    train: tuple[Tokens, NDArray[np.int64], Tokens]
    test: tuple[Tokens, NDArray[np.int64], Tokens]

    @classmethod
    def draw(
        cls, key_low: int, key_high: int, *, per_pair: int, unseen: int, generator: np.random.Generator
    ) -> "EvaluationSet":
        """Draw `per_pair` sequences of every ordered pair with train keys and with test keys, of (4, 3) `unseen`."""
        drawn = []
        for split, of_unseen in (("train", per_pair), ("test", unseen)):
            counts = [of_unseen if pair == UNSEEN else per_pair for pair in PAIRS]
            pairs = np.repeat(np.arange(len(PAIRS)), counts)
            keys = allowed_keys(key_low, key_high, split)  # type: ignore[arg-type]
            tokens, key = sequences(pairs, keys, key_low, key_high, generator=generator)
            drawn.append((tokens, pairs, key))
        return cls(*drawn)

    def evaluate(self, predict: Predict) -> Evaluation:
        """Return how a network answers all of them."""
        trained = np.array([trained_answer(pair) for pair in PAIRS])
        tokens, pairs, key = self.train
        right = predict(tokens) == key + trained[pairs]
        accuracies = {"train": float(right[np.isin(pairs, _numbers(TRAINED))].mean())}
        tokens, pairs, key = self.test
        answered, position = predict(tokens) - key, np.argmax(tokens < len(ANCHORS) + 1, axis=1) - 1
        unseen = pairs == PAIRS.index(UNSEEN)
        about = {
            "seen": (np.isin(pairs, _numbers(SEEN)), trained[pairs]),
            "exception": (pairs == PAIRS.index(EXCEPTION), trained[pairs]),
            "symmetric": (unseen, symmetric_answer(UNSEEN)),
            "inferential": (unseen, composition(UNSEEN)),
        }
        by_position = np.full((POSITIONS, len(about)), np.nan, dtype=np.float32)
        for column, (name, (chosen, answer)) in enumerate(about.items()):
            right = answered == answer
            accuracies[name] = float(right[chosen].mean())
            for place in range(POSITIONS):
                here = chosen & (position == place)
                if here.any():
                    by_position[place, column] = right[here].mean()
        answers = (answered[unseen][:, None] == ANSWERS).mean(axis=0)
        return Evaluation(accuracies, answers.astype(np.float32), by_position)


ANCHORS = sorted({anchor for pair in PAIRS for anchor in pair})


def _numbers(pairs: tuple[tuple[int, int], ...]) -> list[int]:
    return [PAIRS.index(pair) for pair in pairs]
