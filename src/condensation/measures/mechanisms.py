"""How a trained transformer answers (4, 3): the flow of information through its attention, and its ablation."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.probes import PLACE, all_layers, from_pass, probes
from condensation.measures.transformer import run_of
from condensation.models.transformer.task import (
    LENGTH,
    PAIRS,
    POSITIONS,
    UNSEEN,
    Tokens,
    allowed_keys,
    sequences,
)

Array = NDArray[np.float64]
Edges = NDArray[np.bool_]

FLOW = 0.2  # attention above it carries: uniform attention over nine tokens is 0.11
SEQUENCES = 5_000  # of (4, 3) that ablations are measured on: a standard error of at most .007
SHOWN_KEY = 99  # of the one sequence whose flow is drawn


def attention_maps(row: pd.Series, tokens: Tokens) -> Array:
    """Return the attention (..., L, 9, 9) of every layer: reading token, token read."""
    import torch

    return from_pass(row, tokens, lambda found: torch.stack(found.attention, dim=1))


def flow_of_information(attention: Array, place: int = PLACE) -> Edges:
    """Return which edges carry what the key and the anchors say to the answer, (L, 9, 9): layer, reading, read.

    An edge carries if its attention (L, 9, 9) is above FLOW, the token read holds the key (at `place`) or an anchor or
    has read one on a carrying edge before, and the last token of the last layer has it from there, by further edges or
    by staying where it is (the residual). Other tokens say nothing of the task, so they carry only what they read.
    """
    layers = len(attention)
    strong = attention > FLOW
    informed = np.zeros((layers + 1, LENGTH), dtype=bool)
    informed[0, place : place + 3] = True
    for layer in range(layers):
        informed[layer + 1] = informed[layer] | (strong[layer] & informed[layer]).any(axis=1)
    carries, needed = np.zeros_like(strong), np.zeros(LENGTH, dtype=bool)
    needed[-1] = True
    for layer in reversed(range(layers)):
        carries[layer] = strong[layer] & informed[layer] & needed[:, None] & ~np.eye(LENGTH, dtype=bool)
        needed = needed | carries[layer].any(axis=0)
    return carries


def shown_sequence(row: pd.Series) -> Tokens:
    """Return the one sequence of (4, 3), shape (9,), whose flow a figure shows: key 99, or a run's largest."""
    run = run_of(row)
    return probes(run, (UNSEEN,), np.array([min(SHOWN_KEY, run.key_high - 1)], dtype=np.int32))[0, 0]


def attention_rows(row: pd.Series, tokens: Tokens) -> pd.DataFrame:
    """Attention above FLOW in one sequence (9,): layer, places of the reading token and of the token read, `carries`.

    carries: 1 on the edges of `flow_of_information`, else 0.
    """
    attention = attention_maps(row, tokens[None])[0]
    carries = flow_of_information(attention)
    one, two = np.tril_indices(LENGTH)
    rows = []
    for layer in all_layers(row):
        values = {"attention": attention[layer - 1, one, two], "carries": carries[layer - 1, one, two].astype(float)}
        rows.append(pd.DataFrame({"layer": layer, "reading": one, "read": two, **values}))
    table = pd.concat(rows, ignore_index=True)
    return table[table["attention"] > FLOW]


def unseen_sequences(row: pd.Series, count: int = SEQUENCES) -> dict[int, Tokens]:
    """Return position of the key (0 to 5, so that noise comes last) -> sequences of (4, 3) with test keys.

    Together they are `count`, from one fixed generator.
    """
    run = run_of(row)
    keys = allowed_keys(run.key_low, run.key_high, "test")
    keys = keys[keys[:, 0] < POSITIONS - 1]
    pairs = np.full(count, PAIRS.index(UNSEEN))
    tokens, _ = sequences(pairs, keys, run.key_low, run.key_high, generator=np.random.default_rng(0))
    place = np.argmax(tokens < run.key_low, axis=1) - 1
    return {position: tokens[place == position] for position in np.unique(place).tolist()}


def mechanism_edges(layers: int, place: int) -> dict[str, Edges]:
    """Return the edges (L, 9, 9) each of the two mechanisms needs in the layers before the last.

    `pair`: the last token reads both anchors, so it knows the pair and not its order; `single`: both anchors read the
    key, so that g(x; a) is formed where the anchor stands.
    """
    pair, single = np.zeros((2, layers, LENGTH, LENGTH), dtype=bool)
    pair[:-1, -1, place + 1 : place + 3] = True
    single[:-1, place + 1 : place + 3, place] = True
    return {"pair": pair, "single": single}


def kept_answers(row: pd.Series, count: int = SEQUENCES) -> dict[str, float]:
    """Share of a run's answers to (4, 3) that stay when the attention of a mechanism (`mechanism_edges`) is cut."""
    same: dict[str, list[NDArray[np.bool_]]] = {"pair": [], "single": []}
    for place, tokens in unseen_sequences(row, count).items():
        whole = answers(row, tokens)
        for name, edges in mechanism_edges(run_of(row).layers, place).items():
            same[name].append(answers(row, tokens, edges) == whole)
    return {name: float(np.concatenate(found).mean()) for name, found in same.items()}


def answers(row: pd.Series, tokens: Tokens, cut: Edges | None = None) -> NDArray[np.int64]:
    """Return the answer to every sequence, without the edges `cut` (L, 9, 9)."""
    by_layer = None if cut is None else dict(enumerate(cut, start=1))
    return from_pass(row, tokens, lambda found: found.logits.argmax(dim=1), cut=by_layer)
