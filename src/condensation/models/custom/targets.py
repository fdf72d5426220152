"""Targets of your own among the known ones, while they are needed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from condensation.models.custom.expression import parse, value
from condensation.models.two_layer.targets import TARGETS, Target, relu

Array = NDArray[np.float64]

ARRAY_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "relu": relu,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
}


def target_function(expression: str) -> Callable[[Array], Array]:
    """Return the function x -> y of an expression; raises ExpressionError."""
    tree = parse(expression)

    def function(x: Array) -> Array:
        try:
            with np.errstate(all="ignore"):  # a run's own points were checked; a curve may pass where it is not finite
                return np.broadcast_to(value(tree, x, ARRAY_FUNCTIONS), x.shape).astype(float)
        except (OverflowError, ZeroDivisionError):
            return np.full(x.shape, np.nan)  # of numbers alone, such as 9**9**9

    return function


@contextmanager
def known_target(expression: str, low: float, high: float, n: int) -> Iterator[str]:
    """Yield the name under which training and measures of two-layer networks find n even points of an expression."""
    name = f"{expression} on [{low:g}, {high:g}], n = {n}"
    TARGETS[name] = Target(target_function(expression), (low, high), n)
    try:
        yield name
    finally:
        del TARGETS[name]
