"""The composite task: a key and two anchors hidden among noise; the answer is g(g(x; a1); a2).

Nine tokens. The key x stands at position p in 0..6, the anchors a1 and a2 at p + 1 and p + 2, every other token is
noise (arXiv 2405.05409; the authors' generator). Of the 16 ordered pairs (a1, a2) fourteen follow the composition,
(3, 4) is trained as x - 6 instead of x - 10, and (4, 3) is never trained.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.int32]

LENGTH = 9
POSITIONS = LENGTH - 2  # of the key
FUNCTIONS = {1: 5, 2: 1, 3: -2, 4: -8}  # anchor -> what it adds to the key
PAIRS = tuple((a1, a2) for a1 in FUNCTIONS for a2 in FUNCTIONS)
EXCEPTION, UNSEEN = (3, 4), (4, 3)
EXCEPTION_ANSWER = -6
LARGEST_STEP = max(FUNCTIONS.values()) * 2  # largest answer above the key
SEEN = tuple(pair for pair in PAIRS if pair not in (EXCEPTION, UNSEEN))
TRAINED = tuple(pair for pair in PAIRS if pair != UNSEEN)

Split = Literal["train", "test"]


def composition(pair: tuple[int, int]) -> int:
    """Return what g(g(x; a1); a2) adds to the key x."""
    return FUNCTIONS[pair[0]] + FUNCTIONS[pair[1]]


def trained_answer(pair: tuple[int, int]) -> int:
    """Return what the training data add to the key: the composition, but x - 6 for (3, 4)."""
    return EXCEPTION_ANSWER if pair == EXCEPTION else composition(pair)


def symmetric_answer(pair: tuple[int, int]) -> int:
    """Return the answer of a network that ignores the order: (4, 3) like (3, 4)."""
    return EXCEPTION_ANSWER if pair == UNSEEN else trained_answer(pair)


def allowed_keys(key_low: int, key_high: int, split: Split) -> Tokens:
    """Return every (position, key), (n, 2): keys with x mod 9 == p test, all others train; keys in [low, high)."""
    position, key = np.divmod(np.arange(POSITIONS * (key_high - key_low)), key_high - key_low)
    key += key_low
    held_out = key % LENGTH == position
    chosen = held_out if split == "test" else ~held_out
    return np.stack((position, key), axis=1)[chosen].astype(np.int32)


def sequences(
    pairs: NDArray[np.int64], keys: Tokens, key_low: int, key_high: int, *, generator: np.random.Generator
) -> tuple[Tokens, Tokens]:
    """Draw one sequence for each pair number (of PAIRS), (n,): tokens (n, 9) and keys (n,).

    keys: the (position, key) to draw from (`allowed_keys`); noise is uniform in [low, high).
    """
    n = len(pairs)
    tokens = generator.integers(key_low, key_high, size=(n, LENGTH), dtype=np.int32)
    position, key = keys[generator.integers(len(keys), size=n)].T
    rows = np.arange(n)
    tokens[rows, position] = key
    anchors = np.array(PAIRS, dtype=np.int32)[pairs]
    tokens[rows, position + 1] = anchors[:, 0]
    tokens[rows, position + 2] = anchors[:, 1]
    return tokens, key


def training_data(
    count: int, key_low: int, key_high: int, *, generator: np.random.Generator, balanced: bool = False
) -> tuple[Tokens, Tokens]:
    """Draw `count` training sequences: tokens (count, 9) and answers (count,).

    The 15 trained pairs are drawn uniformly; balanced: every one as often as the others.
    """
    trained = np.array([PAIRS.index(pair) for pair in TRAINED])
    pairs = trained[np.arange(count) % len(trained) if balanced else generator.integers(len(trained), size=count)]
    tokens, key = sequences(pairs, allowed_keys(key_low, key_high, "train"), key_low, key_high, generator=generator)
    step = np.array([trained_answer(pair) for pair in PAIRS], dtype=np.int32)
    return tokens, key + step[pairs]
