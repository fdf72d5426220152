"""Limits of the machine, one thread: bytes a second from memory and in cache, double precision operations a second."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit

_MEMORY = 8_000_000  # doubles an array: far above every cache


@dataclass(frozen=True)
class Limits:
    """Measured limits, in bytes and operations a second."""

    memory_bytes: float
    flops: float


@njit(fastmath=True)
def _triad(a, b, c, repeats):
    for _ in range(repeats):
        for k in range(a.size):
            a[k] = b[k] + 0.5 * c[k]


def _best(function: Callable[[], object], rounds: int = 5) -> float:
    function()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def triad_bytes(size: int) -> float:
    """Return bytes a second of a = b + c / 2 (24 bytes an element) on arrays of `size` doubles."""
    a, b, c = np.zeros(size), np.ones(size), np.ones(size)
    repeats = max(2, 20_000_000 // size)
    return 24.0 * size * repeats / _best(lambda: _triad(a, b, c, repeats))


def measured_limits() -> Limits:
    """Measure the triad far above the caches, and a matrix product of size 768."""
    torch.set_num_threads(1)
    matrix = torch.ones(768, 768, dtype=torch.float64)
    flops = 2 * 768**3 / _best(lambda: matrix @ matrix)
    return Limits(triad_bytes(_MEMORY), flops)
