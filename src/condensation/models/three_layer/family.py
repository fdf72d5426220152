"""The family `three_layer` as the plan sees it."""

from condensation.models.family import Family
from condensation.models.three_layer.run import ThreeLayerRun

FAMILY = Family(
    name="three_layer",
    run=ThreeLayerRun,
    training="condensation.models.three_layer.training",
    cheap_axes=("gamma2", "gamma3"),
    seeds_together=True,
)
