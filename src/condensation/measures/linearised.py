"""The linearised model as a function: features frozen at the start, trained to the end on the same data."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.models.two_layer.network import displacement, network_output, pre_activation, tangent_kernel

Array = NDArray[np.float64]


def linearised_output(u: Array, w: Array, b: Array, c: float, x: Array, y: Array, inputs: Array) -> Array:
    """Return f_lin = f + grad f . (theta_lin - theta_0) at the inputs, for the start (u, w, b) in balanced variables.

    theta_lin is where gradient descent of the linearised model ends: it fits the data (x, y).
    """
    impulse = np.linalg.lstsq(tangent_kernel(u, w, b, c, x), network_output(u, w, b, c, x) - y)[0]
    du, dw, db = displacement(u, w, b, x, np.asarray(impulse, dtype=np.float64))
    z = pre_activation(w, b, inputs)
    change = du @ np.maximum(z, 0.0) + (u * dw) @ ((z > 0) * inputs) + (u * db) @ (z > 0)
    return network_output(u, w, b, c, inputs) + c * change


def trained_and_linearised(run: pd.Series, x: Array, y: Array, inputs: Array) -> tuple[Array, Array]:
    """Return f of a run that kept its parameters, and f_lin of its start, at the inputs."""
    m = float(run["m"])
    beta2 = m ** run["log_m_beta2"]
    kappa, kappa_prime = m ** -run["gamma"], m ** -run["gamma_prime"]
    states = [
        np.asarray(run[f"snapshot_{name}"], dtype=float).reshape(len(run["snapshot_step"]), -1)[[0, -1]]
        for name in ("a", "w", "b")
    ]
    u, w, b = states[0] / beta2, states[1] / beta2, states[2] / beta2  # u = kappa' a / beta1, beta1 = kappa' beta2
    c = kappa / kappa_prime
    return network_output(u[1], w[1], b[1], c, inputs), linearised_output(u[0], w[0], b[0], c, x, y, inputs)
