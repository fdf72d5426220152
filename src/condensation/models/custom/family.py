"""The family `custom` as the plan sees it."""

from condensation.models.custom.run import CustomRun
from condensation.models.family import Family

FAMILY = Family(
    start=1.0,
    name="custom",
    run=CustomRun,
    training="condensation.models.custom.training",
    cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
    seeds_together=True,
)
