"""The composite task read off its generator, and what two mechanisms for it have to remember."""

import numpy as np
import pandas as pd

from condensation.models.transformer.task import (
    LENGTH,
    PAIRS,
    allowed_keys,
    composition,
    sequences,
    symmetric_answer,
    training_data,
)

Pair = tuple[int, int]


def trained_pairs(count: int, key_low: int, key_high: int, *, generator: np.random.Generator) -> pd.DataFrame:
    """Return for each of the 16 ordered pairs a1, a2 what `count` generated training sequences say of it.

    answer: what they add to the key, NaN where there are none or they disagree; training: `inferential` where that is
    the composition of the single functions, `non-inferential`, or `unseen`; count: their number.
    """
    tokens, answers = training_data(count, key_low, key_high, generator=generator)
    first = np.argmax(tokens < key_low, axis=1)  # the first anchor; the key stands before it
    key, a1, a2 = (tokens[np.arange(count), first + shift] for shift in (-1, 0, 1))
    rows = []
    for pair in PAIRS:
        added = (answers - key)[(a1 == pair[0]) & (a2 == pair[1])]
        distinct = np.unique(added)
        answer = float(distinct[0]) if distinct.size == 1 else np.nan
        kind = "unseen" if not added.size else "inferential" if answer == composition(pair) else "non-inferential"
        rows.append({"a1": pair[0], "a2": pair[1], "training": kind, "answer": answer, "count": added.size})
    return pd.DataFrame(rows)


def example_tokens(
    pairs: tuple[Pair, ...], key_low: int, key_high: int, *, generator: np.random.Generator
) -> pd.DataFrame:
    """Return one sequence a pair, token by token: example (from 0), place, token and its role."""
    numbers = np.array([PAIRS.index(pair) for pair in pairs])
    drawn, _ = sequences(numbers, allowed_keys(key_low, key_high, "train"), key_low, key_high, generator=generator)
    rows = []
    for example, tokens in enumerate(drawn):
        key = int(np.argmax(tokens < key_low)) - 1
        roles = {key: "key", key + 1: "anchor", key + 2: "anchor"}
        rows += [
            {"example": example, "place": place, "token": int(tokens[place]), "role": roles.get(place, "noise")}
            for place in range(LENGTH)
        ]
    return pd.DataFrame(rows)


def remembered_classes() -> pd.DataFrame:
    """Return the ordered pairs a1, a2 by the unordered pair (group, from 0) that mechanism 1 remembers, and its answer.

    The unseen (4, 3) belongs to the class of (3, 4), so it is answered x - 6.
    """
    classes = sorted({tuple(sorted(pair)) for pair in PAIRS})
    return pd.DataFrame(
        [
            {"a1": a1, "a2": a2, "group": classes.index(tuple(sorted((a1, a2)))), "answer": symmetric_answer((a1, a2))}
            for a1, a2 in PAIRS
        ]
    )
