"""A small run, a batch of its data and a row of its results, for the tests of this folder."""

import numpy as np
import pandas as pd

from condensation.models.transformer.condensation import condensation_numbers
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import training_data
from condensation.models.transformer.training import start_of

CELLS = {
    "gamma": 0.5, "layers": 2, "d_model": 16, "d_head": 8, "d_ff": 24, "key_low": 20, "key_high": 40, "vocabulary": 50,
    "batch": 32, "sequences": 0, "steps": 60, "stop": 60, "patience": 0, "warm_up": 10, "learning_rate": 1e-3,
    "lowest_rate": 5e-5, "weight_decay": 0.01, "clip": 1.0, "precision": "float32", "device": "cpu", "keep": "weights",
    "seed": 0,
}  # fmt: skip


def make_run(**changes) -> TransformerRun:
    return TransformerRun.from_cells(CELLS | changes)


def data(run: TransformerRun, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return training_data(run.batch, run.key_low, run.key_high, generator=np.random.default_rng(seed))


def row(theta=None, **results) -> pd.Series:
    """A row of results of a small run, untrained unless parameters are given."""
    run = make_run(**{name: results.pop(name) for name in ("gamma", "layers", "seed") if name in results})
    theta = start_of(run) if theta is None else theta
    accuracies = {"train": 1.0, "seen": 1.0, "exception": 1.0, "symmetric": 0.0, "inferential": 0.0}
    numbers = {f"{name}_end": value for name, value in condensation_numbers(run, theta).items()}
    numbers |= {f"{name}_start": value for name, value in condensation_numbers(run, start_of(run)).items()}
    return pd.Series({**vars(run), **accuracies, **numbers, **results, "theta_end": theta})
