"""One training of a two-layer network on MNIST images: everything that decides its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

DECIMALS = 12  # of exponents, so that one value written in two ways is one run


@dataclass(frozen=True)
class MnistRun:
    """Parameters of a run of f = (1/alpha) sum_k a_k relu(w_k . (x, 1)) on the first `images` training images.

    gamma = -log(beta1 beta2 / alpha) / log m, gamma_prime = -log(beta1 / beta2) / log m; the target is the label.
    """

    family: ClassVar[str] = "two_layer_mnist"

    images: int
    m: int
    gamma: float
    gamma_prime: float
    seed: int
    stop_loss: float
    max_steps: int

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column."""
        values = dict(cells)
        for name in ("gamma", "gamma_prime"):
            values[name] = round(float(values[name]), DECIMALS) + 0.0  # + 0.0 makes -0.0 and 0.0 the same run
        return cls(**values)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"images{self.images}-m{self.m}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons; the runs of a batch share their random start and are trained one after the other."""
        return self.m
