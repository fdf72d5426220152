"""One training of a transformer: everything that decides its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from condensation.cell_error import CellError

BLOCK = 128  # sequences computed at a time: their activations stay in the cache


@dataclass(frozen=True)
class TransformerRun:
    """Parameters of a run; every matrix starts from N(0, d_in^(-2 gamma)), d_in its fan-in.

    layers: depth L. keys and noise: integers in [key_low, key_high). batch: sequences a step, drawn afresh. warm_up:
    steps of linear growth of the rate, then a cosine over the rest. keep: `weights` stores the trained parameters.
    """

    family: ClassVar[str] = "transformer"

    gamma: float
    layers: int
    d_model: int
    d_head: int
    d_ff: int
    key_low: int
    key_high: int
    batch: int
    steps: int
    warm_up: int
    learning_rate: float
    weight_decay: float
    clip: float
    device: str
    keep: str
    seed: int

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; raises CellError."""
        if cells["key_high"] < cells["key_low"] + 9:
            raise CellError("key_high", "leaves fewer than 9 keys, so that some positions have no test key")
        if cells["batch"] > BLOCK and cells["batch"] % BLOCK:
            raise CellError("batch", f"must be at most {BLOCK} or a multiple of it")
        if cells["warm_up"] > cells["steps"]:
            raise CellError("warm_up", f"is longer than the training of {cells['steps']} steps")
        return cls(**cells)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"L{self.layers}-d{self.d_model}-batch{self.batch}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons of all feed-forward layers."""
        return self.layers * self.d_ff
