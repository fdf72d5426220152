"""Orientation and amplitude of neurons, and how many directions they gather in."""

import numpy as np
from numpy.typing import NDArray

from condensation.geometry import angular_distance

Array = NDArray[np.float64]

WINDOW = 0.05  # two neurons point the same way if their orientations differ by less (radians)


def orientation(w: Array, b: Array) -> Array:
    """Return atan2(b_k, w_k) in [-pi, pi), any shape (lecture: sign(b) arccos(w / |(w, b)|))."""
    angle = np.arctan2(b, w)
    return np.where(angle >= np.pi, -np.pi, angle)


def amplitude(a: Array, w: Array, b: Array) -> Array:
    """Return A_k = |a_k| |(w_k, b_k)|, any shape."""
    return np.abs(a) * np.hypot(w, b)


def number_of_directions(angle: Array, weight: Array) -> float:
    """Return N_eff = 1 / sum_kl p_k p_l [|theta_k - theta_l| < 0.05], p = A / sum A.

    angle: orientations in radians, shape (neurons,); weight: amplitudes A_k >= 0. K equal spikes give K, a uniform
    spread pi / 0.05 = 63. Sorted on the circle, the sum over l is a difference of cumulative sums.
    """
    order = np.argsort(angle)
    theta, p = angle[order], weight[order] / weight.sum()
    theta3 = np.concatenate((theta - 2 * np.pi, theta, theta + 2 * np.pi))
    cumulative = np.concatenate(([0.0], np.cumsum(np.tile(p, 3))))
    low = np.searchsorted(theta3, theta - WINDOW, side="right")
    high = np.searchsorted(theta3, theta + WINDOW, side="left")
    return float(1.0 / np.sum(p * (cumulative[high] - cumulative[low])))


def bin_centres(bins: int) -> Array:
    """Return the centres of equal orientation bins over [-pi, pi)."""
    return np.linspace(-np.pi, np.pi, bins, endpoint=False) + np.pi / bins


def share_near(angle: Array, weight: Array, directions: Array, *, window: float = WINDOW) -> float:
    """Return the share of sum A within `window` radians of any of the directions, in [0, 1]."""
    near = (angular_distance(angle[:, None], np.asarray(directions)[None, :]) < window).any(axis=1)
    return float(weight[near].sum() / weight.sum())


def directions(angle: Array, weight: Array, *, gap: float = WINDOW, least: float = 0.01) -> tuple[Array, Array]:
    """Group orientations by single linkage on the circle; return (mean direction, share of sum A), largest share first.

    Neighbours closer than `gap` belong together; groups with less than `least` of sum A are left out. Meaningful where
    N_eff < 4: a uniform spread links everything.
    """
    group = linked_groups(angle, gap=gap)
    share = np.bincount(group, weight) / weight.sum()
    vector = np.array([np.bincount(group, weight * f(angle)) for f in (np.cos, np.sin)])
    order = [k for k in np.argsort(-share, kind="stable") if share[k] >= least]
    return np.arctan2(vector[1], vector[0])[order], share[order]


def linked_groups(angle: Array, *, gap: float = WINDOW) -> NDArray[np.int64]:
    """Return the single-linkage group of every orientation, numbered from 0 along the circle."""
    order = np.argsort(angle, kind="stable")
    theta = angle[order]
    group = np.concatenate(([0], np.cumsum(np.diff(theta) >= gap)))
    if theta[0] + 2 * np.pi - theta[-1] < gap:
        group[group == group[-1]] = 0
    result = np.empty(angle.size, dtype=np.int64)
    result[order] = group
    return result
