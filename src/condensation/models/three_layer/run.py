"""One training of a three-layer network: everything that decides its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

DECIMALS = 12  # of exponents, so that one value written in two ways is one run


@dataclass(frozen=True)
class ThreeLayerRun:
    """Parameters of a run of f = (1/alpha) a . relu(W2 relu(W1 (x, 1)) + b2), both hidden layers of width m.

    gamma3 = -log(beta1 beta2 beta3 / alpha) / log m, gamma2 = -log(beta2 / beta1) / log m, beta3 = beta1.
    keep: summary, or features (output, first layer's neurons, similarity of the second layer's neurons).
    """

    family: ClassVar[str] = "three_layer"

    target: str
    m: int
    gamma2: float
    gamma3: float
    seed: int
    stop_loss: float
    max_steps: int
    keep: str

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column."""
        values = dict(cells)
        for name in ("gamma2", "gamma3"):
            values[name] = round(float(values[name]), DECIMALS) + 0.0  # + 0.0 makes -0.0 and 0.0 the same run
        return cls(**values)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"{self.target}-m{self.m}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons of a hidden layer; the runs of a batch are trained one after the other."""
        return self.m
