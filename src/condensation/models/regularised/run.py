"""One training with an optimiser, weight decay or dropout, or along the flow: everything that decides its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from condensation.models.cell_error import CellError


@dataclass(frozen=True)
class RegularisedRun:
    """Parameters of a run of f = (1/alpha) sum_k a_k sigma(w_k . (x, 1)), all parameters N(0, std^2), full batch.

    duration: learning rate times epochs; of the flow, whose learning rate is in units of 1 / trace K, the most steps
    times it. dropout: probability with which a hidden neuron is silent in a step. log_m_alpha: alpha = m^value.
    """

    family: ClassVar[str] = "regularised"

    task: str
    activation: str
    m: int
    std: float
    log_m_alpha: float
    optimizer: str
    learning_rate: float
    duration: float
    weight_decay: float
    dropout: float
    seed: int

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; raises CellError if it would not take a single step."""
        if cells["duration"] < cells["learning_rate"]:
            raise CellError("duration", f"is shorter than one step of {cells['learning_rate']:g}")
        if cells["optimizer"] == "flow":
            for column in ("weight_decay", "dropout"):
                if cells[column]:
                    raise CellError(column, "must be 0 along the gradient flow")
        return cls(**cells)

    @property
    def alpha(self) -> float:
        """Scale of the output, m^log_m_alpha."""
        return self.m**self.log_m_alpha

    @property
    def epochs(self) -> int:
        """Steps of full-batch training."""
        return round(self.duration / self.learning_rate)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"{self.task}-m{self.m}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons of the hidden layer."""
        return self.m
