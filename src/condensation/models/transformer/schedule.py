"""The learning rate of every step."""

import math

from condensation.models.transformer.run import TransformerRun


def rate(run: TransformerRun, step: int) -> float:
    """Return the rate of a step (from 0): linear from lowest_rate to learning_rate over warm_up steps, cosine back."""
    if step < run.warm_up:
        share = step / run.warm_up
    else:
        share = (1 + math.cos(math.pi * (step - run.warm_up) / max(1, run.steps - run.warm_up))) / 2
    return run.lowest_rate + (run.learning_rate - run.lowest_rate) * share
