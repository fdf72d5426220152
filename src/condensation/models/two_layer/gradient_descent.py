"""Gradient descent of two-layer ReLU networks, a whole run in one compiled function.

In balanced variables (see `initial_state`) the gradient flow of R_S = 1/(2n) sum_i e_i^2, e_i = f(x_i) - y_i, reads

    f = c sum_k u_k relu(w_k x + b_k),   c = kappa / kappa',
    du_k/ds = -(1/n) sum_i relu(w_k x_i + b_k) e_i,
    d(w_k, b_k)/ds = -(1/n) u_k sum_i 1[w_k x_i + b_k > 0] (x_i, 1) e_i.

Neurons meet only in the n residuals, so one pass over (u, w, b) updates every neuron and adds up the new output.
A pass overwrites the state, because a second copy would cost memory traffic; a step that raises the loss is undone
from a saved state by repeating the steps since (each at most once). It is then tried as a sliding step: a neuron that
crosses a kink w_k x_i + b_k = 0 is put on it and moves along it; the gradients of the two sides differ only across.
Without it neurons that slide along a kink would need ever shorter steps.
All compiled code is in this one file: numba's cache looks at the file of the function it calls, not at imported ones.
"""

import numpy as np
from numba import njit, prange

CONVERGED, STUCK, STEP_LIMIT, COMPLETED, DIVERGED = range(5)
STATUS = ("converged", "stuck", "step_limit", "completed", "diverged")

_REFRESH = 16  # steps between two refreshes of trace K and |u|/|w|
_STABLE = 0.5  # step <= _STABLE / trace K: a quarter of gradient descent's stability limit 2 / trace K
_GROWTH = 0.05  # largest relative growth of a neuron in a step; without it the first step jumps over the plateau
_BLOCK = 1024  # neurons of a block in the general sweep: its scratch stays in the first-level cache
_STUCK_STEPS = 5000  # a run whose loss falls by less than _STUCK_FALL in so many steps is stuck
_STUCK_FALL = 1e-6
_HALVINGS = 50  # of one step; if the loss rises even then, the run is stuck
_ROUND_OFF = 1e-12  # relative rise of the loss that is no rise
_FLOOR = 1e-26  # the same relative to the loss at the start: f there is exact to 13 digits only
_SAVE = 256  # steps between two saved states
_OVER = 1e-6  # part of the way beyond the kink that a sliding neuron keeps: it may leave on that side


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


# inlined by force: a process that compiles would call another copy than one that loads, with other last digits
@njit(fastmath=True, error_model="numpy", cache=True, forceinline=True)
def _sweep_any(u, w, b, x, p, s, scratch, slides):
    """Do what `_sweep_four` does for any number of points, by blocks of neurons; scratch has shape (5, _BLOCK).

    slides: a neuron that crosses a kink is put _OVER beyond it instead.
    """
    s[:] = 0.0
    du, dw, db, w_old, b_old = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
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
            uk, w_old[k], b_old[k] = ub[k], wb[k], bb[k]
            ub[k] = uk - du[k]
            wb[k] -= uk * dw[k]
            bb[k] -= uk * db[k]
        if slides:
            for i in range(x.size):
                xi, across = x[i], (1.0 - _OVER) / (x[i] * x[i] + 1.0)
                for k in range(size):
                    z = wb[k] * xi + bb[k]
                    if (z > 0.0) != (w_old[k] * xi + b_old[k] > 0.0):
                        wb[k] -= across * z * xi
                        bb[k] -= across * z
        for i in range(x.size):
            xi, total = x[i], 0.0
            for k in range(size):
                total += ub[k] * max(wb[k] * xi + bb[k], 0.0)
            s[i] += total


@njit(error_model="numpy", cache=True)
def _sweep(state, x, p, s, scratch, slides):
    """Take one step in place and add up s_i = sum_k u_k relu(w_k x_i + b_k) after it."""
    if x.size == 4 and not slides:
        _sweep_four(state[0], state[1], state[2], x, p, s)
    else:
        _sweep_any(state[0], state[1], state[2], x, p, s, scratch, slides)


@njit(error_model="numpy", cache=True)
def _loss(s, c, y, e):
    """Fill the residuals e_i = c s_i - y_i and return R_S = 1/(2n) sum_i e_i^2."""
    total = 0.0
    for i in range(y.size):
        e[i] = c * s[i] - y[i]
        total += e[i] * e[i]
    return total / (2.0 * y.size)


@njit(fastmath=True, error_model="numpy", cache=True)
def _kernel_trace_and_ratio(u, w, b, c, x):
    """Return trace K = (c/n) sum_k sum_i [relu_i^2 + u^2 1_i (x_i^2 + 1)] and |u| / |w|."""
    uu = ww = kernel = 0.0
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
    return c / x.size * kernel, np.sqrt(uu / ww)


@njit(fastmath=True, error_model="numpy", cache=True)
def _relative_distance_squared(w, b, w0, b0):
    """Return |w - w0|^2 / |w0|^2 of the neurons of (w0, b0), the first copy at the start."""
    moved = start = 0.0
    for k in range(w0.size):
        dw, db = w[k] - w0[k], b[k] - b0[k]
        moved += dw * dw + db * db
        start += w0[k] * w0[k] + b0[k] * b0[k]
    return moved / start


@njit(error_model="numpy", cache=True)
def _growth_rate(x, e):
    """Return max over activation patterns |sum_{i in pattern} e_i (x_i, 1)| / n.

    x is sorted, so the patterns a neuron can have are the prefixes and the suffixes of the points.
    """
    x_sum, e_sum = (e * x).sum(), e.sum()
    best = px = p1 = 0.0
    for i in range(x.size):
        px += e[i] * x[i]
        p1 += e[i]
        best = max(best, px * px + p1 * p1, (x_sum - px) ** 2 + (e_sum - p1) ** 2)
    return np.sqrt(best) / x.size


@njit(error_model="numpy", cache=True)
def _descend(state, problem, c, fixed_step, kept, outcome):
    """Train one network (3, neurons) in place; fill its `outcome` and `kept` (len(kept_steps), 3, neurons)."""
    x, y, stop_loss, kept_steps = problem.x, problem.y, problem.stop_loss, problem.kept_steps
    n = x.size
    u, w, b = state[0], state[1], state[2]
    w0, b0 = w[: problem.first].copy(), b[: problem.first].copy()
    saved, since, p_since, slid_since = state.copy(), 0, np.zeros((_SAVE, n)), np.zeros(_SAVE, np.bool_)
    p, s, e, e_new = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    scratch = np.empty((5, _BLOCK))
    _sweep(state, x, p, s, scratch, False)  # with p = 0 nothing moves: the output at the start
    loss = loss_start = loss_mark = _loss(s, c, y, e)
    status, taken, next_kept = -1 if np.isfinite(loss) else DIVERGED, 0, 0
    time = rd2_max = increase = 0.0
    trace, ratio, longest, trial = 0.0, 1.0, np.inf, 0
    while True:
        if next_kept < kept_steps.size and taken == kept_steps[next_kept]:
            kept[next_kept] = state
            next_kept += 1
        if status < 0 and loss < stop_loss:
            status = CONVERGED
        elif status < 0 and taken == problem.max_steps:
            status = STEP_LIMIT if stop_loss > 0.0 else COMPLETED
        elif status < 0 and taken > 0 and taken % _STUCK_STEPS == 0 and stop_loss > 0.0:
            if loss > (1.0 - _STUCK_FALL) * loss_mark:
                status = STUCK
            loss_mark = loss
        if taken % _REFRESH == 0 or status >= 0 or trial > 0:
            trace, ratio = _kernel_trace_and_ratio(u, w, b, c, x)
            rd2_max = max(rd2_max, _relative_distance_squared(w, b, w0, b0))
        if status >= 0:
            break
        if fixed_step > 0.0:
            h = fixed_step
        else:
            h = min(_STABLE / trace, _GROWTH / (_growth_rate(x, e) * max(1.0, ratio)), longest)
        for trial in range(2 * _HALVINGS):  # each step size plain, then sliding
            for i in range(n):
                p[i] = h / n * e[i]
            slides = trial % 2 == 1
            _sweep(state, x, p, s, scratch, slides)
            loss_new = _loss(s, c, y, e_new)
            falls = loss_new <= loss * (1.0 + _ROUND_OFF) + _FLOOR * loss_start
            if falls or (fixed_step > 0.0 and np.isfinite(loss_new)):  # a fixed step is the user's, whatever it does
                break
            state[:] = saved
            for step in range(since):
                _sweep(state, x, p_since[step], s, scratch, slid_since[step])
            saved[:], since = state, 0
            if fixed_step > 0.0:
                status = DIVERGED
                break
            h /= 2.0 if slides else 1.0
        else:
            status = STUCK
        if status >= 0:
            continue
        longest = 2.0 * (h if trial > 1 else longest)
        increase = max(increase, loss_new / loss - 1.0)
        loss, taken, time = loss_new, taken + 1, time + h
        e[:] = e_new
        p_since[since], slid_since[since] = p, slides
        since += 1
        if since == _SAVE:
            saved[:], since = state, 0
    for later in range(next_kept, kept_steps.size):  # the run rests where it ended
        kept[later] = state
    outcome.status, outcome.steps, outcome.time, outcome.rd_w_max = status, taken, time, np.sqrt(rd2_max)
    outcome.loss_start, outcome.loss_end, outcome.loss_increase_max = loss_start, loss, increase


@njit(parallel=True, error_model="numpy", cache=True)
def descend_batch(state, problem, kept, outcomes):
    """Train the runs of a batch in place, each sequentially in one thread.

    state: (runs, 3, neurons) balanced (u, w, b), overwritten by the end state. kept: (runs, steps, 3, neurons).
    outcomes: (runs,) of OUTCOME. The adaptive step is h = min(0.5 / trace K, 0.05 / (g max(1, |u|/|w|))), halved
    while the loss would rise. A run's result does not depend on its batch or the number of threads.
    """
    for r in prange(state.shape[0]):
        _descend(state[r], problem, problem.c[r], problem.fixed_step[r], kept[r], outcomes[r])
