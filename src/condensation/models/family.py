"""What the plan knows of a model family: `family.py` of its folder says it, and a folder with one is a family."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar, Protocol, Self, get_type_hints

from condensation.models.column import Column, experiment_columns


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

    name: that of its folder and its table. run: class of its runs. columns: of the table, besides name, source and
    notes. training: root module of its training code, whose hash is in every batch name. cheap_axes: parameters in
    which the runs of one batch may differ. data: files the training reads, whose contents are pinned in the training
    code. checkpoints: whether training takes `checkpoints`. seeds_together: whether one call of the training may get
    runs of several seeds, each of which draws its own start. start: seconds until a job begins to train, most of them
    imports (of torch). work: what its time is forecast from: operations, or its neurons where nothing is named.
    """

    name: str
    run: type[Run]
    columns: Mapping[str, Column]
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

    @cached_property
    def table_columns(self) -> dict[str, Column]:
        """Every column of the table; those that are parameters of a run have its types."""
        return experiment_columns(self.columns, get_type_hints(self.run))

    @property
    def counts_operations(self) -> bool:
        """Whether `work` is proportional to time, which neurons are not."""
        return self.work != Family.work
