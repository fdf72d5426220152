"""The family `three_layer` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.models.column import MAX_STEPS, SEED, STOP_LOSS, TARGET, Column
from condensation.models.family import Family
from condensation.models.three_layer.run import ThreeLayerRun

COLUMNS = {
    "target": TARGET,
    "m": Column("width of both hidden layers", 50, 30_000),
    "gamma2": Column("-log(beta2 / beta1) / log m; beta3 = beta1", -4, 4),
    "gamma3": Column("-log(beta1 beta2 beta3 / alpha) / log m", -2, 8),
    "seed": SEED,
    "stop_loss": STOP_LOSS,
    "max_steps": MAX_STEPS,
    "keep": Column("what is stored of a run", choices=("summary", "features")),
}

FAMILY = Family(
    name="three_layer",
    run=ThreeLayerRun,
    columns=COLUMNS,
    training="condensation.models.three_layer.training",
    cheap_axes=("gamma2", "gamma3"),
    seeds_together=True,
)
