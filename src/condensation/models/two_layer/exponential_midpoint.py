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
_SHORTEST = 1e-12  # h |K| below which a run is stuck


@dataclass(frozen=True)
class Flow:
    """End of a run: balanced state, status (converged, stuck, step_limit, diverged), steps, time, R_S at both ends."""

    u: Array
    w: Array
    b: Array
    status: str
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

    A step is kept when the loss does not rise, the frozen kernel predicts the new residual within 1 %, and the kernel
    changes by less than 20 % to the middle.
    """
    e = network_output(u, w, b, c, x) - y
    loss_start = loss = float(e @ e) / (2 * x.size)
    rate = float(np.trace(tangent_kernel(u, w, b, c, x)))
    status = "diverged" if not np.isfinite(loss) else "" if rate else "stuck"  # stuck: no neuron sees a point
    time, steps, h = 0.0, 0, 0.5 / (rate or 1.0)
    while not status:
        if loss < stop_loss or steps == max_steps:
            status = "converged" if loss < stop_loss else "step_limit"
            break
        kernel = tangent_kernel(u, w, b, c, x)
        scale = float(np.linalg.norm(kernel))
        while h * scale > _SHORTEST:
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
            falls = float(e_new @ e_new) <= float(e @ e)
            if excess <= 1.0 and falls:
                break
            h *= max(0.2, 0.8 / np.sqrt(excess)) if excess > 1.0 else 0.5
        else:
            status = "stuck"
            break
        u, w, b, e = u + du, w + dw, b + db, e_new
        time, steps, loss = time + h, steps + 1, float(e @ e) / (2 * x.size)
        h *= min(3.0, 0.9 / np.sqrt(max(excess, 1e-4)))
    return Flow(u, w, b, status, steps, time, loss_start, loss)
