"""Closed forms the runs are held against: linear regime, infinite-width kernel, minimal path norm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PathNorm:
    """Minimal path norm P = min sum_j |v_j| with f = sum_j v_j relu(direction_j . (x, 1)) through the data.

    directions: orientations atan2(b, w) in [-pi, pi) of the minimiser; weights: v_j of each.
    """

    value: float
    directions: Array
    weights: Array


def minimal_path_norm(x: Array, y: Array, *, n_directions: int = 20_000) -> PathNorm:
    """Solve the linear program of the condensed regime over a grid of directions.

    For x^2 on four points P = 1.3437 with the two directions -3.017 and -0.125.
    Raises ValueError if no network interpolates the data.
    """
    orientation = -np.pi + 2 * np.pi * np.arange(n_directions) / n_directions
    features = np.maximum(np.outer(x, np.cos(orientation)) + np.sin(orientation), 0.0)
    program = linprog(np.ones(2 * n_directions), A_eq=np.hstack((features, -features)), b_eq=y, method="highs-ds")
    if program.status != 0:
        raise ValueError(f"no network interpolates the data: {program.message}")
    weights = program.x[:n_directions] - program.x[n_directions:]
    chosen = np.abs(weights) > 1e-9 * program.fun
    return PathNorm(float(program.fun), orientation[chosen], weights[chosen])


def condensed_relative_distance(path_norm: float, m: float, gamma: float, gamma_prime: float) -> float:
    """Return RD(theta_w) = sqrt(P kappa' / (4 m kappa)) of the condensed regime with an antisymmetric start."""
    return float(np.sqrt(path_norm * m ** (gamma - gamma_prime) / (4 * m)))


def infinite_width_kernels(x: Array) -> tuple[Array, Array]:
    """Return E_a = E[relu(z_i) relu(z_j)] and E_w = E[1_i 1_j] (x_i x_j + 1) for w ~ N(0, I), each (n, n).

    The arc-cosine kernels of degree one and zero (Cho and Saul, 2009).
    """
    points = np.stack((x, np.ones_like(x)), axis=1)
    gram = points @ points.T
    length = np.sqrt(np.diag(gram))
    cosine = np.clip(gram / np.outer(length, length), -1.0, 1.0)
    angle = np.arccos(cosine)
    e_a = np.outer(length, length) * (np.sin(angle) + (np.pi - angle) * cosine) / (2 * np.pi)
    return e_a, (np.pi - angle) / (2 * np.pi) * gram


def kernel_relative_distance(x: Array, y: Array, m: float, gamma: float, gamma_prime: float) -> float:
    """Return RD(theta_w) of the linear regime at infinite width with an antisymmetric start (2m neurons).

    RD = kappa kappa' sqrt(z' E_w z / 2),  z = [2 m kappa^2 (E_a / kappa' + kappa' E_w)]^-1 y.
    """
    kappa, kappa_prime = m**-gamma, m**-gamma_prime
    e_a, e_w = infinite_width_kernels(x)
    z = np.linalg.solve(2 * m * kappa**2 * (e_a / kappa_prime + kappa_prime * e_w), y)
    return float(kappa * kappa_prime * np.sqrt(z @ e_w @ z / 2))
