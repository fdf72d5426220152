"""Probing sequences for a trained transformer, and what its full pass over them shows."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.transformer import run_of, weights
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import LENGTH, Tokens

if TYPE_CHECKING:
    from torch import Tensor

    from condensation.models.transformer.network import Pass

Array = NDArray[np.float64]

PLACE = 3  # of the key in a probe; the anchors follow
_CHUNK = 256  # sequences of a pass: at the authors' size its largest array holds 22 MB


def probes(run: TransformerRun, pairs: tuple[tuple[int, int], ...], keys: Tokens, *, place: int = PLACE) -> Tokens:
    """Return tokens (pairs, keys, 9): for every key the same noise with each pair, from one fixed generator.

    place: of the key, 0 to 6.
    """
    noise = np.random.default_rng(0).integers(run.key_low, run.key_high, size=(len(keys), LENGTH), dtype=np.int32)
    tokens = np.repeat(noise[None], len(pairs), axis=0)
    tokens[:, :, place] = keys
    tokens[:, :, place + 1 : place + 3] = np.array(pairs, dtype=np.int32)[:, None]
    return tokens


def probe_keys(run: TransformerRun, most: int = 64) -> Tokens:
    """Return at most `most` evenly spread keys."""
    return np.unique(np.linspace(run.key_low, run.key_high - 1, most).round()).astype(np.int32)


def from_pass(
    row: pd.Series,
    tokens: Tokens,
    take: "Callable[[Pass], Tensor]",
    *,
    cut: Mapping[int, NDArray[np.bool_]] | None = None,
) -> NDArray:
    """Return what `take` takes from the full pass of a trained run over tokens (..., 9), as (..., whatever it takes).

    cut: layer (from 1) -> attention edges (9, 9), reading token and token read, that are taken away. The pass goes over
    a few sequences at a time, in float32.
    """
    import torch  # here, because it takes seconds that drawing a figure does without

    from condensation.models.transformer.network import forward

    parameters = {name: torch.from_numpy(value.astype(np.float32)) for name, value in weights(row).items()}
    masks = {layer: torch.from_numpy(mask) for layer, mask in (cut or {}).items()}
    flat = torch.from_numpy(tokens.reshape(-1, LENGTH)).long()
    with torch.no_grad():
        parts = [take(forward(parameters, chunk, cut=masks)).numpy() for chunk in flat.split(_CHUNK)]
    found = np.concatenate(parts)
    return found.reshape(*tokens.shape[:-1], *found.shape[1:])


def states_after_attention(row: pd.Series, tokens: Tokens, layer: int) -> Array:
    """Return X^ao(layer) of the last token, (..., d_model): after the attention block and its norm (arXiv 2405.05409).

    layer counts from 1; -1 is the last.
    """
    index = layer if layer < 0 else layer - 1
    return from_pass(row, tokens, lambda found: found.after_attention[index][:, -1])


def all_layers(row: pd.Series) -> range:
    """Return the layers of a run, from 1."""
    return range(1, run_of(row).layers + 1)
