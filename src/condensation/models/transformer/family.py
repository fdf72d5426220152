"""The family `transformer` as the plan sees it."""

from condensation.models.family import Family
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.work import work

FAMILY = Family(
    name="transformer",
    run=TransformerRun,
    training="condensation.models.transformer.training",
    cheap_axes=("gamma", "learning_rate", "weight_decay", "clip"),
    checkpoints=True,
    work=work,
)
