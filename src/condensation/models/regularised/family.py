"""The family `regularised` as the plan sees it."""

from operator import attrgetter

from condensation.models.family import Family
from condensation.models.regularised.run import RegularisedRun

FAMILY = Family(
    name="regularised",
    run=RegularisedRun,
    training="condensation.models.regularised.training",
    cheap_axes=("activation", "std", "log_m_alpha", "learning_rate", "weight_decay", "dropout"),
    seeds_together=True,
    work=attrgetter("epochs"),
)
