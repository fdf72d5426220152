"""Paths of one neuron's pre-activations through the kinks of the ReLU within a step: a piecewise linear Filippov flow.

With the fields of the other neurons frozen, pre-activations z_i of one neuron at the n data points move by
dz_i / dt = u_i - sum_j M_ij c_j a_j, where a_j = 1 if z_j > 0 and 0 if z_j < 0. At z_j = 0 with c_j > 0 the flow may
push back from both sides: the neuron slides, a_j in (0, 1) holds z_j in place (A. F. Filippov, 1988).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SWEEPS = 60  # of Gauss-Seidel, where a neuron sits at several kinks at once
_SEGMENTS = 6  # a data point, of a path; what is left of it then keeps its last direction


@njit(cache=True)
def patterns_at_kinks(z: Array, u: Array, c: Array, matrix: Array, now: Array) -> None:
    """Set now_i, the activity of every point, in place; at z_i = 0 it follows from the velocities on both sides.

    now holds earlier activities at z_i = 0: where the flow leaves the kink on both sides, a neuron keeps its own.
    """
    n, at_kink = z.size, 0
    for i in range(n):
        if z[i] != 0.0:
            now[i] = 1.0 if z[i] > 0.0 else 0.0
        else:
            at_kink += 1
    if at_kink == 0:
        return
    for _ in range(_SWEEPS):
        change = 0.0
        for i in range(n):
            if z[i] != 0.0:
                continue
            off = u[i]  # velocity of z_i were the neuron off at i
            for j in range(n):
                if j != i:
                    off -= matrix[i, j] * c[j] * now[j]
            on_off = c[i] * matrix[i, i]
            if on_off > 0.0:
                value = min(max(off / on_off, 0.0), 1.0)
            elif off > 0.0 and off > on_off:
                value = 1.0
            elif off <= 0.0 and off <= on_off:
                value = 0.0
            else:
                value = 1.0 if now[i] > 0.5 else 0.0
            change = max(change, abs(value - now[i]))
            now[i] = value
        if at_kink == 1 or change < 1e-13:
            return


@njit(cache=True)
def follow(z: Array, u: Array, c: Array, matrix: Array, now: Array, mean: Array, v: Array) -> None:
    """Move z in place along the flow for a unit of time; mean: average activity, now: the one at the end; v: scratch.

    All arrays (n,), matrix (n, n). Exact but for paths that meet more than 6 n kinks.
    """
    n, left = z.size, 1.0
    mean[:] = 0.0
    for segment in range(_SEGMENTS * n):
        patterns_at_kinks(z, u, c, matrix, now)
        duration, hit = left, -1
        for i in range(n):
            v[i] = u[i]
            for j in range(n):
                v[i] -= matrix[i, j] * c[j] * now[j]
            if z[i] == 0.0:
                if now[i] == 1.0:
                    v[i] = max(v[i], 0.0)
                elif now[i] == 0.0:
                    v[i] = min(v[i], 0.0)
                else:
                    v[i] = 0.0
            elif z[i] * v[i] < 0.0 and segment < _SEGMENTS * n - 1:
                until = -z[i] / v[i]
                if until < duration:
                    duration, hit = until, i
        for i in range(n):
            mean[i] += duration * now[i]
            z[i] += duration * v[i]
        if hit < 0:
            return
        z[hit] = 0.0
        left -= duration
