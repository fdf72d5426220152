"""The grammar of targets: right values, and nothing but arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.models.custom.expression import FUNCTIONS, ExpressionError, number_at, parse
from condensation.models.custom.targets import ARRAY_FUNCTIONS, target_function

X = np.linspace(-1, 2, 7)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x**2", X**2),
        ("-x + 2*x/4 - 1e-1", -X + X / 2 - 0.1),
        ("relu(x - 1/3) + 0.2*sin(3*x)", np.maximum(X - 1 / 3, 0) + 0.2 * np.sin(3 * X)),
        ("max(x, 0) - min(x, 0) - abs(x)", 0 * X),
        ("pi", np.full_like(X, np.pi)),
        ("exp(-x**2)*tanh(x) + sign(x)*sqrt(abs(x))", np.exp(-(X**2)) * np.tanh(X) + np.sign(X) * np.sqrt(abs(X))),
    ],
)
def test_values(text, value):
    np.testing.assert_allclose(target_function(text)(X), value, atol=1e-15)
    np.testing.assert_allclose([number_at(parse(text), float(x)) for x in X], value, atol=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch hacked')", "x.__class__", "x[0]", "lambda x: x", "(x for x in x)", "[x]", "'a'",
        "x if x else x", "x == 1", "x and x", "x // 2", "x @ x", "~x", "not x", "sin(x=1)", "sin(*x)", "f'{x}'", "y",
        "sinn(x)", "sin(x, x)", "max(x)", "True", "1j", "None", "x := 1", "", "x +", "1" * 400, "1e999", "x; x",
        "(" * 150 + "x" + ")" * 40,
    ],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_powers_overflow_to_infinity_at_once():
    assert np.isnan(number_at(parse("9**9**9**9"), 1.0))
    assert not np.isfinite(target_function("x**9**9**9")(X)[-1])


@pytest.mark.parametrize(
    ("text", "x"), [("1/x", 0.0), ("log(x)", -1.0), ("x**0.5", -1.0), ("exp(x)", 1e4), ("log(x)", 0.0)]
)
def test_what_is_no_finite_number_is_nan(text, x):
    assert np.isnan(number_at(parse(text), x))


def test_numbers_and_arrays_know_the_same_functions():
    assert FUNCTIONS.keys() == ARRAY_FUNCTIONS.keys()


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_error(text):
    try:
        function = target_function(text)
    except ExpressionError as error:
        assert str(error)
    else:
        with np.errstate(all="ignore"):
            assert function(X).shape == X.shape


_LEAVES = st.one_of(st.just("x"), st.floats(0, 100).map(lambda v: repr(round(v, 3))))
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["sin", "cos", "tanh", "abs"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
    ),
    max_leaves=6,
)


@given(_TREES)
def test_expressions_mean_what_python_means(text):
    """The oracle may evaluate: these texts are made here."""
    if len(text) > 200:
        return
    expected = eval(text, {"__builtins__": {}}, {**ARRAY_FUNCTIONS, "x": X})  # noqa: S307
    np.testing.assert_allclose(target_function(text)(X), np.broadcast_to(expected, X.shape))
