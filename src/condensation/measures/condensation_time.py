"""Time of the first condensation (s = t / alpha): from the direction field of the data, and in a run.

While the output is still zero the residuals are -y and every neuron moves alone: du/ds = v_P . w, dw/ds = u v_P with
v_P = (1/n) sum_{i in P} y_i (x_i, 1), P the points it sees (Maennel et al. 2018, arXiv 1803.08367).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from condensation.measures.features import run_scales
from condensation.measures.normalised_flow import trajectory
from condensation.measures.orientation import amplitude, number_of_directions, orientation
from condensation.models.two_layer.theory import infinite_width_kernels
from condensation.store.snapshots import snapshots

Array = NDArray[np.float64]

_STEP = 0.03  # of the linear stage, in units of 1 / rate: the midpoint rule is then right to 1e-4
_SETTLED = 4.0  # rate x time after which the growing mode is all that counts: e^(-2 x 4) of the rest is left

_SAMPLE = 20_000  # random neurons of the closed forms' averages
_FAMILIES = {-1: 1e3, 0: 1.0, 1: 1e-3}  # sign of gamma' -> a kappa' that stands for its limit


def growth_needed(gamma: Array, gamma_prime: Array, m: Array) -> Array:
    """Return X = (gamma - 1 - |gamma'|) ln m = -ln(m kappa max(kappa', 1 / kappa')).

    The output of the start, 2m neurons of either sign, has to grow by about e^X before the loss can fall.
    """
    return (np.asarray(gamma) - 1.0 - np.abs(gamma_prime)) * np.log(m)


def growth_rate(x: Array, y: Array) -> float:
    """Return the largest rate lambda = |v_P| of a direction +-v_P that sees exactly the points P.

    x, y: shape (n,), x sorted. Raises ValueError if no direction is of that kind.
    """
    points = np.stack((x, np.ones_like(x)), axis=1)
    best = 0.0
    for k in range(1, x.size + 1):  # a neuron sees the first or the last k points
        for seen in (np.arange(x.size) < k, np.arange(x.size) >= x.size - k):
            v = (y * seen) @ points / x.size
            if any(np.array_equal(sign * points @ v > 0, seen) for sign in (1, -1)):
                best = max(best, float(np.linalg.norm(v)))
    if not best:
        raise ValueError("no direction sees exactly the points that drive it")
    return best


def linear_stage(start: Sequence[Array], x: Array, y: Array, times: Array) -> list[tuple[Array, ...]]:
    """Return the balanced (u, w, b) at increasing times, each (neurons,), from `start` with residuals fixed at -y."""
    points = np.stack((x, np.ones_like(x)), axis=1)
    step = _STEP / growth_rate(x, y)

    def flow(state: Array) -> Array:
        z = points @ state[1:]
        seen = (z > 0) * (y / x.size)[:, None]
        return np.vstack([(seen * z).sum(axis=0), state[0] * (points.T @ seen)])

    state, now, kept = np.stack(start), 0.0, []
    for time in times:
        steps = int(np.ceil((time - now) / step - 1e-9))
        for _ in range(steps):
            h = (time - now) / steps
            state = state + h * flow(state + h / 2 * flow(state))
        now = time
        kept.append(tuple(state))
    return kept


def growing_output(x: Array, y: Array, kappa_prime: float, *, neurons: int, generator: np.random.Generator) -> float:
    """Return A = lim e^(-2 lambda s) E[u relu(b)], the growing part of f(0) = 2 m c E[u relu(b)] at a random start."""
    u, w, b = generator.standard_normal((3, neurons))
    rate = growth_rate(x, y)
    u, _, b = linear_stage((kappa_prime * u, w, b), x, y, np.array([_SETTLED / rate]))[0]
    return float(np.mean(u * np.maximum(b, 0.0)) * np.exp(-2 * _SETTLED))


def time_of_growth(growth: Array, x: Array, y: Array, output: float, loss: float) -> Array:
    """Return the time at which R_S falls to `loss` when all neurons have aligned before: large X = `growth`.

    Where the direction is (0, 1), as for sum x y = 0, the network is a constant F and dF/ds = 2 F (lambda - F) with
    lambda = mean(y): s = [X + ln(F (lambda - F_0) / (F_0 (lambda - F)))] / (2 lambda) with F_0 = 2 A e^-X << lambda.
    output: A over max(1, kappa'^2). Raises ValueError for other data, and a loss that no constant between has.
    """
    rate = float(np.mean(y))
    if abs(x @ y) > 1e-12 * np.abs(x * y).sum() or not np.isclose(rate, growth_rate(x, y)):
        raise ValueError("the first direction of these data is not the constant")
    excess = 2 * loss - float(np.var(y))
    if not 0 < excess < rate**2:
        raise ValueError(f"the loss {loss:g} is not between that of zero and that of the best constant")
    f = rate - np.sqrt(excess)
    return np.asarray((growth + np.log(f * rate / (2 * output * (rate - f)))) / (2 * rate))


def time_of_kernel(growth: Array, x: Array, y: Array, kappa_prime: float, loss: float) -> Array:
    """Return the time at which R_S falls to `loss` under the infinite-width kernel of the start: X << 0.

    e' = -K e, K = (2 m c / n) (E_a + kappa'^2 E_w), m c max(1, kappa'^2) = e^-X.
    """
    e_a, e_w = infinite_width_kernels(x)
    rates, modes = np.linalg.eigh(2 / x.size * (e_a + kappa_prime**2 * e_w) / max(1.0, kappa_prime**2))
    squares = (modes.T @ y) ** 2
    from scipy.optimize import brentq  # here, because it takes seconds that drawing does without

    def above(log_time: float) -> float:
        return float(squares @ np.exp(-2 * rates * np.exp(log_time))) / (2 * x.size * loss) - 1.0

    return np.exp(np.asarray(growth) + brentq(above, -10.0, 10.0))


def falls(runs: pd.DataFrame, x: Array, y: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the time and RD of every run's first fall, and the limits of the time for each sign of gamma'."""
    loss, rate, generator = float(runs["stop_loss"].iloc[0]), growth_rate(x, y), np.random.default_rng(0)
    table = runs[["gamma", "gamma_prime", "m", "seed", "time", "rd_w"]].rename(columns={"time": "time_flow"})
    table["growth_needed"] = growth_needed(table["gamma"], table["gamma_prime"], table["m"])
    frames = []
    grid = np.linspace(table["growth_needed"].min(), table["growth_needed"].max(), 101)
    for sign, kappa_prime in _FAMILIES.items():
        output = growing_output(x, y, kappa_prime, neurons=_SAMPLE, generator=generator) / max(1.0, kappa_prime**2)
        own = np.sign(table["gamma_prime"]) == sign
        table.loc[own, "time_growth"] = time_of_growth(table.loc[own, "growth_needed"], x, y, output, loss)
        times = time_of_growth(grid, x, y, output, loss), time_of_kernel(grid, x, y, kappa_prime, loss)
        frames.append(pd.DataFrame({
            "gamma_prime": float(sign), "growth_needed": grid, "time_growth": times[0], "time_kernel": times[1],
            "growth_rate": rate,
        }))  # fmt: skip
    return table.assign(growth_rate=rate), pd.concat(frames)


def courses(runs: pd.DataFrame, x: Array, y: Array) -> pd.DataFrame:
    """Return the courses of all runs; time_flow: when the loss falls to that of half the best constant."""
    fall = float(np.var(y) / 2 + np.mean(y) ** 2 / 8)
    frames = []
    for _, run in runs.sort_values(["gamma", "seed"]).iterrows():
        course = _course(run, x, y)
        fallen = crossing(course["time"].to_numpy(), course["loss"].to_numpy(), fall)
        frames.append(course.assign(gamma=run["gamma"], m=run["m"], seed=run["seed"], time_flow=fallen))
    return pd.concat(frames)


def _course(run: pd.Series, x: Array, y: Array) -> pd.DataFrame:
    """Return time (s = t / alpha), rd_w, loss and n_eff of the first copy at every kept step of a run."""
    kept, first = snapshots(run), slice(int(run["m"]))
    table = trajectory(run, x, y)
    alpha = run["m"] ** (2 * run["log_m_beta2"] - run["gamma_prime"] + run["gamma"])
    directions = [
        number_of_directions(orientation(w[first], b[first]), amplitude(a[first], w[first], b[first]))
        for a, w, b in map(kept.at, range(kept.step.size))
    ]
    return pd.DataFrame(
        {"time": table["time"] / alpha, "rd_w": table["rd_w"], "loss": table["loss"], "n_eff": directions}
    )


def stages_of_zero_output(runs: pd.DataFrame, x: Array, y: Array) -> pd.DataFrame:
    """Return RD and N_eff of each seed's own start while the output stays zero: the limit of small starts."""
    frames = []
    for seed, of in runs.groupby("seed"):
        run = of.sort_values("gamma").iloc[-1]
        kept, scale, first = snapshots(run), run_scales(run), slice(int(run["m"]))
        steps = kept.step[kept.step * run["learning_rate"] / scale.alpha < 8 / growth_rate(x, y)]
        times = steps * run["learning_rate"] / scale.alpha
        units = scale.beta1 / scale.kappa_prime, scale.beta2, scale.beta2
        start = tuple(values[first] / unit for values, unit in zip(kept.at(0), units, strict=True))
        size = np.hypot(*start[1:])
        rows = [
            {
                "time": time,
                "rd_w": np.linalg.norm(np.hypot(w - start[1], b - start[2])) / np.linalg.norm(size),
                "n_eff": number_of_directions(orientation(w, b), amplitude(u, w, b)),
            }
            for time, (u, w, b) in zip(times, linear_stage(start, x, y, times), strict=True)
        ]
        frames.append(pd.DataFrame(rows).assign(seed=seed))
    return pd.concat(frames)


def crossing(time: Array, value: Array, level: float) -> float:
    """Return the first time at which a sampled value falls through `level`, interpolated; NaN if it does not."""
    below = np.flatnonzero(value < level)
    if not below.size or below[0] == 0:
        return float("nan")
    right = int(below[0])
    share = (value[right - 1] - level) / (value[right - 1] - value[right])
    return float(time[right - 1] + share * (time[right] - time[right - 1]))
