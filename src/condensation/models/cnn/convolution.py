"""The first layer in one pass over the images: 3 x 3 convolution, tanh, 2 x 2 average pool; and its gradient.

Fused, because each step alone would wait for memory: h has 14 values for each pixel of the image. Loops over channels
are innermost and independent, so that they run in vector registers; every sum has one fixed order.
"""

import numba
import numpy as np

SIDE = 28  # of an image
POOLED = 13  # side after a 3 x 3 convolution without padding (26) and a 2 x 2 pool
TAPS = 9  # weights of a 3 x 3 kernel

# tanh(z) = z P(z^2) / Q(z^2) for |z| <= 7.905 to a few units in the last place of float32, tiny z included
# (the rational minimax approximation of the library Eigen)
_BOUND = np.float32(7.90531110763549805)
_P = tuple(
    np.float32(value)
    for value in (
        4.89352455891786e-03, 6.37261928875436e-04, 1.48572235717979e-05, 5.12229709037114e-08,
        -8.60467152213735e-11, 2.00018790482477e-13, -2.76076847742355e-16,
    )
)  # fmt: skip
_Q = tuple(
    np.float32(value)
    for value in (4.89352518554385e-03, 2.26843463243900e-03, 1.18534705686654e-04, 1.19825839466702e-06)
)
_P0, _P1, _P2, _P3, _P4, _P5, _P6 = _P
_Q0, _Q1, _Q2, _Q3 = _Q
_QUARTER, _ONE = np.float32(0.25), np.float32(1.0)


@numba.njit(inline="always")
def _tanh(z):
    z = min(max(z, -_BOUND), _BOUND)
    s = z * z
    p = ((((((_P6 * s + _P5) * s + _P4) * s + _P3) * s + _P2) * s + _P1) * s + _P0) * z
    return p / (((_Q3 * s + _Q2) * s + _Q1) * s + _Q0)


@numba.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def forward(x, w, b, h, p):
    """Compute h = tanh(w * x + b) and its means p over 2 x 2 positions, in place.

    x: (n, 28, 28). w: (9, C), tap by tap. b: (C,). h: (n, 13, 13, 4, C), the four positions of a pool together.
    p: (n, 13, 13, C). All float32.
    """
    channels = b.size
    for i in range(x.shape[0]):
        for r in range(POOLED):
            for s in range(POOLED):
                pooled = p[i, r, s]
                for q in range(4):
                    y, u = 2 * r + q // 2, 2 * s + q % 2
                    x0, x1, x2 = x[i, y, u], x[i, y, u + 1], x[i, y, u + 2]
                    x3, x4, x5 = x[i, y + 1, u], x[i, y + 1, u + 1], x[i, y + 1, u + 2]
                    x6, x7, x8 = x[i, y + 2, u], x[i, y + 2, u + 1], x[i, y + 2, u + 2]
                    out = h[i, r, s, q]
                    for c in range(channels):
                        z = b[c] + w[0, c] * x0 + w[1, c] * x1 + w[2, c] * x2 + w[3, c] * x3 + w[4, c] * x4
                        z = z + w[5, c] * x5 + w[6, c] * x6 + w[7, c] * x7 + w[8, c] * x8
                        out[c] = _tanh(z)
                for c in range(channels):
                    pooled[c] = _QUARTER * (h[i, r, s, 0, c] + h[i, r, s, 1, c] + h[i, r, s, 2, c] + h[i, r, s, 3, c])


@numba.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def backward(x, h, dp, dw, db):
    """Compute the gradients dw (9, C) and db (C,) from dp (n, 13, 13, C), in place; other shapes as in forward."""
    channels = db.size
    dw[:] = 0
    db[:] = 0
    for i in range(x.shape[0]):
        for r in range(POOLED):
            for s in range(POOLED):
                pooled = dp[i, r, s]
                for q in range(4):
                    y, u = 2 * r + q // 2, 2 * s + q % 2
                    x0, x1, x2 = x[i, y, u], x[i, y, u + 1], x[i, y, u + 2]
                    x3, x4, x5 = x[i, y + 1, u], x[i, y + 1, u + 1], x[i, y + 1, u + 2]
                    x6, x7, x8 = x[i, y + 2, u], x[i, y + 2, u + 1], x[i, y + 2, u + 2]
                    out = h[i, r, s, q]
                    for c in range(channels):
                        d = _QUARTER * pooled[c] * (_ONE - out[c] * out[c])
                        db[c] += d
                        dw[0, c] += d * x0
                        dw[1, c] += d * x1
                        dw[2, c] += d * x2
                        dw[3, c] += d * x3
                        dw[4, c] += d * x4
                        dw[5, c] += d * x5
                        dw[6, c] += d * x6
                        dw[7, c] += d * x7
                        dw[8, c] += d * x8
