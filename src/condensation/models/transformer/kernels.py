"""Compiled loops of the transformer between its matrix products, forward and backward, float32.

Rows are tokens: row 9 b + j is token j of sequence b. numba's cache looks at the file of the function it calls, so all
of it is in this file.
"""

import numpy as np
from numba import njit

LENGTH = 9
EPSILON = np.float32(1e-5)  # of LayerNorm, as in torch
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)


@njit(fastmath=True, error_model="numpy", cache=True)
def gather(table, tokens, positions, out):
    """out_n = table[token n] + table[positions + j], j the token's place in its sequence."""
    for n in range(out.shape[0]):
        t, p = tokens[n], positions + n % LENGTH
        for i in range(out.shape[1]):
            out[n, i] = table[t, i] + table[p, i]


@njit(fastmath=True, error_model="numpy", cache=True)
def scatter(gradient, tokens, positions, out):
    """Transpose of `gather`, added to out."""
    for n in range(gradient.shape[0]):
        t, p = tokens[n], positions + n % LENGTH
        for i in range(gradient.shape[1]):
            out[t, i] += gradient[n, i]
            out[p, i] += gradient[n, i]


@njit(fastmath=True, error_model="numpy", cache=True)
def attend(q, k, v, scale, weights, context):
    """Causal attention: weights (n / 9, 9, 9) = softmax(scale q k^T), context = weights v."""
    for b in range(weights.shape[0]):
        first = b * LENGTH
        for i in range(LENGTH):
            largest = np.float32(-np.inf)
            for j in range(i + 1):
                s = _ZERO
                for c in range(q.shape[1]):
                    s += q[first + i, c] * k[first + j, c]
                s *= scale
                weights[b, i, j] = s
                largest = max(largest, s)
            total = _ZERO
            for j in range(i + 1):
                e = np.exp(weights[b, i, j] - largest)
                weights[b, i, j] = e
                total += e
            for c in range(q.shape[1]):
                context[first + i, c] = _ZERO
            for j in range(i + 1):
                a = weights[b, i, j] / total
                weights[b, i, j] = a
                for c in range(q.shape[1]):
                    context[first + i, c] += a * v[first + j, c]


@njit(fastmath=True, error_model="numpy", cache=True)
def attend_backward(q, k, v, scale, weights, dcontext, dq, dk, dv):
    """Gradients of q, k, v from that of the context."""
    ds = np.empty(LENGTH, dtype=np.float32)
    for b in range(weights.shape[0]):
        first = b * LENGTH
        for j in range(LENGTH):
            for c in range(q.shape[1]):
                dk[first + j, c] = _ZERO
                dv[first + j, c] = _ZERO
        for i in range(LENGTH):
            mean = _ZERO
            for j in range(i + 1):
                a, s = weights[b, i, j], _ZERO
                for c in range(q.shape[1]):
                    s += dcontext[first + i, c] * v[first + j, c]
                for c in range(q.shape[1]):
                    dv[first + j, c] += a * dcontext[first + i, c]
                ds[j] = s
                mean += a * s
            for c in range(q.shape[1]):
                dq[first + i, c] = _ZERO
            for j in range(i + 1):
                s = scale * weights[b, i, j] * (ds[j] - mean)
                for c in range(q.shape[1]):
                    dq[first + i, c] += s * k[first + j, c]
                for c in range(q.shape[1]):
                    dk[first + j, c] += s * q[first + i, c]


@njit(fastmath=True, error_model="numpy", cache=True)
def read_last(u, h, scale, weights, context):
    """Attention of the last token alone: weights (n, 9) = softmax(scale u . h_j), context = sum_j weights_j h_j."""
    for b in range(u.shape[0]):
        first = b * LENGTH
        largest = np.float32(-np.inf)
        for j in range(LENGTH):
            s = _ZERO
            for c in range(u.shape[1]):
                s += u[b, c] * h[first + j, c]
            s *= scale
            weights[b, j] = s
            largest = max(largest, s)
        total = _ZERO
        for j in range(LENGTH):
            e = np.exp(weights[b, j] - largest)
            weights[b, j] = e
            total += e
        for c in range(u.shape[1]):
            context[b, c] = _ZERO
        for j in range(LENGTH):
            a = weights[b, j] / total
            weights[b, j] = a
            for c in range(u.shape[1]):
                context[b, c] += a * h[first + j, c]


@njit(fastmath=True, error_model="numpy", cache=True)
def read_last_backward(u, h, scale, weights, dcontext, du, dh):
    """Gradients of u and of all h from that of the context (dh is written, not added to)."""
    ds = np.empty(LENGTH, dtype=np.float32)
    for b in range(u.shape[0]):
        first = b * LENGTH
        mean = _ZERO
        for j in range(LENGTH):
            s = _ZERO
            for c in range(u.shape[1]):
                s += dcontext[b, c] * h[first + j, c]
            ds[j] = s
            mean += weights[b, j] * s
        for c in range(u.shape[1]):
            du[b, c] = _ZERO
        for j in range(LENGTH):
            a = weights[b, j]
            s = scale * a * (ds[j] - mean)
            for c in range(u.shape[1]):
                du[b, c] += s * h[first + j, c]
                dh[first + j, c] = a * dcontext[b, c] + s * u[b, c]


@njit(fastmath=True, error_model="numpy", cache=True)
def add_norm(x, residual, gain, shift, normed, inverse, out):
    """out = gain n + shift, n = (s - mean s) / sqrt(var s + epsilon), s = x + residual; keeps n and 1 / sqrt."""
    width = np.float32(x.shape[1])
    for n in range(x.shape[0]):
        mean = _ZERO
        for i in range(x.shape[1]):
            s = x[n, i] + residual[n, i]
            normed[n, i] = s
            mean += s
        mean /= width
        variance = _ZERO
        for i in range(x.shape[1]):
            s = normed[n, i] - mean
            variance += s * s
        r = _ONE / np.sqrt(variance / width + EPSILON)
        inverse[n] = r
        for i in range(x.shape[1]):
            s = (normed[n, i] - mean) * r
            normed[n, i] = s
            out[n, i] = gain[i] * s + shift[i]


@njit(fastmath=True, error_model="numpy", cache=True)
def add_norm_backward(gradient, gain, normed, inverse, dgain, dshift, out):
    """Gradient of s = x + residual from that of the norm's output; adds to those of gain and shift."""
    width = np.float32(gradient.shape[1])
    for n in range(gradient.shape[0]):
        a, b = _ZERO, _ZERO
        for i in range(gradient.shape[1]):
            g = gradient[n, i]
            dgain[i] += g * normed[n, i]
            dshift[i] += g
            g *= gain[i]
            a += g
            b += g * normed[n, i]
        a /= width
        b /= width
        r = inverse[n]
        for i in range(gradient.shape[1]):
            out[n, i] = r * (gain[i] * gradient[n, i] - a - b * normed[n, i])


@njit(fastmath=True, error_model="numpy", cache=True)
def relu(x):
    """x = max(x, 0) in place."""
    for n in range(x.shape[0]):
        for i in range(x.shape[1]):
            x[n, i] = max(x[n, i], _ZERO)


@njit(fastmath=True, error_model="numpy", cache=True)
def relu_backward(gradient, activation):
    """Gradient = 0 in place where the activation is 0."""
    for n in range(gradient.shape[0]):
        for i in range(gradient.shape[1]):
            gradient[n, i] = gradient[n, i] if activation[n, i] > _ZERO else _ZERO


@njit(fastmath=True, error_model="numpy", cache=True)
def cross_entropy(logits, bias, answers, weight, dbias):
    """Return weight sum_b -log softmax(logits + bias)[answer b]; logits become its gradient, added to the bias's."""
    loss = 0.0
    for b in range(logits.shape[0]):
        largest = np.float32(-np.inf)
        for i in range(logits.shape[1]):
            logits[b, i] += bias[i]
            largest = max(largest, logits[b, i])
        answer = answers[b]
        margin = logits[b, answer] - largest
        total = _ZERO
        for i in range(logits.shape[1]):
            e = np.exp(logits[b, i] - largest)
            logits[b, i] = e
            total += e
        loss += np.log(total) - margin
        for i in range(logits.shape[1]):
            logits[b, i] *= weight / total
        logits[b, answer] -= weight
        for i in range(logits.shape[1]):
            dbias[i] += logits[b, i]
    return loss * weight


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
