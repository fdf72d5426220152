"""A safe grammar of target functions: arithmetic of x, numbers and a few functions, never executed as Python.

Without numpy, because every call of Snakemake reads it; condensation.models.custom.targets gives the functions arrays.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 200  # characters
LARGEST = 1e300  # number in an expression
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "relu": lambda z: max(z, 0.0),
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": lambda z: math.copysign(1.0, z) if z else 0.0,
    "max": max,
    "min": min,
}
_TWO_ARGUMENTS = ("max", "min")
_CONSTANTS = {"pi": math.pi}
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}


class ExpressionError(ValueError):
    """Text outside the grammar; str() is the reason, to follow the name of a column."""


def parse(text: str) -> ast.expr:
    """Return the syntax tree of an expression such as `relu(x - 1/3) + 0.2*sin(3*x)`.

    Numbers, x, pi, + - * / ** and parentheses, and the functions above. Every node of the tree is on this list.
    Raises ExpressionError.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"has {len(text)} characters, more than {LONGEST}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"is no expression: {getattr(error, 'msg', 'it is nested too deeply')}") from None
    _check(tree)
    return tree


def value(tree: ast.expr, x: Any, functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Return the value of a checked tree at x: a float, or an array with functions of arrays.

    Numbers are floats, so that no power can fill the memory.
    """
    match tree:
        case ast.Constant(value=number):
            return float(number)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return x if name == "x" else _CONSTANTS[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](value(left, x, functions), value(right, x, functions))
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)](value(operand, x, functions))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return functions[name](*(value(argument, x, functions) for argument in arguments))
    raise AssertionError(f"unchecked node {tree!r}")


def number_at(tree: ast.expr, x: float) -> float:
    """Return the value of a checked tree at one x; NaN where it is no finite real number."""
    try:
        result = value(tree, x, FUNCTIONS)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan
    return float(result) if isinstance(result, float | int) and math.isfinite(result) else math.nan


def _check(node: ast.AST) -> None:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if not abs(number) < LARGEST:
                raise ExpressionError("has a number that is too large")
        case ast.Name(id=name):
            if name != "x" and name not in _CONSTANTS:
                raise ExpressionError(f"knows no `{name}`: there are x, pi and the functions {', '.join(FUNCTIONS)}")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left)
            _check(right)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            _check(operand)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            expected = 2 if name in _TWO_ARGUMENTS else 1
            if len(arguments) != expected:
                raise ExpressionError(f"{name} takes {expected} argument(s), found {len(arguments)}")
            for argument in arguments:
                _check(argument)
        case ast.Call(func=ast.Name(id=name)):
            raise ExpressionError(f"knows no function `{name}`: there are {', '.join(FUNCTIONS)}")
        case _:
            raise ExpressionError("holds something else than numbers, x, + - * / **, parentheses and known functions")
