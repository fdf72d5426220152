"""The state of a training in a file, so that it goes on after an interruption with the same bits.

A finished run leaves its last state too: a batch that is interrupted does not train it again.
"""

import json
import os
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from condensation.transformer.run import TransformerRun

Array = NDArray[np.float32]

# environment variable: a folder that train.py gives a batch and removes after it; no checkpoints without it
FOLDER = "CONDENSATION_CHECKPOINTS"
SECONDS = 60.0  # between two checkpoints


@dataclass(frozen=True)
class State:
    """What a step changes: parameters, both moments, running loss (1,), accuracies (evaluations, kinds)."""

    theta: Array
    m: Array
    v: Array
    loss: NDArray[np.float64]
    history: Array

    @classmethod
    def start(cls, theta: Array, evaluations: int, kinds: int) -> "State":
        """Return the state before the first step; theta is copied."""
        zeros = np.zeros_like(theta)
        history = np.full((evaluations, kinds), np.nan, dtype=np.float32)
        return cls(theta.copy(), zeros, zeros.copy(), np.zeros(1), history)


def path(run: TransformerRun) -> Path | None:
    """Return the file of a run's checkpoint, named by all its parameters, or None if none are kept."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    name = blake2b(json.dumps(vars(run), sort_keys=True).encode(), digest_size=8).hexdigest()
    return Path(folder) / f"{name}.safetensors"


def save(run: TransformerRun, state: State, step: int) -> None:
    """Write the state whole or not at all."""
    target = path(run)
    if target is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    tensors = {field.name: getattr(state, field.name) for field in fields(state)}
    save_file(tensors | {"step": np.array([step])}, temporary)
    temporary.replace(target)


def load(run: TransformerRun, state: State) -> int:
    """Fill the state from the checkpoint and return its step; 0 without one or with one that cannot be read."""
    target = path(run)
    if target is None or not target.is_file():
        return 0
    try:
        tensors = load_file(target)
        found = {field.name: tensors[field.name] for field in fields(state)}
        step = int(tensors["step"][0])
    except (SafetensorError, KeyError, OSError):
        return 0
    if any(found[name].shape != getattr(state, name).shape for name in found):
        return 0
    for name, value in found.items():
        getattr(state, name)[:] = value
    return step
