"""The model families: register one here, and its table is planned like the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from condensation.custom.run import CustomRun
from condensation.regularised.run import RegularisedRun
from condensation.three_layer.run import ThreeLayerRun
from condensation.two_layer.run import TwoLayerRun


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


@dataclass(frozen=True)
class Family:
    """A model family.

    table, schema: paths in the repository. run: class of its runs. training: root module of its training code, whose
    hash is in every batch name. cheap_axes: parameters in which the runs of one batch may differ.
    """

    name: str
    table: str
    schema: str
    run: type[Run]
    training: str
    cheap_axes: tuple[str, ...]


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="two_layer",
            table="workflow/experiments/two_layer.tsv",
            schema="workflow/schemas/two_layer.json",
            run=TwoLayerRun,
            training="condensation.two_layer.training",
            cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
        ),
        Family(
            name="three_layer",
            table="workflow/experiments/three_layer.tsv",
            schema="workflow/schemas/three_layer.json",
            run=ThreeLayerRun,
            training="condensation.three_layer.training",
            cheap_axes=("gamma2", "gamma3"),
        ),
        Family(
            name="regularised",
            table="workflow/experiments/regularised.tsv",
            schema="workflow/schemas/regularised.json",
            run=RegularisedRun,
            training="condensation.regularised.training",
            cheap_axes=("activation", "std", "learning_rate", "weight_decay", "dropout"),
        ),
        Family(
            name="custom",
            table="workflow/experiments/custom.tsv",
            schema="workflow/schemas/custom.json",
            run=CustomRun,
            training="condensation.custom.training",
            cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
        ),
    )
}
