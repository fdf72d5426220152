"""The initialisations' places in the phase diagram, against the slide's table and against large finite widths."""

import math

import pytest
import sympy as sp

from condensation.models.two_layer.initialisations import INITIALISATIONS, beta, d, m
from condensation.models.two_layer.phase_diagram import regime

BY_NAME = {entry.name: entry for entry in INITIALISATIONS}
# Luo et al. 2021, table 1
KAPPA = {
    "LeCun": (sp.sqrt(1 / (m * d)), sp.sqrt(d / m)),
    "He": (sp.sqrt(4 / (m * d)), sp.sqrt(d / m)),
    "Xavier": (sp.sqrt(4 / ((m + 1) * (m + d))), sp.sqrt((m + d) / (m + 1))),
    "NTK": (sp.sqrt(1 / m), sp.Integer(1)),
    "mean-field": (1 / m, sp.Integer(1)),
    "E et al.": (beta, beta),
}
HALF = sp.Rational(1, 2)
LIMITS = {
    "LeCun": (HALF, HALF),
    "He": (HALF, HALF),
    "Xavier": (sp.Integer(1), sp.Integer(0)),
    "NTK": (HALF, sp.Integer(0)),
    "mean-field": (sp.Integer(1), sp.Integer(0)),
}


def test_all_six_of_the_slide_are_there():
    assert set(BY_NAME) == set(KAPPA)


@pytest.mark.parametrize("name", KAPPA)
def test_scales(name: str):
    kappa, kappa_prime = KAPPA[name]
    assert sp.simplify(BY_NAME[name].kappa / kappa) == 1
    assert sp.simplify(BY_NAME[name].kappa_prime / kappa_prime) == 1


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_exact(name: str):
    assert (BY_NAME[name].gamma, BY_NAME[name].gamma_prime) == LIMITS[name]


@pytest.mark.parametrize("dimension", [1, 784])
@pytest.mark.parametrize("name", LIMITS)
def test_finite_widths_approach_the_limits(name: str, dimension: int):
    # sympy's limit is an algorithm of its own; numbers at growing widths are the check.
    # The error falls only like log(constant) / log m
    entry = BY_NAME[name]
    distances = []
    for width in (10**3, 10**30, 10**300):
        finite = entry.at(width, dimension)
        distances.append(max(abs(value - float(limit)) for value, limit in zip(finite, LIMITS[name], strict=True)))
    assert distances[0] >= distances[1] >= distances[2]
    assert distances[2] < 0.006


def test_values_at_a_thousand_neurons():
    logarithm = math.log(1000)
    assert BY_NAME["LeCun"].at(1000) == pytest.approx((0.5, 0.5))
    assert BY_NAME["He"].at(1000) == pytest.approx((0.5 - math.log(2) / logarithm, 0.5))
    assert BY_NAME["Xavier"].at(1000) == pytest.approx((math.log(1001 / 2) / logarithm, 0.0))
    assert BY_NAME["NTK"].at(1000) == pytest.approx((0.5, 0.0))
    assert BY_NAME["mean-field"].at(1000) == pytest.approx((1.0, 0.0))


def test_a_free_scale_keeps_its_symbol_and_lies_on_the_diagonal():
    entry = BY_NAME["E et al."]
    assert sp.simplify(entry.gamma - entry.gamma_prime) == 0
    assert entry.gamma.free_symbols == {beta, m}
    assert all(math.isnan(value) for value in entry.at(1000))


def test_with_beta_a_power_of_the_width_the_free_scale_takes_that_power():
    entry = BY_NAME["E et al."]
    power = sp.symbols("p", real=True)
    assert sp.simplify(entry.gamma.subs(beta, m**-power) - power) == 0


def test_regimes():
    expected = {"LeCun": "linear", "He": "linear", "NTK": "linear", "Xavier": "critical", "mean-field": "critical"}
    for name, word in expected.items():
        assert regime(float(BY_NAME[name].gamma), float(BY_NAME[name].gamma_prime)) == word
