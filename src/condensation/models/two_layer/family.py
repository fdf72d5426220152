"""The family `two_layer` as the plan sees it."""

from condensation.models.family import Family
from condensation.models.two_layer.run import TwoLayerRun

FAMILY = Family(
    start=1.0,
    name="two_layer",
    run=TwoLayerRun,
    training="condensation.models.two_layer.training",
    cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
    seeds_together=True,
)
