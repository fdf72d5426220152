"""What a trained transformer does with probing sequences: attention, states of the last token, order of the keys."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity, similarity_rows
from condensation.measures.transformer import clearest, run_of, settings_row, weights, with_outcome
from condensation.records.columns import metric_table
from condensation.transformer.run import TransformerRun
from condensation.transformer.task import EXCEPTION, LENGTH, PAIRS, UNSEEN, Tokens, trained_answer

if TYPE_CHECKING:
    from condensation.transformer.network import Pass

Array = NDArray[np.float64]

ORDERED = tuple(pair for pair in PAIRS if pair[0] != pair[1])  # the 12 pairs of two different anchors
PLACE = 3  # of the key in a probe; the anchors follow
_PROBES = 64
_PLACES = {"key": PLACE, "a1": PLACE + 1, "a2": PLACE + 2, "last": LENGTH - 1}
SOLUTION_COLUMNS = (
    "series", "label", "layer", "layers", "gamma", "seed", "fitted", "symmetric", "inferential", "reading", "read",
    "attention", "x", "y", "a1", "a2", "key", "variance_x", "variance_y", "row", "column", "cosine", "target",
    "swap_cosine",
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


def full_pass(row: pd.Series, tokens: Tokens) -> "Pass":
    """Return the full pass of a trained run over tokens (n, 9), float64."""
    import torch  # here, because it takes seconds that drawing a figure does without

    from condensation.transformer.network import forward

    parameters = {name: torch.from_numpy(value) for name, value in weights(row).items()}
    with torch.no_grad():
        return forward(parameters, torch.from_numpy(tokens).long())


def last_states(row: pd.Series, keys: Tokens) -> Array:
    """Return the last token's final state for the 12 ordered pairs and keys, (12, keys, d_model)."""
    tokens = probes(run_of(row), ORDERED, keys)
    states = full_pass(row, tokens.reshape(-1, LENGTH)).states[-1][:, -1].numpy()
    return states.reshape(*tokens.shape[:2], -1)


def swap_cosine(row: pd.Series) -> float:
    """Return the mean cosine between the final states of (4, 3) and (3, 4) with the same key and noise."""
    states = last_states(row, probe_keys(run_of(row)))
    one, two = (states[ORDERED.index(pair)] for pair in (UNSEEN, EXCEPTION))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return float(((one * two).sum(axis=1) / lengths).mean())


def principal_components(states: Array, number: int = 2) -> tuple[Array, Array]:
    """Return scores (n, number) and explained shares of the variance of rows (n, d).

    The sign of a component is that of the largest entry of its direction.
    """
    left, values, directions = np.linalg.svd(states - states.mean(axis=0), full_matrices=False)
    largest = np.abs(directions[:number]).argmax(axis=1)
    signs = np.sign(directions[np.arange(number), largest])
    return left[:, :number] * values[:number] * signs, (values**2 / (values**2).sum())[:number]


def state_components(row: pd.Series) -> pd.DataFrame:
    """First two principal components x, y of the last token's final states for one key, the middle one: a1, a2, key.

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
    """Cosines between final states of the 12 ordered pairs with `number` neighbouring keys, sorted by trained answer.

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
    """Mean attention over probes of one pair: layer, places of the reading token and of the token read."""
    run = run_of(row)
    attention = full_pass(row, probes(run, (pair,), probe_keys(run))[0]).attention
    one, two = np.tril_indices(LENGTH)
    rows = []
    for layer, maps in enumerate(attention, start=1):
        mean = maps.mean(dim=0).numpy()[one, two]
        rows.append(pd.DataFrame({"layer": layer, "reading": one, "read": two, "attention": mean}))
    return pd.concat(rows, ignore_index=True)


def key_components(row: pd.Series) -> pd.DataFrame:
    """First two principal components x, y of the key embeddings with their keys and explained variances."""
    run = run_of(row)
    keys = np.arange(run.key_low, run.key_high)
    scores, shares = principal_components(weights(row)["embeddings"][keys])
    columns = {"x": scores[:, 0], "y": scores[:, 1], "key": keys}
    return pd.DataFrame(columns | {"variance_x": shares[0], "variance_y": shares[1]})


def key_order(components: pd.DataFrame) -> float:
    """Return |rank correlation| of the first principal component with the key."""
    from scipy.stats import spearmanr  # here, because a figure is drawn without it

    return abs(float(spearmanr(components["x"], components["key"]).statistic))


def solution_rows(runs: pd.DataFrame, solution: str) -> pd.DataFrame:
    """Return attention, states and cosines of the clearest run of a solution, and swap_cosine of every fitted run."""
    shown = clearest(runs, solution)
    names = ("gamma", "layers", "seed", "fitted", "symmetric", "inferential")
    rows = [pd.DataFrame([{"series": "run", **shown[list(names)]}]), settings_row(runs, shown=1)]
    rows.append(attention_rows(shown).assign(series="attention"))
    rows.append(state_components(shown).assign(series="state"))
    rows.append(states_by_target(shown).assign(series="cosine"))
    for _, run in with_outcome(runs).iterrows():
        if run["outcome"] in ("symmetric", "inferential"):
            labels = {"series": "solution", "label": run["outcome"], **run[list(names)]}
            rows.append(pd.DataFrame([{**labels, "swap_cosine": swap_cosine(run)}]))
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


def attention_of(table: pd.DataFrame, layer: int, reading: str, read: str) -> float:
    """Return the attention of one token (`key`, `a1`, `a2`, `last`) to another in a layer."""
    rows = table[(table["series"] == "attention") & (table["layer"] == layer)]
    chosen = rows[(rows["reading"] == _PLACES[reading]) & (rows["read"] == _PLACES[read])]
    return float(chosen["attention"].iloc[0])


def early_layers(table: pd.DataFrame) -> range:
    """Return the layers before the last of the run shown."""
    return range(1, int(table.loc[table["series"] == "attention", "layer"].max()))
