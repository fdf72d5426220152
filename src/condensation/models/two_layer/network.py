"""Output, features and kernel of a two-layer ReLU network in balanced variables."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def pre_activation(w: Array, b: Array, x: Array) -> Array:
    """Return z_ki = w_k x_i + b_k, shape (neurons, n)."""
    return np.multiply.outer(w, x) + b[:, None]


def network_output(u: Array, w: Array, b: Array, c: float, x: Array) -> Array:
    """Return f(x_i) = c sum_k u_k relu(w_k x_i + b_k), shape (n,).

    With (a, w, b) in physical units and c = 1 / alpha this is the lecture's f.
    """
    return c * np.array([u @ np.maximum(w * xi + b, 0.0) for xi in x])


def tangent_kernel(u: Array, w: Array, b: Array, c: float, x: Array) -> Array:
    """Return K of the residuals' flow e' = -K e, shape (n, n).

    K = (c / n) [R'R + (u 1)'(u 1) o XX'], R = relu(z), X rows (x_i, 1).
    """
    z = pre_activation(w, b, x)
    features, active = np.maximum(z, 0.0), u[:, None] * (z > 0)
    return c / x.size * (features.T @ features + active.T @ active * (np.multiply.outer(x, x) + 1.0))


def displacement(u: Array, w: Array, b: Array, x: Array, impulse: Array) -> tuple[Array, Array, Array]:
    """Return (du, dw, db) for frozen features and the time integral of the residuals E_i = int e_i ds, shape (n,).

    du_k = -(1/n) sum_i relu(z_ki) E_i,  d(w_k, b_k) = -(1/n) u_k sum_i 1[z_ki > 0] (x_i, 1) E_i.
    """
    z = pre_activation(w, b, x)
    weighted = (z > 0) * (impulse / x.size)
    return -np.sum(weighted * z, axis=1), -u * (weighted @ x), -u * weighted.sum(axis=1)
