"""Train a batch of runs on a target of your own, with the engine of the two-layer networks."""

from collections.abc import Sequence
from typing import Any

from condensation.models.custom.run import CustomRun
from condensation.models.custom.targets import known_target
from condensation.models.two_layer.training import train as train_two_layer


def train(runs: Sequence[CustomRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs that differ only in their cheap axes; return one list per result, in the order of the runs.

    The results are those of condensation.models.two_layer.training.train.
    """
    shape = runs[0]
    with known_target(shape.target, shape.low, shape.high, shape.n) as name:
        return train_two_layer([run.two_layer(name) for run in runs], threads=threads)
