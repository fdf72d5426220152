"""The family `two_layer_mnist` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.column import GAMMA, GAMMA_PRIME, MAX_STEPS, SEED, STOP_LOSS, Column
from condensation.models.family import Family
from condensation.models.two_layer_mnist.run import MnistRun

COLUMNS = {
    "images": Column("how many of the first training images the network is trained on", 2, 200),
    "m": Column("width of the hidden layer", 2, 2_000_000),
    "gamma": GAMMA,
    "gamma_prime": GAMMA_PRIME,
    "seed": SEED,
    "stop_loss": STOP_LOSS,
    "max_steps": MAX_STEPS,
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
