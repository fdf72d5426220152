"""The model families: register one here, and its table is planned like the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Protocol, Self

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.cnn.run import CnnRun
from condensation.models.custom.run import CustomRun
from condensation.models.regularised.run import RegularisedRun
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.work import work as transformer_work
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer_mnist.run import MnistRun


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

    table, schema: paths in the repository. run: class of its runs. training: root module of its training code, whose
    hash is in every batch name. cheap_axes: parameters in which the runs of one batch may differ. data: files the
    training reads, whose contents are pinned in the training code. checkpoints: whether training takes `checkpoints`.
    seeds_together: whether one call of the training may get runs of several seeds, each of which draws its own start.
    start: seconds until a job begins to train, most of them imports (of torch).
    work: what the time of a run is forecast from: operations, or its neurons where nothing is named.
    """

    name: str
    table: str
    schema: str
    run: type[Run]
    training: str
    cheap_axes: tuple[str, ...]
    data: tuple[str, ...] = ()
    checkpoints: bool = False
    seeds_together: bool = False
    start: float = 2.5
    work: Callable[[Any], int] = attrgetter("size")

    @property
    def counts_operations(self) -> bool:
        """Whether `work` is proportional to time, which neurons are not."""
        return self.work != Family.work


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="two_layer",
            table="workflow/experiments/two_layer.tsv",
            schema="workflow/schemas/two_layer.json",
            run=TwoLayerRun,
            training="condensation.models.two_layer.training",
            start=1.0,
            seeds_together=True,
            cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
        ),
        Family(
            name="three_layer",
            table="workflow/experiments/three_layer.tsv",
            schema="workflow/schemas/three_layer.json",
            run=ThreeLayerRun,
            training="condensation.models.three_layer.training",
            seeds_together=True,
            cheap_axes=("gamma2", "gamma3"),
        ),
        Family(
            name="regularised",
            table="workflow/experiments/regularised.tsv",
            schema="workflow/schemas/regularised.json",
            run=RegularisedRun,
            training="condensation.models.regularised.training",
            seeds_together=True,
            cheap_axes=("activation", "std", "learning_rate", "weight_decay", "dropout"),
            work=attrgetter("epochs"),
        ),
        Family(
            name="two_layer_mnist",
            table="workflow/experiments/two_layer_mnist.tsv",
            schema="workflow/schemas/two_layer_mnist.json",
            run=MnistRun,
            training="condensation.models.two_layer_mnist.training",
            start=1.0,
            cheap_axes=("gamma", "gamma_prime"),
            data=MNIST,
        ),
        Family(
            name="cnn",
            table="workflow/experiments/cnn.tsv",
            schema="workflow/schemas/cnn.json",
            run=CnnRun,
            training="condensation.models.cnn.training",
            cheap_axes=(),
            data=MNIST,
            checkpoints=True,
            work=lambda run: run.epochs * (run.images + run.held_out_images // 3),  # held out: no backward pass
        ),
        Family(
            name="transformer",
            table="workflow/experiments/transformer.tsv",
            schema="workflow/schemas/transformer.json",
            run=TransformerRun,
            training="condensation.models.transformer.training",
            cheap_axes=("gamma", "learning_rate", "weight_decay", "clip"),
            checkpoints=True,
            work=transformer_work,
        ),
        Family(
            name="custom",
            table="workflow/experiments/custom.tsv",
            schema="workflow/schemas/custom.json",
            run=CustomRun,
            training="condensation.models.custom.training",
            start=1.0,
            seeds_together=True,
            cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
        ),
    )
}
