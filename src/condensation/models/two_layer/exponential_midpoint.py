"""Exponential midpoint method for the gradient flow: the cross-check of gradient descent.

Frozen features make the residuals' flow linear, e' = -K e, which is solved exactly; the features are taken at
the middle of the step. A run takes tens of steps instead of thousands.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.models.two_layer.network import displacement, network_output, tangent_kernel

Array = NDArray[np.float64]

_TOLERANCE = 0.01  # residual not explained by the frozen kernel, relative to the residual
_KERNEL_CHANGE = 0.2  # relative change of the kernel to the middle of a step


@dataclass(frozen=True)
class Flow:
    """End of a run: balanced state, whether R_S < stop_loss was reached, steps, time, losses at start and end."""

    u: Array
    w: Array
    b: Array
    converged: bool
    steps: int
    time: float
    loss_start: float
    loss_end: float


def _impulse(kernel: Array, e: Array, h: float) -> tuple[Array, Array]:
    """Return int_0^h exp(-t K) e dt and exp(-h K) e."""
    rates, modes = np.linalg.eigh(kernel)
    rates = np.maximum(rates, 1e-300)
    amplitude = modes.T @ e
    return modes @ (-np.expm1(-rates * h) / rates * amplitude), modes @ (np.exp(-rates * h) * amplitude)


def gradient_flow(
    u: Array, w: Array, b: Array, x: Array, y: Array, c: float, *, stop_loss: float, max_steps: int
) -> Flow:
    """Follow the gradient flow from (u, w, b), each (neurons,), until R_S = 1/(2n) |e|^2 < stop_loss.

    A step is kept when the frozen kernel predicts the new residual within 1 % and changes by less than 20 %.
    """
    e = network_output(u, w, b, c, x) - y
    loss_start = loss = float(e @ e) / (2 * x.size)
    h = 0.5 / float(np.trace(tangent_kernel(u, w, b, c, x)))
    time, steps = 0.0, 0
    while loss >= stop_loss and steps < max_steps:
        kernel = tangent_kernel(u, w, b, c, x)
        scale = float(np.linalg.norm(kernel))
        while True:
            to_middle, _ = _impulse(kernel, e, h / 2)
            du, dw, db = displacement(u, w, b, x, to_middle)
            um, wm, bm = u + du, w + dw, b + db
            middle = tangent_kernel(um, wm, bm, c, x)
            change = float(np.linalg.norm(middle - kernel)) / scale
            whole, predicted = _impulse(middle, e, h)
            du, dw, db = displacement(um, wm, bm, x, whole)
            e_new = network_output(u + du, w + dw, b + db, c, x) - y
            error = float(np.linalg.norm(e_new - predicted) / np.linalg.norm(e))
            excess = max(error / _TOLERANCE, change / _KERNEL_CHANGE)
            if excess <= 1.0:
                break
            h *= max(0.2, 0.8 / np.sqrt(excess))
        u, w, b, e = u + du, w + dw, b + db, e_new
        time, steps, loss = time + h, steps + 1, float(e @ e) / (2 * x.size)
        h *= min(3.0, 0.9 / np.sqrt(max(excess, 1e-4)))
    return Flow(u, w, b, loss < stop_loss, steps, time, loss_start, loss)
