"""Mark the functions of a figure module that claims may name."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pandas as pd

Quantity = Callable[[pd.DataFrame], float | Sequence[float]]
F = TypeVar("F", bound=Quantity)


def quantity(function: F) -> F:
    """Mark a function from a figure's metrics to one number, or one number a seed, that claims.tsv may name.

    The plan finds the marked names without importing the module: a claim on an unknown one fails before any job.
    """
    function.is_quantity = True  # type: ignore[attr-defined]
    return function
