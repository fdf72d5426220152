"""Data sets and activations of the runs that ask what facilitates condensation."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from condensation.models.two_layer.targets import TARGETS

Array = NDArray[np.float64]

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
    "relu2": lambda z: torch.relu(z) ** 2,
    "tanh": torch.tanh,
    "x_tanh": lambda z: z * torch.tanh(z),
    "x2_tanh": lambda z: z * z * torch.tanh(z),
}
# p of sigma(z) ~ z^p near zero (arXiv 2105.11686)
MULTIPLICITY = {"relu": 1, "leaky_relu": 1, "relu2": 2, "tanh": 1, "x_tanh": 2, "x2_tanh": 3}


def task_data(name: str, *, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return inputs x (n, d) and targets y (n,) of a task.

    two_sines: n = 40 even points of sin 3x + sin(6x) / 2 on [-1, 1.5], and sum_of_sines: n = 80 points of
    sum_k 3.5 sin(5 x_k + 1), x uniform in [-4, 2]^5 (both arXiv 2105.11686). Other names are targets of the two-layer
    figures. Raises KeyError for a name that is none of them.
    """
    if name == "two_sines":
        x = np.linspace(-1.0, 1.5, 40)
        return x[:, None], np.sin(3 * x) + np.sin(6 * x) / 2
    if name == "sum_of_sines":
        return sum_of_sines(5, generator=generator)
    target = TARGETS[name]
    return target.x[:, None], target.y


def sum_of_sines(dimension: int, *, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return n = 80 inputs x (n, d), uniform in [-4, 2]^d, and y = sum_k 3.5 sin(5 x_k + 1), (n,)."""
    x = generator.uniform(-4.0, 2.0, size=(80, dimension))
    return x, 3.5 * np.sin(5 * x + 1).sum(axis=1)
