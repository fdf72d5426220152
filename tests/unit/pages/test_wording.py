"""Numbers in words."""

import math

import pytest

from condensation.pages.wording import bounds, duration, file_size, measured, missed, number, symbols

CLAIM = {
    "value": 0.4405, "spread": 0.2, "lower": 0.0, "upper": 0.1, "seeds": 3, "seeds_held": 1, "category": "", "why": "",
}  # fmt: skip


def test_numbers_that_are_none():
    assert number(math.nan) == number(None) == "not measured"
    assert measured(CLAIM | {"value": math.nan}) == "not measured"


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [(0, math.inf, "at least 0"), (-math.inf, -0.1, "at most −0.1"), (1, 1, "exactly 1"), (-0.5, 2, "−0.5 to 2")],
)
def test_bounds(lower, upper, said):
    assert bounds(lower, upper) == said


def test_a_failed_claim_says_which_bound_it_misses_and_by_how_much():
    assert missed(CLAIM) == "Measured 0.4405, above the bound 0.1 by 0.34. 1 of 3 seeds hold by themselves."
    assert missed(CLAIM | {"value": -2.0, "seeds": 1}) == "Measured −2, below the bound 0 by 2."
    assert "Not measured" in missed(CLAIM | {"value": None})
    within = missed(CLAIM | {"value": 0.05})
    assert within == "The mean, 0.05, is within bounds, but only 1 of 3 seeds hold by themselves."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gamma = 1, gamma' < 0.4", "γ = 1, γ′ < 0.4"),
        ("gamma_prime over (gamma, gamma2)", "γ′ over (γ, γ₂)"),
        ("RD(theta_w), beta1 beta2 / alpha", "RD(θ_w), β₁ β₂ / α"),
        ("fixed_gamma, gammas, `gamma`, alphabet", "fixed_gamma, gammas, `gamma`, alphabet"),
        ("kappa' >= 1 at m^-0.5", "κ′ ≥ 1 at m^−0.5"),
        ("is -0.5, +-0.2 (-.1), not 1-2, x-1, f-10", "is −0.5, ±0.2 (−.1), not 1-2, x-1, f-10"),
    ],
)
def test_names_become_symbols_and_other_words_stay(text, said):
    assert symbols(text) == said


def test_a_spread_is_shown_for_several_seeds_only():
    assert measured(CLAIM) == "0.44 ± 0.2 over 3 seeds"
    assert measured(CLAIM | {"value": 0.003293, "spread": 0.019}) == "0.003 ± 0.019 over 3 seeds"
    assert measured(CLAIM | {"value": 1234.4, "spread": 0.0}) == "1234 ± 0 over 3 seeds"
    assert measured(CLAIM | {"seeds": 1}) == "0.4405"


def test_units():
    assert [duration(s) for s in (0.2, 99, 100, 3599, 3600, 7260)] == [
        "less than 1 s", "99 s", "2 min", "60 min", "1 h 0 min", "2 h 1 min",
    ]  # fmt: skip
    assert [file_size(s) for s in (999, 1000, 999_000, 1_000_000)] == ["999 B", "1 kB", "999 kB", "1.0 MB"]
