"""The small network a condensed wide one is equal to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.measures.orientation import amplitude, linked_groups, orientation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Merged:
    """One neuron per direction and sign of output: (a, w, b) each (groups,), and each wide neuron's group (or -1)."""

    a: Array
    w: Array
    b: Array
    group: NDArray[np.int64]


def merge(a: Array, w: Array, b: Array, *, gap: float, least: float) -> Merged:
    """Merge neurons of one direction and one sign of a_k into one; neurons with A_k < least max A are left out.

    relu is homogeneous, so sum_k a_k relu(w_k . x) over parallel w_k equals one neuron with output weight
    sum_k a_k |w_k| along their common direction, here the A-weighted mean direction.
    """
    size = amplitude(a, w, b)
    angle = orientation(w, b)
    group = np.full(a.size, -1, dtype=np.int64)
    merged: list[tuple[float, float, float]] = []
    for sign in (1.0, -1.0):
        members = np.flatnonzero((np.sign(a) == sign) & (size >= least * size.max()))
        if members.size == 0:
            continue
        linked = linked_groups(angle[members], gap=gap)
        for number in np.unique(linked):
            chosen = members[linked == number]
            direction = np.array([np.sum(np.abs(a[chosen]) * w[chosen]), np.sum(np.abs(a[chosen]) * b[chosen])])
            length = float(np.linalg.norm(direction))
            group[chosen] = len(merged)
            merged.append((sign * length, direction[0] / length, direction[1] / length))
    out = np.array(merged)
    return Merged(out[:, 0], out[:, 1], out[:, 2], group)
