"""The family `two_layer_mnist` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.column import SEED, Column
from condensation.models.family import Family
from condensation.models.two_layer_mnist.run import MnistRun

COLUMNS = {
    "images": Column("how many of the first training images the network is trained on", 2, 200),
    "m": Column("width of the hidden layer", 2, 2_000_000),
    "gamma": Column("-log(beta1 beta2 / alpha) / log m", -2, 8),
    "gamma_prime": Column("-log(beta1 / beta2) / log m", -4, 4),
    "seed": SEED,
    "stop_loss": Column("loss at which a run ends", above=0),
    "max_steps": Column("most steps of the exponential midpoint method", 1, 2**53 - 1),
}

FAMILY = Family(
    start=1.0,
    name="two_layer_mnist",
    run=MnistRun,
    columns=COLUMNS,
    training="condensation.models.two_layer_mnist.training",
    cheap_axes=("gamma", "gamma_prime"),
    data=MNIST,
)
