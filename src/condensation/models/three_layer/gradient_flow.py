"""Exponential midpoint method for the gradient flow of a three-layer network.

Frozen features make the residuals' flow linear, e' = -K e, which is solved exactly; the features are taken at the
middle of the step (see also condensation.models.two_layer.exponential_midpoint). A run takes tens of steps.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from condensation.models.three_layer.network import (
    State,
    conserved_drift,
    displaced,
    network_output,
    passes,
    tangent_kernel,
)

# with these bounds RD of eight runs at m = 200 and 400 is within 4 % (median 1 %) of what bounds 2.5 to 4 times as
# tight give; in the condensed regimes neurons slide along kinks, and much tighter ones (1 % and 20 %) need a hundred
# times the steps
_UNEXPLAINED = 0.05  # residual that the frozen kernel may miss in a step, relative to the residual
_KERNEL_CHANGE = 0.5  # change of the kernel to the middle of a step, relative
_DRIFT = 0.002  # of the conserved quantity in a step: one wide step across a plateau once drifted by 44 %
_LARGEST_GROWTH = 3.0  # of the step from one to the next
# h |K| of a step that is kept although the kernel jumps: a group of neurons that crosses a data point as one changes K
# by a finite amount however short the step is, and then slides along the kink
_SLIDING = 0.02
_SLIDING_LOSS = 1.01  # by which the loss may grow in such a step
_SHORTEST = 1e-8  # h |K| below which a run is stuck


@dataclass(frozen=True)
class Flow:
    """End of a run: state, status (converged, stuck, step_limit), accepted steps, time s, losses R_S at start and end.

    loss_increase_max: largest relative increase of R_S in a step.
    """

    state: State
    status: str
    steps: int
    time: float
    loss_start: float
    loss_end: float
    loss_increase_max: float


def impulse(kernel: Tensor, e: Tensor, h: float) -> tuple[Tensor, Tensor]:
    """Return int_0^h exp(-t K) e dt and exp(-h K) e, each (n,)."""
    rates, modes = torch.linalg.eigh(kernel)
    rates = rates.clamp(min=1e-300)
    amplitude = modes.T @ e
    return modes @ (-torch.expm1(-rates * h) / rates * amplitude), modes @ (torch.exp(-rates * h) * amplitude)


def gradient_flow(start: State, x: Tensor, y: Tensor, c: float, *, stop_loss: float, max_steps: int) -> Flow:
    """Follow the gradient flow of the centred output f - f(t=0) until R_S = 1/(2n) |e|^2 < stop_loss.

    x: rows (x_i, 1), shape (n, 2); y: (n,). A step is kept when the kernel, frozen at its middle, predicts the new
    residuals within 5 %, has changed by less than half to the middle, and the conserved quantity by less than 0.2 %.
    """
    n, state = len(x), start
    f_start = network_output(start, c, x)
    e = -y.clone()
    loss_start = loss = float(e @ e) / (2 * n)
    now = passes(state, c, x)
    kernel = tangent_kernel(now, c, x)
    rate = float(kernel.trace())
    h = 0.5 / rate
    time, steps, increase = 0.0, 0, 0.0
    while loss >= stop_loss and steps < max_steps and h * rate > _SHORTEST:
        middle = displaced(state, now, x, impulse(kernel, e, h / 2)[0])
        at_middle = passes(middle, c, x)
        kernel_middle = tangent_kernel(at_middle, c, x)
        change = float(torch.linalg.norm(kernel_middle - kernel) / torch.linalg.norm(kernel))
        whole, predicted = impulse(kernel_middle, e, h)
        end = displaced(state, at_middle, x, whole)
        at_end = passes(end, c, x)
        e_end = at_end.f - f_start - y
        unexplained = float(torch.linalg.norm(e_end - predicted) / torch.linalg.norm(e))
        kernel_end = tangent_kernel(at_end, c, x)
        # growth from a small start is faster than exponential: the second half of a step must not run away either
        change = max(
            change, float(torch.linalg.norm(kernel_end - kernel_middle) / torch.linalg.norm(kernel_middle)) / 2
        )
        excess = max(unexplained / _UNEXPLAINED, change / _KERNEL_CHANGE, conserved_drift(state, end) / _DRIFT)
        fastest = max(rate, float(kernel_middle.trace()), float(kernel_end.trace()))
        slides = h * fastest < _SLIDING and float(e_end @ e_end) < _SLIDING_LOSS * float(e @ e)
        if excess > 1.0 and not slides:
            h *= max(0.2, 0.8 / excess**0.5)
            continue
        before, loss = loss, float(e_end @ e_end) / (2 * n)
        increase = max(increase, loss / before - 1.0)
        state, now, e, kernel = end.gathered(), at_end, e_end, kernel_end
        rate = float(kernel.trace())
        time, steps = time + h, steps + 1
        if excess > 1.0:  # slides: shorter steps would see the same jumps, and end as a stuck run
            h = 0.9 * _SLIDING / fastest
        else:
            h *= min(_LARGEST_GROWTH, 0.9 / max(excess, 1e-4) ** 0.5)
    status = "converged" if loss < stop_loss else "step_limit" if steps >= max_steps else "stuck"
    return Flow(state, status, steps, time, loss_start, loss, increase)
