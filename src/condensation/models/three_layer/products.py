"""One pass over the large matrix: forward through the second layer, along each neuron's path, and backward again.

P2 = s N with N in float32 (random numbers, exact in it) is read once a pass, eight rows and four data points at a time.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from condensation.models.three_layer.kinks import follow, patterns_at_kinks

Array = NDArray[np.float64]

ROWS = 4
POINTS = 4  # a multiple of them is handled at a time: arrays are filled up with zeros


@njit(fastmath=True, error_model="numpy", cache=True)
def _forward(large, k, h, i, out):
    """out[r, i + p] = N_(k + r) . h_(i + p) for ROWS rows r and POINTS points p."""
    for r in range(0, ROWS, 2):
        one, two = large[k + r], large[k + r + 1]
        a, b, c, d = h[i], h[i + 1], h[i + 2], h[i + 3]
        s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = 0.0
        for column in range(large.shape[1]):
            x, y = np.float64(one[column]), np.float64(two[column])
            s0 += x * a[column]
            s1 += x * b[column]
            s2 += x * c[column]
            s3 += x * d[column]
            t0 += y * a[column]
            t1 += y * b[column]
            t2 += y * c[column]
            t3 += y * d[column]
        out[r, i], out[r, i + 1], out[r, i + 2], out[r, i + 3] = s0, s1, s2, s3
        out[r + 1, i], out[r + 1, i + 1], out[r + 1, i + 2], out[r + 1, i + 3] = t0, t1, t2, t3


@njit(fastmath=True, error_model="numpy", cache=True)
def _backward(large, k, d, i, out):
    """out[i + p] += sum_r d[r, i + p] N_(k + r) for ROWS rows r and POINTS points p."""
    one, two, three, four = large[k], large[k + 1], large[k + 2], large[k + 3]
    for p in range(i, i + POINTS, 2):
        a, b, c, e = d[0, p], d[1, p], d[2, p], d[3, p]
        f, g, h, j = d[0, p + 1], d[1, p + 1], d[2, p + 1], d[3, p + 1]
        first, second = out[p], out[p + 1]
        for column in range(large.shape[1]):
            w, x, y, z = (
                np.float64(one[column]),
                np.float64(two[column]),
                np.float64(three[column]),
                np.float64(four[column]),
            )
            first[column] += a * w + b * x + c * y + e * z
            second[column] += f * w + g * x + h * y + j * z


@njit(error_model="numpy", cache=True)
def pass_through(large, scale, low, h, z, p3, p3_after, c, matrix, turning, sent, ahead, now, mean, back):
    """Move every neuron of the second layer along its path and pull the new output weights back through P2(0).

    large: N (rows, m), rows beyond the neurons are zero; low: (m, n), what else than scale * N h gives P2 h + b2 before
    the step's own change; h: (points, m), new features of the first layer, points beyond n are zero; z: (m, n),
    pre-activations, moved in place; p3, p3_after: (m,), output weights of the frozen fields and those pulled back;
    c: (n,), impulses / n; matrix: (n, n), (h_i, 1) . (h_j, 1) of new and frozen features; turning: (m, n, n), the same
    for the first layer's reaction; sent: (m, n), activities whose reaction h has already. now, mean: (m, n), activities
    at the end and on average. back: (points, m), N' (p3_after a) times scale, with a = now. If ahead, z and now are
    those half of a step on, but mean, and a with it, is the average over the whole step.
    """
    m, n = z.shape
    points = h.shape[0]
    forward, d = np.zeros((ROWS, points)), np.zeros((ROWS, points))
    moved, path, u, weighted, v = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    later, then, full = np.zeros(n), np.zeros(n), np.zeros((n, n))
    back[:] = 0.0
    for k in range(0, large.shape[0], ROWS):
        for i in range(0, points, POINTS):
            _forward(large, k, h, i, forward)
        d[:] = 0.0
        for r in range(min(ROWS, m - k)):
            neuron = k + r
            on, average = now[neuron], mean[neuron]
            for i in range(n):
                weighted[i] = c[i] * p3[neuron]
                path[i] = z[neuron, i]
            for i in range(n):
                moved[i] = scale * forward[r, i] + low[neuron, i]  # by the inputs alone
                u[i] = moved[i] - path[i]
                for j in range(n):
                    full[i, j] = matrix[i, j] + turning[neuron, i, j]
                    u[i] += turning[neuron, i, j] * weighted[j] * sent[neuron, j]
            follow(path, u, weighted, full, on, average, v)
            for i in range(n):
                z[neuron, i] = moved[i]
                for j in range(n):
                    z[neuron, i] -= matrix[i, j] * weighted[j] * average[j]
            if ahead:
                then[:] = on
                follow(path.copy(), u, weighted, full, then, later, v)
                for i in range(n):
                    average[i] = 0.5 * (average[i] + later[i])
            for i in range(n):
                if path[i] != 0.0:
                    on[i] = 1.0 if z[neuron, i] > 0.0 else 0.0
                d[r, i] = scale * p3_after[neuron] * (average[i] if ahead else on[i])
        for i in range(0, points, POINTS):
            _backward(large, k, d, i, back)


@njit(error_model="numpy", cache=True)
def first_layer_paths(z, back, c, gram, now, mean):
    """Move the pre-activations z (m, n) of the first layer in place under the rates c_j B_jk, back: B (points, m)."""
    m, n = z.shape
    u, weighted, v = np.zeros(n), np.zeros(n), np.zeros(n)
    for k in range(m):
        for i in range(n):
            weighted[i] = c[i] * back[i, k]
        follow(z[k], u, weighted, gram, now[k], mean[k], v)


@njit(error_model="numpy", cache=True)
def first_layer_patterns(z, back, e, gram, now):
    """Set the activities now (m, n) of the first layer for the residuals e (n,)."""
    m, n = z.shape
    u, weighted = np.zeros(n), np.zeros(n)
    for k in range(m):
        for i in range(n):
            weighted[i] = e[i] * back[i, k]
        patterns_at_kinks(z[k], u, weighted, gram, now[k])
