"""Data sets and activations of the runs that ask what facilitates condensation."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from condensation.models.two_layer.targets import TARGETS

Array = NDArray[np.float64]

# sigma(z) ~ z^p near zero has multiplicity p: at most p lines of initial condensation (arXiv 2105.11686)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "x_tanh": lambda z: z * torch.tanh(z),
    "x2_tanh": lambda z: z * z * torch.tanh(z),
}


def task_data(name: str, *, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return inputs x (n, d) and targets y (n,) of a task.

    four_kinks: the 40 even points of the trajectory figures. sum_of_sines: n = 80 points of sum_k 3.5 sin(5 x_k + 1),
    x uniform in [-4, 2]^5 (arXiv 2105.11686). Raises KeyError for another name.
    """
    if name == "sum_of_sines":
        x = generator.uniform(-4.0, 2.0, size=(80, 5))
        return x, 3.5 * np.sin(5 * x + 1).sum(axis=1)
    target = TARGETS[name]
    return target.x[:, None], target.y
