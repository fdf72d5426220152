"""Mark the functions of a figure module that claims may name."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def quantity(function: F) -> F:
    """Mark a function of a figure's tables, by parameter name, to a number, or one number a seed, for claims.tsv.

    The plan finds the marked names without importing the module: a claim on an unknown one fails before any job.
    """
    function.is_quantity = True  # type: ignore[attr-defined]
    return function


def quantity_of(function: Callable[..., Any], **values: Any) -> Callable[..., Any]:
    """Return the quantity that a function of tables and further parameters is at these values of the latter.

    For several claims on one kind of number: `slope_linear = quantity_of(_slope, gamma=0.5)`.
    """
    return quantity(functools.partial(function, **values))
