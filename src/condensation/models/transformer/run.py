"""One training of a transformer: everything that decides its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from condensation.models.cell_error import CellError

BLOCK = 128  # sequences computed at a time: their activations stay in the cache
EVALUATIONS, FARTHEST = 40, 125  # evaluations of a schedule, evenly spaced, unless they are more steps apart
LARGEST_STEP = 10  # largest answer above the key


@dataclass(frozen=True)
class TransformerRun:
    """Parameters of a run; every matrix starts from N(0, d_in^(-2 gamma)), d_in its fan-in.

    layers: depth L. keys and noise: integers in [key_low, key_high); vocabulary: number of tokens. batch: sequences a
    step, of `sequences` fixed ones (0: drawn afresh). steps: length of the schedule of the rate, `warm_up` steps of
    linear growth from lowest_rate to learning_rate, then a cosine back; stop: steps that are executed; patience: a run
    that fits ends earlier when its answers to (4, 3) have not changed for so many steps (0: never). precision: of
    matrix products with weights. keep: `weights` stores the trained parameters.
    """

    family: ClassVar[str] = "transformer"

    gamma: float
    layers: int
    d_model: int
    d_head: int
    d_ff: int
    key_low: int
    key_high: int
    vocabulary: int
    batch: int
    sequences: int
    steps: int
    stop: int
    patience: int
    warm_up: int
    learning_rate: float
    lowest_rate: float
    weight_decay: float
    clip: float
    precision: str
    device: str
    keep: str
    seed: int

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; raises CellError."""
        if cells["key_high"] < cells["key_low"] + 9:
            raise CellError("key_high", "leaves fewer than 9 keys, so that some positions have no test key")
        if cells["vocabulary"] < cells["key_high"] + LARGEST_STEP:
            raise CellError("vocabulary", f"answers reach {cells['key_high'] + LARGEST_STEP - 1}: it must be larger")
        if cells["batch"] > BLOCK and cells["batch"] % BLOCK:
            raise CellError("batch", f"must be at most {BLOCK} or a multiple of it")
        if 0 < cells["sequences"] < cells["batch"]:
            raise CellError("sequences", f"are fewer than a batch of {cells['batch']}; 0 draws them afresh")
        if cells["warm_up"] > cells["steps"]:
            raise CellError("warm_up", f"is longer than the schedule of {cells['steps']} steps")
        if cells["stop"] > cells["steps"]:
            raise CellError("stop", f"is behind the end of the schedule of {cells['steps']} steps")
        if cells["lowest_rate"] > cells["learning_rate"]:
            raise CellError("lowest_rate", "is above learning_rate")
        return cls(**cells)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"L{self.layers}-d{self.d_model}-batch{self.batch}-seed{self.seed}"

    @property
    def marks(self) -> list[int]:
        """The steps after which a run is evaluated: those of its whole schedule that are executed, and its last one."""
        apart = self.steps_between_evaluations
        return [*range(apart, self.stop, apart), self.stop]

    @property
    def steps_between_evaluations(self) -> int:
        """Of the schedule, so that a run with an earlier stop is the first part of the whole one."""
        return max(1, min(FARTHEST, self.steps // EVALUATIONS))

    @property
    def size(self) -> int:
        """Neurons of all feed-forward layers."""
        return self.layers * self.d_ff
