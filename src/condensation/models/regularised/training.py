"""Train a batch of two-layer networks with an optimiser of torch and return their weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from condensation.models.regularised.run import RegularisedRun
from condensation.models.regularised.tasks import ACTIVATIONS, task_data

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def train(runs: Sequence[RegularisedRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    status (completed, or diverged where the loss is not finite), steps, loss_start and loss_end (R_S = 1/(2n) |f - y|^2
    without dropout), and in float32 the input weights with bias, (m, d + 1) row by row, and output weights (m,) at the
    start and the end.
    """
    torch.set_num_threads(1)  # sums in one order, whatever `threads` is
    results = [_train(run) for run in runs]
    return {name: [result[name] for result in results] for name in results[0]}


def _train(run: RegularisedRun) -> dict[str, Any]:
    generator = np.random.default_rng(run.seed)
    x, y = (torch.from_numpy(values) for values in task_data(run.task, generator=generator))
    x = torch.cat((x, torch.ones(len(x), 1, dtype=x.dtype)), dim=1)
    w = torch.from_numpy(run.std * generator.standard_normal((run.m, x.shape[1]))).requires_grad_()
    a = torch.from_numpy(run.std * generator.standard_normal(run.m)).requires_grad_()
    start = {"w_start": w.detach().clone(), "a_start": a.detach().clone()}
    activation = ACTIVATIONS[run.activation]

    def loss(mask: torch.Tensor | None = None) -> torch.Tensor:
        features = activation(x @ w.T)
        if mask is not None:
            features = features * mask
        return ((features @ a - y) ** 2).mean() / 2

    with torch.no_grad():
        loss_start = float(loss())
    optimizer = OPTIMIZERS[run.optimizer]([w, a], lr=run.learning_rate, weight_decay=run.weight_decay)
    for _ in range(run.epochs):
        optimizer.zero_grad()
        loss(_mask(run, len(x), generator)).backward()
        optimizer.step()
    with torch.no_grad():
        loss_end = float(loss())
    weights = start | {"w_end": w.detach(), "a_end": a.detach()}
    with np.errstate(over="ignore"):  # weights of a diverged run may be too large for float32
        kept = {name: value.numpy().astype(np.float32).ravel() for name, value in weights.items()}
    status = "completed" if np.isfinite(loss_end) else "diverged"
    return {"status": status, "steps": run.epochs, "loss_start": loss_start, "loss_end": loss_end} | kept


def _mask(run: RegularisedRun, n: int, generator: np.random.Generator) -> torch.Tensor | None:
    """Return the factors of inverted dropout, 0 or 1 / (1 - p), (n, m); None without dropout."""
    if run.dropout == 0.0:
        return None
    kept = generator.random((n, run.m)) >= run.dropout
    return torch.from_numpy(kept / (1.0 - run.dropout))
