"""The family `cnn` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.cnn.run import TRAINING_IMAGES, CnnRun
from condensation.models.column import SEED, Column
from condensation.models.family import Family

COLUMNS = {
    "channels": Column("3 x 3 kernels of the convolution", 2, 1024),
    "hidden": Column("neurons of the full layer before the output", 1, 10_000),
    "initialisation": Column(
        "equal: all parameters N(0, std^2); fan_in: N(0, std^2 / fan-in), LeCun's for std = 1",
        choices=("equal", "fan_in"),
    ),
    "std": Column("scale of the start", above=0),
    "images": Column("the first so many training images are trained on", 1, TRAINING_IMAGES),
    "held_out": Column(
        "accuracy is also measured on: validation, the last training images, or test", choices=("test", "validation")
    ),
    "held_out_images": Column("number of held-out images", 1, TRAINING_IMAGES),
    "batch": Column("images of a step", 1, TRAINING_IMAGES),
    "epochs": Column("passes over the training images", 1, 10_000),
    "learning_rate": Column("rate of Adam after the gentle epochs, falling to zero along a half cosine", above=0),
    "gentle_rate": Column("rate of Adam in the gentle epochs", above=0),
    "gentle_epochs": Column("first epochs at the gentle rate", 0, 10_000),
    "kernel_rate": Column("rate of the kernels over the rate of the other parameters after the gentle epochs", 0, 100),
    "seed": SEED,
}

FAMILY = Family(
    name="cnn",
    run=CnnRun,
    columns=COLUMNS,
    training="condensation.models.cnn.training",
    cheap_axes=(),
    data=MNIST,
    checkpoints=True,
    work=lambda run: run.epochs * (run.images + run.held_out_images // 3),  # held out: no backward pass
)
