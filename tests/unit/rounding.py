"""Bounds that follow from the arithmetic of the step control."""

import numpy as np


def largest_rise(loss_start: float, loss_end: float) -> float:
    """Return the relative rise of the loss that the step control takes for rounding.

    1e-12 of the loss before the step and 1e-26 of the loss at the start; the recorded quotient is rounded twice.
    """
    return 1e-12 + 1e-26 * loss_start / max(loss_end, np.finfo(float).tiny) + 2 * np.finfo(float).eps
