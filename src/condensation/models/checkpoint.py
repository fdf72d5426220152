"""Where a training keeps the state of an unfinished run; `condensation.store` has what implements it."""

from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor


class Checkpoint(Protocol):
    """Where the state of one run lies."""

    def write(self, tensors: Mapping[str, Tensor]) -> None:
        """Replace it, whole or not at all."""

    def read(self) -> dict[str, Tensor] | None:
        """Return it, or None."""


class Checkpoints(Protocol):
    """A checkpoint a run: a finished run leaves its last state there, so that an interrupted batch repeats no run."""

    def of(self, run: Any) -> Checkpoint:
        """Return the checkpoint of a run."""
