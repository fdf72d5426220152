"""Compiled loops of the transformer between its matrix products, forward and backward, float32.

Rows are tokens: row 9 b + j is token j of sequence b. What a product of bfloat16 factors returns (`residual`, `u`,
`dcontext`, q, k, v) may be bfloat16; it comes as its bits in an array of uint16. numba's cache looks at the file of the
function it calls, so all of it is in this file.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numba import njit, types
from numba.extending import overload

LENGTH = 9
EPSILON = np.float32(1e-5)  # of LayerNorm, as in torch
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)

_compiled = njit(fastmath=True, error_model="numpy", cache=True)


def on_tensors(loop: Callable[..., Any], *arguments: Any) -> Any:
    """Call a loop with tensors (and numbers): it works on their memory; bfloat16 becomes its bits."""
    return loop(*(_array(value) if isinstance(value, torch.Tensor) else value for value in arguments))


def _array(tensor: torch.Tensor) -> np.ndarray:
    return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


def _number(x):
    """Return a float32 as it stands, and bfloat16 bits as the float32 of which they are the upper half."""


@overload(_number, inline="always")
def _number_of(x):
    if x == types.uint16:
        return lambda x: np.uint32(np.uint32(x) << np.uint32(16)).view(np.float32)
    return lambda x: x


@_compiled
def gather(table, tokens, positions, out):
    """out_n = table[token n] + table[positions + j], j the token's place in its sequence."""
    for n in range(out.shape[0]):
        t, p = tokens[n], positions + n % LENGTH
        for i in range(out.shape[1]):
            out[n, i] = table[t, i] + table[p, i]


@_compiled
def scatter(gradient, tokens, positions, out):
    """Transpose of `gather`, added to out."""
    for n in range(gradient.shape[0]):
        t, p = tokens[n], positions + n % LENGTH
        for i in range(gradient.shape[1]):
            out[t, i] += gradient[n, i]
            out[p, i] += gradient[n, i]


@_compiled
def attend(q, k, v, scale, weights, context):
    """Causal attention: weights (n / 9, 9, 9) = softmax(scale q k^T), context = weights v."""
    for b in range(weights.shape[0]):
        first = b * LENGTH
        for i in range(LENGTH):
            largest = np.float32(-np.inf)
            for j in range(i + 1):
                s = _ZERO
                for c in range(q.shape[1]):
                    s += _number(q[first + i, c]) * _number(k[first + j, c])
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
                    context[first + i, c] += a * _number(v[first + j, c])


@_compiled
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
                    s += _number(dcontext[first + i, c]) * _number(v[first + j, c])
                for c in range(q.shape[1]):
                    dv[first + j, c] += a * _number(dcontext[first + i, c])
                ds[j] = s
                mean += a * s
            for c in range(q.shape[1]):
                dq[first + i, c] = _ZERO
            for j in range(i + 1):
                s = scale * weights[b, i, j] * (ds[j] - mean)
                for c in range(q.shape[1]):
                    dq[first + i, c] += s * _number(k[first + j, c])
                for c in range(q.shape[1]):
                    dk[first + j, c] += s * _number(q[first + i, c])


@_compiled
def read_last(u, h, scale, weights, context):
    """Attention of the last token alone: weights (n, 9) = softmax(scale u . h_j), context = sum_j weights_j h_j."""
    for b in range(u.shape[0]):
        first = b * LENGTH
        largest = np.float32(-np.inf)
        for j in range(LENGTH):
            s = _ZERO
            for c in range(u.shape[1]):
                s += _number(u[b, c]) * h[first + j, c]
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


@_compiled
def read_last_backward(u, h, scale, weights, dcontext, du, dh):
    """Gradients of u and of all h from that of the context (dh is written, not added to)."""
    ds = np.empty(LENGTH, dtype=np.float32)
    for b in range(u.shape[0]):
        first = b * LENGTH
        mean = _ZERO
        for j in range(LENGTH):
            s = _ZERO
            for c in range(u.shape[1]):
                s += _number(dcontext[b, c]) * h[first + j, c]
            ds[j] = s
            mean += weights[b, j] * s
        for c in range(u.shape[1]):
            du[b, c] = _ZERO
        for j in range(LENGTH):
            a = weights[b, j]
            s = scale * a * (ds[j] - mean)
            for c in range(u.shape[1]):
                du[b, c] += s * h[first + j, c]
                dh[first + j, c] = a * _number(dcontext[b, c]) + s * _number(u[b, c])


@_compiled
def add_norm(x, residual, gain, shift, normed, inverse, out):
    """out = gain n + shift, n = (s - mean s) / sqrt(var s + epsilon), s = x + residual; keeps n and 1 / sqrt."""
    width = np.float32(x.shape[1])
    for n in range(x.shape[0]):
        mean = _ZERO
        for i in range(x.shape[1]):
            s = x[n, i] + _number(residual[n, i])
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


@_compiled
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


@_compiled
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
