"""Gradient flow of a two-layer network with any activation, followed by gradient descent in safe steps."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

STOP_LOSS = 1e-6
_GROWTH = 0.1  # largest relative change of the weights in a step; without it the first step jumps over the plateau
_ROUND_OFF = 1e-12  # relative rise of the loss that is no rise
_SHORTEST = 1e-8  # step in units of 1 / trace K below which a run is stuck


@dataclass(frozen=True)
class Flow:
    """End of a run: status, weights w (m, d + 1) and a (m,), steps, and R_S at the start and the end."""

    status: str
    w: Tensor
    a: Tensor
    steps: int
    loss_start: float
    loss_end: float


def gradient_flow(
    w: Tensor,
    a: Tensor,
    x: Tensor,
    y: Tensor,
    activation: Callable[[Tensor], Tensor],
    *,
    alpha: float,
    step: float,
    most_steps: int,
) -> Flow:
    """Follow d theta/dt = -grad R_S of f = (1/alpha) sum_k a_k sigma(w_k . x) until R_S < STOP_LOSS or most_steps.

    w (m, d + 1), a (m,), x (n, d + 1) with a last column of ones, y (n,). A step is `step` / trace K, K the tangent
    kernel (1 is half of gradient descent's stability limit), and changes neither |w| nor |a| by more than a tenth; one
    that raises the loss is halved until it does not. status: converged, step_limit, stuck where no step lowers the
    loss, diverged where it is not finite at the start.
    """
    n = len(y)
    inputs = (x**2).sum(dim=1)[:, None]  # |x_i|^2
    features, slopes, e, loss = _seen(w, a, x, y, activation, alpha)
    loss_start, steps, status = loss, 0, "diverged"
    while STOP_LOSS <= loss < float("inf") and steps < most_steps:
        moving = slopes * a
        trace = float((features**2).sum() + (moving**2 * inputs).sum()) / (n * alpha**2)
        da, dw = features.T @ e / (n * alpha), (moving * e[:, None]).T @ x / (n * alpha)
        growth = max(float(da.norm() / a.norm()), float(dw.norm() / w.norm()))
        if not growth:  # no neuron sees a point, or all their pulls cancel
            return Flow("stuck", w, a, steps, loss_start, loss)
        h = min(step / trace, _GROWTH / growth)
        while not (now := _seen(w - h * dw, a - h * da, x, y, activation, alpha))[-1] <= loss * (1 + _ROUND_OFF):
            h /= 2
            if not h * trace > _SHORTEST:
                return Flow("stuck", w, a, steps, loss_start, loss)
        a, w, steps = a - h * da, w - h * dw, steps + 1
        features, slopes, e, loss = now
    if loss < float("inf"):
        status = "converged" if loss < STOP_LOSS else "step_limit"
    return Flow(status, w, a, steps, loss_start, loss)


def _seen(
    w: Tensor, a: Tensor, x: Tensor, y: Tensor, activation: Callable[[Tensor], Tensor], alpha: float
) -> tuple[Tensor, Tensor, Tensor, float]:
    """Return sigma(w_k . x_i) and sigma'(w_k . x_i), each (n, m), the residuals (n,) and R_S."""
    z = (x @ w.T).requires_grad_()
    features = activation(z)
    (slopes,) = torch.autograd.grad(features.sum(), z)
    features = features.detach()
    e = features @ a / alpha - y
    return features, slopes, e, float(e @ e) / (2 * len(y))
