"""The family `two_layer_mnist` as the plan sees it."""

from condensation.datasets.mnist.files import PATHS as MNIST
from condensation.models.family import Family
from condensation.models.two_layer_mnist.run import MnistRun

FAMILY = Family(
    start=1.0,
    name="two_layer_mnist",
    run=MnistRun,
    training="condensation.models.two_layer_mnist.training",
    cheap_axes=("gamma", "gamma_prime"),
    data=MNIST,
)
