"""Numbers as exact as they are needed: the zeros at the end of a shorter mantissa take no room in a compressed file."""

import numpy as np
from numpy.typing import NDArray

HISTOGRAM_BITS = 11  # of amplitudes, which are drawn, and summed to shares


def rounded(values: NDArray[np.float64], bits: int) -> NDArray[np.float32]:
    """Return values, to a relative 2^-bits / 2, in float32 with so many (1 to 22) of the 23 bits of its mantissa.

    >>> rounded(np.array([1.0, 3.14159265, -0.1, 0.0, np.inf]), 11).tolist()
    [1.0, 3.1416015625, -0.100006103515625, 0.0, inf]
    """
    cut = np.uint32(23 - bits)
    whole = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return ((whole + (np.uint32(1) << (cut - np.uint32(1)))) >> cut << cut).view(np.float32)
