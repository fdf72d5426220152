"""The small network a condensed wide one is equal to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.measures.orientation import amplitude, linked_groups, orientation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Merged:
    """One neuron per direction: (a, w, b) each (groups,), and each wide neuron's group (or -1)."""

    a: Array
    w: Array
    b: Array
    group: NDArray[np.int64]


def merge(a: Array, w: Array, b: Array, *, gap: float, least: float) -> Merged:
    """Merge neurons closer than `gap` (radians) into one; neurons with A_k < least max A are left out.

    relu is homogeneous, so over parallel w_k sum_k a_k relu(w_k . x) = s relu(s v . x), v = sum_k a_k w_k, where the
    sign s turns v towards the w_k. Neurons that are only nearly parallel differ from theirs between their kinks alone.
    """
    size = amplitude(a, w, b)
    strong = np.flatnonzero(size >= least * size.max())
    group = np.full(a.size, -1, dtype=np.int64)
    group[strong] = linked_groups(orientation(w, b)[strong], gap=gap)
    merged: list[tuple[float, float, float]] = []
    for number in range(group.max() + 1):
        chosen = group == number
        v = a[chosen] @ np.stack((w, b), axis=1)[chosen]
        towards = size[chosen] @ (np.stack((w, b), axis=1) / np.hypot(w, b)[:, None])[chosen]
        length, sign = float(np.linalg.norm(v)), float(np.sign(v @ towards))
        merged.append((sign * length, sign * v[0] / length, sign * v[1] / length))
    out = np.array(merged)
    return Merged(out[:, 0], out[:, 1], out[:, 2], group)
