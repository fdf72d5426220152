"""Gradient flow of a two-layer network with any activation, followed by gradient descent in safe steps."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

STOP_LOSS = 1e-6
_GROWTH = 0.1  # largest relative change of the weights in a step; without it the first step jumps over the plateau


@dataclass(frozen=True)
class Flow:
    """End of a run: weights w (m, d + 1) and a (m,), steps, and R_S at the start and the end."""

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
    kernel (1 is half of gradient descent's stability limit), and changes neither |w| nor |a| by more than a tenth.
    """
    n = len(y)
    inputs = (x**2).sum(dim=1)[:, None]  # |x_i|^2
    loss_start = loss = float("nan")
    for steps in range(most_steps + 1):
        z = (x @ w.T).requires_grad_()
        features = activation(z)
        (slopes,) = torch.autograd.grad(features.sum(), z)
        features = features.detach()
        e = features @ a / alpha - y
        loss = float(e @ e) / (2 * n)
        loss_start = loss if steps == 0 else loss_start
        if not STOP_LOSS <= loss < float("inf") or steps == most_steps:
            break
        moving = slopes * a
        trace = float((features**2).sum() + (moving**2 * inputs).sum()) / (n * alpha**2)
        da, dw = features.T @ e / (n * alpha), (moving * e[:, None]).T @ x / (n * alpha)
        growth = max(float(da.norm() / a.norm()), float(dw.norm() / w.norm()))
        h = min(step / trace, _GROWTH / growth)
        a, w = a - h * da, w - h * dw
    return Flow(w, a, steps, loss_start, loss)
