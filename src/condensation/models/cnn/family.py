"""The family `cnn` as the plan sees it."""

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.cnn.run import CnnRun
from condensation.models.family import Family

FAMILY = Family(
    name="cnn",
    run=CnnRun,
    training="condensation.models.cnn.training",
    cheap_axes=(),
    data=MNIST,
    checkpoints=True,
    work=lambda run: run.epochs * (run.images + run.held_out_images // 3),  # held out: no backward pass
)
