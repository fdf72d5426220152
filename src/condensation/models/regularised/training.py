"""Train a batch of two-layer networks with an optimiser of torch, or along the gradient flow."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from condensation.models.regularised.flow import Flow, gradient_flow
from condensation.models.regularised.run import RegularisedRun
from condensation.models.regularised.tasks import ACTIVATIONS, task_data

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def train(runs: Sequence[RegularisedRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    status (completed; of a flow converged, step_limit or stuck; diverged where the loss is not finite), steps,
    loss_start and loss_end (R_S = 1/(2n) |f - y|^2 without dropout), rd_w = |w - w(0)| / |w(0)| at the end, and in
    float32 the input weights with bias, (m, d + 1) row by row, and output weights (m,) at the start and the end (empty
    for a flow).
    """
    torch.set_num_threads(1)  # sums in one order, whatever `threads` is
    results = [_train(run) for run in runs]
    return {name: [result[name] for result in results] for name in results[0]}


def _train(run: RegularisedRun) -> dict[str, Any]:
    generator = np.random.default_rng(run.seed)
    x, y = (torch.from_numpy(values) for values in task_data(run.task, generator=generator))
    x = torch.cat((x, torch.ones(len(x), 1, dtype=x.dtype)), dim=1)
    w = torch.from_numpy(run.std * generator.standard_normal((run.m, x.shape[1])))
    a = torch.from_numpy(run.std * generator.standard_normal(run.m))
    if run.optimizer == "flow":
        # a second copy of opposite sign: the output is zero at the start, as in the two-layer phase diagram
        w, a = torch.cat((w, w)), torch.cat((a, -a))
        end = gradient_flow(
            w, a, x, y, ACTIVATIONS[run.activation], alpha=run.alpha, step=run.learning_rate, most_steps=run.epochs
        )
    else:
        end = _optimise(run, w, a, x, y, generator)
    kept = {"w_start": w, "a_start": a, "w_end": end.w, "a_end": end.a}
    with np.errstate(over="ignore"):  # weights of a diverged run may be too large for float32
        weights = {
            name: value.numpy().astype(np.float32).ravel()[: 0 if run.optimizer == "flow" else None]
            for name, value in kept.items()
        }
    return {
        "status": end.status,
        "steps": end.steps,
        "loss_start": end.loss_start,
        "loss_end": end.loss_end,
        "rd_w": float((end.w - w).norm() / w.norm()),
    } | weights


def _optimise(run: RegularisedRun, w: Tensor, a: Tensor, x: Tensor, y: Tensor, generator: np.random.Generator) -> Flow:
    """Take the run's steps with its optimiser of torch."""
    activation = ACTIVATIONS[run.activation]
    w, a = w.clone().requires_grad_(), a.clone().requires_grad_()

    def loss(mask: Tensor | None = None) -> Tensor:
        features = activation(x @ w.T)
        if mask is not None:
            features = features * mask
        return ((features @ a / run.alpha - y) ** 2).mean() / 2

    with torch.no_grad():
        loss_start = float(loss())
    optimizer = OPTIMIZERS[run.optimizer]([w, a], lr=run.learning_rate, weight_decay=run.weight_decay)
    for _ in range(run.epochs):
        optimizer.zero_grad()
        loss(_mask(run, len(x), generator)).backward()
        optimizer.step()
    with torch.no_grad():
        loss_end = float(loss())
    status = "completed" if np.isfinite(loss_end) else "diverged"
    return Flow(status, w.detach(), a.detach(), run.epochs, loss_start, loss_end)


def _mask(run: RegularisedRun, n: int, generator: np.random.Generator) -> Tensor | None:
    """Return the factors of inverted dropout, 0 or 1 / (1 - p), (n, m); None without dropout."""
    if run.dropout == 0.0:
        return None
    kept = generator.random((n, run.m)) >= run.dropout
    return torch.from_numpy(kept / (1.0 - run.dropout))
