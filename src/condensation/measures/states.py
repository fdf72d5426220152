"""States inside a trained transformer: maps of them in two dimensions, and who is like whom."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity
from condensation.measures.probes import PLACE, from_pass, probe_keys, probes, states_after_attention
from condensation.measures.transformer import run_of
from condensation.models.transformer.task import (
    EXCEPTION,
    FUNCTIONS,
    PAIRS,
    UNSEEN,
    allowed_keys,
    composition,
    sequences,
)

Array = NDArray[np.float64]
Pair = tuple[int, int]

ORDERED = tuple(pair for pair in PAIRS if pair[0] != pair[1])  # the 12 pairs of two different anchors
COMPARED = (((3, 3), (2, 2)), ((1, 2), (1, 3)))  # whose states the paper compares (arXiv 2405.05409)
KEYS = range(30, 41)  # of the compared states
_NOISES = 16  # noise drawn for each key


def neighbour_map(vectors: Array, *, perplexity: float = 30.0) -> Array:
    """Return the t-SNE of rows (n, d) in two dimensions, (n, 2), float64; the same for the same rows.

    It starts from principal components, so nothing is drawn.
    """
    from sklearn.manifold import TSNE  # here, because it takes a second that drawing a figure does without
    from threadpoolctl import threadpool_limits

    few = min(perplexity, (len(vectors) - 1) / 3)
    with threadpool_limits(1):  # sums of gradients depend on the number of threads
        found = TSNE(2, init="pca", random_state=0, perplexity=few).fit_transform(vectors.astype(np.float32))
    return found.astype(np.float64)


def pair_states(row: pd.Series) -> pd.DataFrame:
    """t-SNE x, y of the last token's X^ao(1) for sequences of each of the 12 ordered pairs a1, a2.

    They are 420 of each pair, as in the paper, or 6 for each key where there are fewer than 70 keys.
    """
    run = run_of(row)
    keys = allowed_keys(run.key_low, run.key_high, "train")
    keys = keys[keys[:, 0] == PLACE]
    numbers = np.repeat([PAIRS.index(pair) for pair in ORDERED], min(420, 6 * len(keys)))
    tokens, _ = sequences(numbers, keys, run.key_low, run.key_high, generator=np.random.default_rng(0))
    x, y = neighbour_map(states_after_attention(row, tokens, 1)).T
    a1, a2 = np.array(PAIRS)[numbers].T
    return pd.DataFrame({"x": x, "y": y, "a1": a1, "a2": a2})


def compared_states(row: pd.Series) -> pd.DataFrame:
    """Cosines of the last token's X^ao(L) between the pairs COMPARED, keys 30 to 40, mean over noise.

    Columns a1, a2 and key of one state, other_a1, other_a2 and other_key of the other, cosine, and same_target: 1 where
    both have the same answer, else 0.
    """
    run = run_of(row)
    first = min(KEYS.start, run.key_high - len(KEYS))
    keys = np.arange(first, first + len(KEYS), dtype=np.int32)
    rows = []
    for pairs in COMPARED:
        tokens = probes(run, pairs, np.tile(keys, _NOISES))
        states = states_after_attention(row, tokens, -1).reshape(2, _NOISES, len(keys), -1)
        one, other = states / np.linalg.norm(states, axis=-1, keepdims=True)
        cosine = np.einsum("nid,njd->ij", one, np.roll(other, 1, axis=0)) / _NOISES  # no two share their noise
        left, right = np.indices(cosine.shape)
        answers = [keys[place] + composition(pair) for place, pair in zip((left, right), pairs, strict=True)]
        columns = {
            "key": keys[left],
            "other_key": keys[right],
            "cosine": cosine,
            "same_target": answers[0] == answers[1],
        }
        (a1, a2), (other_a1, other_a2) = pairs
        labels = {"a1": a1, "a2": a2, "other_a1": other_a1, "other_a2": other_a2}
        rows.append(pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}).assign(**labels))
    return pd.concat(rows, ignore_index=True).astype({"same_target": float})


def target_contrast(cosines: pd.DataFrame) -> float:
    """Return the mean cosine of two states with the same target minus that of two with different targets."""
    same = cosines["same_target"] == 1.0
    return float(cosines.loc[same, "cosine"].mean() - cosines.loc[~same, "cosine"].mean())


def first_anchor_values(row: pd.Series, noises: int = 3) -> pd.DataFrame:
    """t-SNE x, y of V(2) at the first anchor's position, for every key and first anchor: key, a1, and g(x; a1)."""
    run = run_of(row)
    keys = np.tile(np.arange(run.key_low, run.key_high, dtype=np.int32), noises)
    tokens = probes(run, tuple((anchor, 1) for anchor in FUNCTIONS), keys)
    values = from_pass(row, tokens, lambda found: found.values[1][:, PLACE + 1])
    x, y = neighbour_map(values.reshape(-1, values.shape[-1])).T
    a1 = np.repeat(list(FUNCTIONS), len(keys))
    key = np.tile(keys, len(FUNCTIONS))
    return pd.DataFrame(
        {"x": x, "y": y, "key": key, "a1": a1, "mapped": key + np.repeat(list(FUNCTIONS.values()), len(keys))}
    )


def swap_cosine(row: pd.Series) -> float:
    """Return the mean cosine between the last token's X^ao(L) for (4, 3) and (3, 4), same key and noise."""
    run = run_of(row)
    one, other = states_after_attention(row, probes(run, (UNSEEN, EXCEPTION), probe_keys(run)), -1)
    return float(np.diagonal(cosine_similarity(np.concatenate((one, other))), len(one)).mean())
