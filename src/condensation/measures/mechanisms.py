"""What a trained transformer does with probing sequences: attention, states of the last token, order of the keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity, similarity_rows
from condensation.measures.transformer import run_of, settings_row, typical, weights, with_outcome
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import EXCEPTION, LENGTH, PAIRS, UNSEEN, Tokens, trained_answer
from condensation.store.columns import metric_table

if TYPE_CHECKING:
    from condensation.models.transformer.network import Pass

Array = NDArray[np.float64]

ORDERED = tuple(pair for pair in PAIRS if pair[0] != pair[1])  # the 12 pairs of two different anchors
PLACE = 3  # of the key in a probe; the anchors follow
FLOW = 0.2  # attention above it is drawn: uniform attention over nine tokens is 0.11
_PROBES = 64
_PLACES = {"key": PLACE, "a1": PLACE + 1, "a2": PLACE + 2, "last": LENGTH - 1}
SOLUTION_COLUMNS = (
    "series", "label", "layer", "layers", "gamma", "seed", "fitted", "symmetric", "inferential", "reading", "read",
    "attention", "x", "y", "a1", "a2", "key", "variance_x", "variance_y", "row", "column", "cosine", "target",
    "swap_cosine", "carries", "kept",
)  # fmt: skip


def probes(run: TransformerRun, pairs: tuple[tuple[int, int], ...], keys: Tokens) -> Tokens:
    """Return tokens (pairs, keys, 9): for every key the same noise with each pair, from one fixed generator."""
    generator = np.random.default_rng(0)
    noise = generator.integers(run.key_low, run.key_high, size=(len(keys), LENGTH), dtype=np.int32)
    tokens = np.repeat(noise[None], len(pairs), axis=0)
    tokens[:, :, PLACE] = keys
    tokens[:, :, PLACE + 1 : PLACE + 3] = np.array(pairs, dtype=np.int32)[:, None]
    return tokens


def probe_keys(run: TransformerRun, most: int = _PROBES) -> Tokens:
    """Return at most `most` evenly spread keys."""
    return np.unique(np.linspace(run.key_low, run.key_high - 1, most).round()).astype(np.int32)


def full_pass(row: pd.Series, tokens: Tokens, cut: Mapping[int, NDArray[np.bool_]] | None = None) -> "Pass":
    """Return the full pass of a trained run over tokens (n, 9), float64; cut: attention edges taken away, by layer."""
    import torch  # here, because it takes seconds that drawing a figure does without

    from condensation.models.transformer.network import forward

    parameters = {name: torch.from_numpy(value) for name, value in weights(row).items()}
    masks = {layer: torch.from_numpy(mask) for layer, mask in (cut or {}).items()}
    with torch.no_grad():
        return forward(parameters, torch.from_numpy(tokens).long(), cut=masks)


def last_states(row: pd.Series, keys: Tokens, layer: int = -1) -> Array:
    """Return X^ao of the last token for the 12 ordered pairs and keys, (12, keys, d_model).

    X^ao(l) is the state after the attention block of layer l and its norm (arXiv 2405.05409); the last layer's unless
    another is asked for.
    """
    tokens = probes(run_of(row), ORDERED, keys)
    passed = full_pass(row, tokens.reshape(-1, LENGTH)).after_attention
    states = passed[layer if layer < 0 else layer - 1][:, -1].numpy()
    return states.reshape(*tokens.shape[:2], -1)


def swap_cosine(row: pd.Series) -> float:
    """Return the mean cosine between X^ao(L) of the last token for (4, 3) and (3, 4) with the same key and noise."""
    states = last_states(row, probe_keys(run_of(row)))
    one, two = (states[ORDERED.index(pair)] for pair in (UNSEEN, EXCEPTION))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return float(((one * two).sum(axis=1) / lengths).mean())


def flow_of_information(attention: Array) -> NDArray[np.bool_]:
    """Return which edges carry what the key and the anchors say to the answer, (L, 9, 9): layer, reading, read.

    An edge carries if its attention (L, 9, 9) is above FLOW, the token read holds the key or an anchor or has read one
    on a carrying edge before, and the last token of the last layer has it from there, by further edges or by staying
    where it is (the residual). Tokens behind the anchors say nothing of the task, so they carry only what they read.
    """
    layers = len(attention)
    strong = attention > FLOW
    informed = np.zeros((layers + 1, LENGTH), dtype=bool)
    informed[0, [_PLACES[name] for name in ("key", "a1", "a2")]] = True
    for layer in range(layers):
        informed[layer + 1] = informed[layer] | (strong[layer] & informed[layer]).any(axis=1)
    carries, needed = np.zeros_like(strong), np.zeros(LENGTH, dtype=bool)
    needed[_PLACES["last"]] = True
    for layer in reversed(range(layers)):
        carries[layer] = strong[layer] & informed[layer] & needed[:, None] & ~np.eye(LENGTH, dtype=bool)
        needed = needed | carries[layer].any(axis=0)
    return carries


def kept_answers(row: pd.Series, pair: tuple[int, int] = UNSEEN) -> dict[str, float]:
    """Share of a run's answers to a pair that stay without the attention that carries, and without all other."""
    run = run_of(row)
    tokens = probes(run, (pair,), probe_keys(run))[0]
    whole = full_pass(row, tokens)
    carries = flow_of_information(np.array([maps.mean(dim=0).numpy() for maps in whole.attention]))
    answers = whole.logits.argmax(dim=1)
    kept = {}
    for name, edges in (("carrying", carries), ("others", ~carries)):
        cut = full_pass(row, tokens, dict(enumerate(edges, start=1)))
        kept[name] = float((cut.logits.argmax(dim=1) == answers).double().mean())
    return kept


def principal_components(states: Array, number: int = 2) -> tuple[Array, Array]:
    """Return scores (n, number) and explained shares of the variance of rows (n, d).

    The sign of a component is that of the largest entry of its direction.
    """
    left, values, directions = np.linalg.svd(states - states.mean(axis=0), full_matrices=False)
    largest = np.abs(directions[:number]).argmax(axis=1)
    signs = np.sign(directions[np.arange(number), largest])
    return left[:, :number] * values[:number] * signs, (values**2 / (values**2).sum())[:number]


def state_components(row: pd.Series) -> pd.DataFrame:
    """First two principal components x, y of the last token's X^ao(L) for one key, the middle one: a1, a2, key.

    One point an ordered pair and probe; the probes of a pair differ in their noise.
    """
    run = run_of(row)
    keys = np.full(_PROBES, (run.key_low + run.key_high) // 2, dtype=np.int32)
    states = last_states(row, keys)
    scores, shares = principal_components(states.reshape(-1, states.shape[-1]))
    pairs = np.repeat(np.array(ORDERED), len(keys), axis=0)
    columns = {"x": scores[:, 0], "y": scores[:, 1], "a1": pairs[:, 0], "a2": pairs[:, 1]}
    variances = {"variance_x": shares[0], "variance_y": shares[1]}
    return pd.DataFrame(columns | {"key": np.tile(keys, len(ORDERED))} | variances)


def states_by_target(row: pd.Series, number: int = 6) -> pd.DataFrame:
    """Cosines between X^ao(L) of the last token, ordered pairs with `number` neighbouring keys, by trained answer.

    Columns row, column, cosine, and the answer (`target`) of the row. The unseen (4, 3) has no trained answer and is
    left out.
    """
    run = run_of(row)
    first = (run.key_low + run.key_high - number) // 2
    keys = np.arange(first, first + number, dtype=np.int32)
    states = last_states(row, keys)
    chosen = [index for index, pair in enumerate(ORDERED) if pair != UNSEEN]
    target = np.array([keys + trained_answer(ORDERED[index]) for index in chosen]).ravel()
    order = np.argsort(target, kind="stable")
    rows = similarity_rows(cosine_similarity(states[chosen].reshape(len(target), -1)[order]))
    return rows.assign(target=target[order][rows["row"]])


def target_contrast(cosines: pd.DataFrame) -> float:
    """Return the mean cosine of two states with the same target minus that of two with different targets."""
    target = cosines.groupby("row")["target"].first()
    same = target.loc[cosines["row"]].to_numpy() == target.loc[cosines["column"]].to_numpy()
    pair = (cosines["row"] != cosines["column"]).to_numpy()
    return float(cosines.loc[pair & same, "cosine"].mean() - cosines.loc[~same, "cosine"].mean())


def attention_rows(row: pd.Series, pair: tuple[int, int] = UNSEEN) -> pd.DataFrame:
    """Mean attention over probes of one pair: layer, places of the reading token and of the token read, and `carries`.

    carries: 1 on the edges of `flow_of_information`, else 0.
    """
    run = run_of(row)
    attention = full_pass(row, probes(run, (pair,), probe_keys(run))[0]).attention
    means = np.array([maps.mean(dim=0).numpy() for maps in attention])
    carries = flow_of_information(means)
    one, two = np.tril_indices(LENGTH)
    rows = []
    for layer, (mean, flow) in enumerate(zip(means, carries, strict=True), start=1):
        values = {"attention": mean[one, two], "carries": flow[one, two].astype(float)}
        rows.append(pd.DataFrame({"layer": layer, "reading": one, "read": two, **values}))
    return pd.concat(rows, ignore_index=True)


def key_components(row: pd.Series) -> pd.DataFrame:
    """First two principal components x, y of the key embeddings with their keys and explained variances."""
    run = run_of(row)
    keys = np.arange(run.key_low, run.key_high)
    scores, shares = principal_components(weights(row)["embeddings"][keys])
    columns = {"x": scores[:, 0], "y": scores[:, 1], "key": keys}
    return pd.DataFrame(columns | {"variance_x": shares[0], "variance_y": shares[1]})


def key_steps(row: pd.Series) -> dict[int, float]:
    """Return the mean cosine between the embeddings of keys that differ by 1, ..., 8, after their mean is taken away.

    The answers of the pairs are steps of the key, and the embeddings order by steps of 3 and 4 (arXiv 2405.05409).
    """
    run = run_of(row)
    keys = weights(row)["embeddings"][run.key_low : run.key_high]
    cosines = cosine_similarity(keys - keys.mean(axis=0))
    return {step: float(np.diagonal(cosines, step).mean()) for step in range(1, 9)}


def solution_rows(runs: pd.DataFrame, solution: str) -> pd.DataFrame:
    """Return attention, states and cosines of the typical run of a solution, and numbers of every run that has one.

    Numbers: swap_cosine and the answers kept without the carrying edges and without the others.
    """
    shown = typical(runs, solution)
    names = ["gamma", "layers", "seed", "fitted", "symmetric", "inferential"]
    rows = [pd.DataFrame([{"series": "run", "label": shown["outcome"], **shown[names]}]), settings_row(runs, shown=1)]
    rows.append(attention_rows(shown).assign(series="attention"))
    rows.append(state_components(shown).assign(series="state"))
    rows.append(states_by_target(shown).assign(series="cosine"))
    for _, run in with_outcome(runs).iterrows():
        if run["outcome"] in ("symmetric", "inferential"):
            labels = {"label": run["outcome"], **run[names]}
            rows.append(pd.DataFrame([{**labels, "series": "solution", "swap_cosine": swap_cosine(run)}]))
            for edges, share in kept_answers(run).items():
                rows.append(pd.DataFrame([{**labels, "series": f"cut {edges}", "kept": share}]))
    return pd.concat(rows, ignore_index=True)


def solution_table(runs: pd.DataFrame, solution: str) -> pa.Table:
    """Return `solution_rows` as a figure's metrics."""
    table = solution_rows(runs, solution).reindex(columns=list(SOLUTION_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in SOLUTION_COLUMNS})


def shown_accuracy(table: pd.DataFrame, solution: str) -> float:
    """Return the accuracy of the run shown under the answer of a solution; NaN if the run does not fit."""
    run = table[table["series"] == "run"].iloc[0]
    return float(run[solution]) if run["fitted"] else float("nan")


def swap_cosines_of(table: pd.DataFrame, solution: str) -> pd.Series:
    """Return swap_cosine of every fitted run with this solution."""
    return table.loc[(table["series"] == "solution") & (table["label"] == solution), "swap_cosine"]


def separation(table: pd.DataFrame) -> float:
    """Return the smallest swap_cosine of the symmetric runs minus the largest of the inferential ones."""
    return float(swap_cosines_of(table, "symmetric").min() - swap_cosines_of(table, "inferential").max())


def kept_without(table: pd.DataFrame, edges: str, solution: str) -> list[float]:
    """Return the share of answers kept without edges (`carrying`, `others`), one run with a solution after another.

    Raises ValueError if no run has the solution.
    """
    rows = table[(table["series"] == f"cut {edges}") & (table["label"] == solution)]
    if rows.empty:
        raise ValueError(f"no run is {solution}")
    return list(rows.sort_values(["gamma", "seed"])["kept"])


def attention_of(table: pd.DataFrame, layer: int, reading: str, read: str) -> float:
    """Return the attention of one token (`key`, `a1`, `a2`, `last`) to another in a layer."""
    rows = table[(table["series"] == "attention") & (table["layer"] == layer)]
    chosen = rows[(rows["reading"] == _PLACES[reading]) & (rows["read"] == _PLACES[read])]
    return float(chosen["attention"].iloc[0])


def early_layers(table: pd.DataFrame) -> range:
    """Return the layers before the last of the run shown."""
    return range(1, int(table.loc[table["series"] == "attention", "layer"].max()))
