"""The optimiser of a training on the CPU: AdamW in one compiled loop, float32."""

import numpy as np
from numba import njit


@njit(fastmath=True, error_model="numpy", cache=True)
def adamw(theta, gradient, m, v, step, rate, decay, clip):
    """One step of AdamW (betas .9, .999, epsilon 1e-8) after clipping |gradient| to `clip`; step counts from 1.

    theta <- (1 - rate decay) theta - rate m^ / (sqrt(v^) + epsilon), as torch.optim.AdamW. Returns |gradient|.
    """
    beta1, beta2 = 0.9, 0.999
    square = 0.0
    for i in range(theta.size):
        square += np.float64(gradient[i]) * np.float64(gradient[i])
    norm = np.sqrt(square)
    factor = np.float32(min(1.0, clip / (norm + 1e-6)))
    keep = np.float32(1.0 - rate * decay)
    size = np.float32(rate / (1.0 - beta1**step))
    root = np.float32(1.0 / np.sqrt(1.0 - beta2**step))
    b1, b2, c1, c2 = np.float32(beta1), np.float32(beta2), np.float32(1.0 - beta1), np.float32(1.0 - beta2)
    epsilon = np.float32(1e-8)
    for i in range(theta.size):
        g = gradient[i] * factor
        m[i] = b1 * m[i] + c1 * g
        v[i] = b2 * v[i] + c2 * g * g
        theta[i] = keep * theta[i] - size * m[i] / (np.sqrt(v[i]) * root + epsilon)
    return norm
