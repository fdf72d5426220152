"""What the plan knows of a model family: `family.py` of its folder says it, and a folder with one is a family."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Protocol, Self


class Run(Protocol):
    """A frozen dataclass of everything that decides a training's result."""

    family: ClassVar[str]

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; raises CellError."""

    @property
    def label(self) -> str:
        """What the runs of a batch share, safe in a file name."""

    @property
    def size(self) -> int:
        """Neurons, which decide how many runs share a batch."""

    @property
    def seed(self) -> int:
        """Seed of its generator."""


@dataclass(frozen=True)
class Family:
    """A model family.

    name: that of its folder, its table and its schema. run: class of its runs. training: root module of its training
    code, whose hash is in every batch name. cheap_axes: parameters in which the runs of one batch may differ. data:
    files the training reads, whose contents are pinned in the training code. checkpoints: whether training takes
    `checkpoints`. seeds_together: whether one call of the training may get runs of several seeds, each of which draws
    its own start. start: seconds until a job begins to train, most of them imports (of torch). work: what the time of a
    run is forecast from: operations, or its neurons where nothing is named.
    """

    name: str
    run: type[Run]
    training: str
    cheap_axes: tuple[str, ...]
    data: tuple[str, ...] = ()
    checkpoints: bool = False
    seeds_together: bool = False
    start: float = 2.5
    work: Callable[[Any], int] = attrgetter("size")

    @property
    def table(self) -> str:
        """The experiment table, in the repository."""
        return f"workflow/experiments/{self.name}.tsv"

    @property
    def schema(self) -> str:
        """The schema of a row of it."""
        return f"workflow/schemas/{self.name}.json"

    @property
    def counts_operations(self) -> bool:
        """Whether `work` is proportional to time, which neurons are not."""
        return self.work != Family.work
