"""Gradient descent of two-layer ReLU networks, a whole run in one compiled function.

In balanced variables (see `initial_state`) the gradient flow of R_S = 1/(2n) sum_i e_i^2, e_i = f(x_i) - y_i, reads

    f = c sum_k u_k relu(w_k x + b_k),   c = kappa / kappa',
    du_k/ds = -(1/n) sum_i relu(w_k x_i + b_k) e_i,
    d(w_k, b_k)/ds = -(1/n) u_k sum_i 1[w_k x_i + b_k > 0] (x_i, 1) e_i.

Neurons meet only in the n residuals, so one pass over (u, w, b) updates every neuron and adds up the new output.
All compiled code is in this one file: numba's cache looks at the file of the function it calls, not at imported ones.
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[np.float64]

CONVERGED, STUCK, STEP_LIMIT, COMPLETED = 0, 1, 2, 3
STATUS = ("converged", "stuck", "step_limit", "completed")

# columns of the numbers `descend_batch` returns for a run
NUMBERS = ("status", "steps", "time", "loss_start", "loss_end", "loss_increase_max", "rd_w_max")

_REFRESH = 16  # steps between two refreshes of the step's bounds; they change by < 5 % in between
_STABLE = 0.5  # step <= _STABLE / trace K: a quarter of gradient descent's stability limit 2 / trace K
_GROWTH = 0.05  # largest relative growth of a neuron in a step; without it the first step jumps over the plateau
_BLOCK = 1024  # neurons of a block in the general sweep: its scratch stays in the first-level cache
_STUCK_STEPS = 5000  # a run whose loss falls by less than _STUCK_FALL in so many steps is stuck
_STUCK_FALL = 1e-6


@njit(fastmath=True, error_model="numpy", cache=True)
def _sweep_four(u, w, b, x, p, s):
    """Update every neuron with the four weighted residuals p_i = h e_i / n; s_i = sum_k u_k relu(w_k x_i + b_k) after.

    Four points stay in registers: this is 3-4 times faster than the general sweep.
    """
    x0, x1, x2, x3 = x[0], x[1], x[2], x[3]
    p0, p1, p2, p3 = p[0], p[1], p[2], p[3]
    r0, r1, r2, r3 = p0 * x0, p1 * x1, p2 * x2, p3 * x3
    s0 = s1 = s2 = s3 = 0.0
    for k in range(u.size):
        uk, wk, bk = u[k], w[k], b[k]
        on0, on1, on2, on3 = wk * x0 + bk > 0.0, wk * x1 + bk > 0.0, wk * x2 + bk > 0.0, wk * x3 + bk > 0.0
        # (gw, gb) = sum_i p_i 1_i (x_i, 1); relu is homogeneous, so sum_i p_i relu_i = (gw, gb) . (w_k, b_k)
        # written as masked additions, which the compiler turns into one instruction each
        gw, gb = r0 if on0 else 0.0, p0 if on0 else 0.0
        gw, gb = gw + r1 if on1 else gw, gb + p1 if on1 else gb
        gw, gb = gw + r2 if on2 else gw, gb + p2 if on2 else gb
        gw, gb = gw + r3 if on3 else gw, gb + p3 if on3 else gb
        un, wn, bn = uk - (wk * gw + bk * gb), wk - uk * gw, bk - uk * gb
        u[k], w[k], b[k] = un, wn, bn
        s0 += un * max(wn * x0 + bn, 0.0)
        s1 += un * max(wn * x1 + bn, 0.0)
        s2 += un * max(wn * x2 + bn, 0.0)
        s3 += un * max(wn * x3 + bn, 0.0)
    s[0], s[1], s[2], s[3] = s0, s1, s2, s3


@njit(fastmath=True, error_model="numpy", cache=True)
def _sweep_any(u, w, b, x, p, s, scratch):
    """Do what `_sweep_four` does for any number of points, by blocks of neurons; scratch has shape (3, _BLOCK)."""
    s[:] = 0.0
    du, dw, db = scratch[0], scratch[1], scratch[2]
    for start in range(0, u.size, _BLOCK):
        size = min(_BLOCK, u.size - start)
        ub, wb, bb = u[start : start + size], w[start : start + size], b[start : start + size]
        for k in range(size):
            du[k] = dw[k] = db[k] = 0.0
        for i in range(x.size):
            xi, pi = x[i], p[i]
            for k in range(size):
                z = wb[k] * xi + bb[k]
                q = pi if z > 0.0 else 0.0
                du[k] += q * z
                dw[k] += q * xi
                db[k] += q
        for k in range(size):
            uk = ub[k]
            ub[k] = uk - du[k]
            wb[k] -= uk * dw[k]
            bb[k] -= uk * db[k]
        for i in range(x.size):
            xi, total = x[i], 0.0
            for k in range(size):
                total += ub[k] * max(wb[k] * xi + bb[k], 0.0)
            s[i] += total


@njit(fastmath=True, error_model="numpy", cache=True)
def _state_norms(u, w, b, w0, b0, x):
    """Return (|u|^2, |w|^2, sum_k sum_i [relu_i^2 + u^2 1_i (x_i^2 + 1)], |w - w0|^2 and |w0|^2 of the first copy)."""
    uu = ww = kernel = moved = start = 0.0
    for first in range(0, u.size, _BLOCK):
        size = min(_BLOCK, u.size - first)
        ub, wb, bb = u[first : first + size], w[first : first + size], b[first : first + size]
        for k in range(size):
            uu += ub[k] * ub[k]
            ww += wb[k] * wb[k] + bb[k] * bb[k]
        for i in range(x.size):
            xi, norm2, total = x[i], x[i] * x[i] + 1.0, 0.0
            for k in range(size):
                z = wb[k] * xi + bb[k]
                total += z * z + ub[k] * ub[k] * norm2 if z > 0.0 else 0.0
            kernel += total
    for k in range(w0.size):
        dw, db = w[k] - w0[k], b[k] - b0[k]
        moved += dw * dw + db * db
        start += w0[k] * w0[k] + b0[k] * b0[k]
    return uu, ww, kernel, moved, start


@njit(error_model="numpy", cache=True)
def _growth_rate(x, e):
    """Return max over activation patterns |sum_{i in pattern} e_i (x_i, 1)| / n.

    x is sorted, so the patterns a neuron can have are the prefixes and the suffixes of the points.
    """
    n = x.size
    best = px = p1 = 0.0
    for i in range(n):
        px += e[i] * x[i]
        p1 += e[i]
        best = max(best, px * px + p1 * p1)
    tx, t1 = px, p1
    for i in range(n):
        tx -= e[i] * x[i]
        t1 -= e[i]
        best = max(best, tx * tx + t1 * t1)
    return np.sqrt(best) / n


@njit(error_model="numpy", cache=True)
def _descend(u, w, b, w0, b0, x, y, c, fixed_step, stop_loss, max_steps, kept_steps, kept, numbers):
    """Train one network in place; fill its `numbers` (see NUMBERS) and `kept` (len(kept_steps), 3, neurons)."""
    n = x.size
    p, s, e = np.zeros(n), np.zeros(n), np.zeros(n)
    scratch = np.empty((3, 1 if n == 4 else _BLOCK))
    trace, ratio, time = 0.0, 1.0, 0.0
    loss = loss_start = loss_mark = rd2_max = increase = 0.0
    status, taken, next_kept, h = -1, 0, 0, 0.0
    while True:
        # with p = 0 the first sweep moves nothing and gives the output at the start
        if n == 4:
            _sweep_four(u, w, b, x, p, s)
        else:
            _sweep_any(u, w, b, x, p, s, scratch)
        before, loss = loss, 0.0
        for i in range(n):
            e[i] = c * s[i] - y[i]
            loss += e[i] * e[i]
        loss /= 2.0 * n
        if taken == 0:
            loss_start = loss_mark = loss
        else:
            time += h
            increase = max(increase, loss / before - 1.0)
        if next_kept < kept_steps.size and taken == kept_steps[next_kept]:
            kept[next_kept, 0], kept[next_kept, 1], kept[next_kept, 2] = u, w, b
            next_kept += 1
        if loss < stop_loss:
            status = CONVERGED
        elif taken == max_steps:
            status = STEP_LIMIT if stop_loss > 0.0 else COMPLETED
        elif taken > 0 and taken % _STUCK_STEPS == 0 and stop_loss > 0.0:
            if loss > (1.0 - _STUCK_FALL) * loss_mark:
                status = STUCK
            loss_mark = loss
        if taken % _REFRESH == 0 or status >= 0:
            uu, ww, kernel, moved, start = _state_norms(u, w, b, w0, b0, x)
            trace, ratio = c / n * kernel, np.sqrt(uu / ww)
            rd2_max = max(rd2_max, moved / start)
        if status >= 0:
            break
        if fixed_step > 0.0:  # noqa: SIM108
            h = fixed_step
        else:
            h = min(_STABLE / trace, _GROWTH / (_growth_rate(x, e) * max(1.0, ratio)))
        for i in range(n):
            p[i] = h / n * e[i]
        taken += 1
    numbers[0], numbers[1], numbers[2] = status, taken, time
    numbers[3], numbers[4], numbers[5], numbers[6] = loss_start, loss, increase, np.sqrt(rd2_max)


@njit(parallel=True, error_model="numpy", cache=True)
def descend_batch(u, w, b, w0, b0, x, y, c, fixed_step, stop_loss, max_steps, kept_steps, kept, numbers):
    """Train the runs of a batch in place, each sequentially in one thread.

    u, w, b: (runs, neurons) balanced variables, overwritten by the end state; w0, b0: (runs, m), first copy's start.
    x, y: (n,) sorted data; c: (runs,) = kappa / kappa'; fixed_step: (runs,), 0 for the adaptive step
    h = min(0.5 / trace K, 0.05 / (g max(1, |u|/|w|))); stop_loss: stop when R_S < stop_loss (0: run to max_steps).
    kept_steps: increasing steps whose states go to kept (runs, steps, 3, neurons).
    numbers: (runs, 7), see NUMBERS. A run's result does not depend on its batch or the number of threads.
    """
    for r in prange(u.shape[0]):
        _descend(
            u[r],
            w[r],
            b[r],
            w0[r],
            b0[r],
            x,
            y,
            c[r],
            fixed_step[r],
            stop_loss,
            max_steps,
            kept_steps,
            kept[r],
            numbers[r],
        )
