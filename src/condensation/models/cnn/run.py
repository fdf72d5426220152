"""One training of a convolutional network on MNIST: everything that decides its result."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from condensation.models.cell_error import CellError

TRAINING_IMAGES = 60_000
TEST_IMAGES = 10_000


@dataclass(frozen=True)
class CnnRun:
    """Parameters of a run.

    channels, hidden: kernels and neurons of the full layer. initialisation, std: see `network.initial_parameters`.
    images: the first so many training images. held_out, held_out_images: images that accuracy is also measured on: the
    first so many `test` images, or (`validation`) the last so many training images. Adam's rate is gentle_rate for the
    first gentle_epochs, then falls from learning_rate to zero along a half cosine; kernels learn kernel_rate times as
    fast from then on.
    """

    family: ClassVar[str] = "cnn"

    channels: int
    hidden: int
    initialisation: str
    std: float
    images: int
    held_out: str
    held_out_images: int
    batch: int
    epochs: int
    learning_rate: float
    gentle_rate: float
    gentle_epochs: int
    kernel_rate: float
    seed: int

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; raises CellError where columns contradict one another."""
        if cells["gentle_epochs"] >= cells["epochs"]:
            raise CellError("gentle_epochs", f"leaves none of the {cells['epochs']} epochs")
        if cells["batch"] > cells["images"]:
            raise CellError("batch", f"is larger than the {cells['images']} images")
        most = TEST_IMAGES if cells["held_out"] == "test" else TRAINING_IMAGES - cells["images"]
        if cells["held_out_images"] > most:
            raise CellError("held_out_images", f"at most {most} {cells['held_out']} images are left")
        return cls(**cells)

    @property
    def steps_per_epoch(self) -> int:
        """Batches of an epoch; the last one may be smaller."""
        return math.ceil(self.images / self.batch)

    def rates(self, step: int) -> tuple[float, float]:
        """Return the learning rates of the kernels and of the other parameters in a step (from 0)."""
        gentle = self.gentle_epochs * self.steps_per_epoch
        if step < gentle:
            return self.gentle_rate, self.gentle_rate
        progress = (step - gentle) / (self.epochs * self.steps_per_epoch - gentle)
        rate = self.learning_rate * (1 + math.cos(math.pi * progress)) / 2
        return self.kernel_rate * rate, rate

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"{self.initialisation}-c{self.channels}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons, which decide how many runs share a batch."""
        return self.channels
