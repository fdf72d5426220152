"""Symbols for their names; numbers, bounds, verdicts, durations and sizes in words."""

import math
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "kappa": "κ", "sigma": "σ", "theta": "θ"}
_NAME = re.compile(rf"(?<![\w`])({'|'.join(_GREEK)})(\d?)('|_prime\b)?(?=_[wW]\b|\W|$)")
_LOWERED = re.compile(r"(?<!\w)([A-Za-zΑ-ω]|log)_(eff|lin|[A-Za-z0-9]{1,2})(?!\w)")
_SIGNS = {"<=": "≤", ">=": "≥", "^-": "^−", "+-": "±"}


def symbols(text: str) -> str:
    """Write symbols where a table has their names.

    >>> symbols("beta1 = 1, gamma' <= 0: gamma2 of fixed_gamma, std m^-0.5, RD(theta_w)")
    'β₁ = 1, γ′ ≤ 0: γ₂ of fixed_gamma, std m^−0.5, RD(θ_w)'
    """

    def symbol(found: re.Match[str]) -> str:
        name, digit, prime = found.groups()
        return _GREEK[name] + digit.translate(_LOW) + ("′" if prime else "")

    text = _NAME.sub(symbol, text)
    for sign, symbol_of in _SIGNS.items():
        text = text.replace(sign, symbol_of)
    return re.sub(r"(?<![^\s(\[,])-(?=[\d.])", "−", text)


def lowered(text: str) -> Markup:
    """Write subscripts in HTML where a symbol has an underscore.

    >>> print(lowered("S_w < N_eff of rd_w and f_lin"))
    S<sub>w</sub> &lt; N<sub>eff</sub> of rd_w and f<sub>lin</sub>
    """
    return Markup(_LOWERED.sub(r"\1<sub>\2</sub>", str(escape(text))))


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with a typographic minus and infinity; `not measured` for None and NaN.

    >>> number(-0.50612), number(math.inf), number(None)
    ('−0.5061', '∞', 'not measured')
    """
    if value is None or math.isnan(value):
        return "not measured"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−")


def bounds(lower: float, upper: float) -> str:
    """Return the bounds of a claim in words.

    >>> bounds(0, math.inf), bounds(3, 3), bounds(-1, 1)
    ('at least 0', 'exactly 3', '−1 to 1')
    """
    if lower == upper:
        return f"exactly {number(lower)}"
    if math.isinf(lower):
        return f"at most {number(upper)}"
    if math.isinf(upper):
        return f"at least {number(lower)}"
    return f"{number(lower)} to {number(upper)}"


def measured(claim: Mapping[str, Any]) -> str:
    """Return a claim's measured value with its spread over seeds, and no digit below those of the spread."""
    value, spread = claim["value"], claim["spread"]
    if value is None or math.isnan(value) or claim["seeds"] < 2 or spread is None:
        return number(value)
    if 0 < spread < math.inf:
        value = round(value, 1 - math.floor(math.log10(spread)))
    return f"{number(value)} ± {number(spread, 2)} over {claim['seeds']} seeds"


def missed(claim: Mapping[str, Any]) -> str:
    """Say how a claim failed: measured value beside the bound it misses, or seeds that do not hold by themselves."""
    value, lower, upper = claim["value"], claim["lower"], claim["upper"]
    if value is None or math.isnan(value):
        return "Not measured: the metrics lack what the claim is about."
    if lower <= value <= upper:
        most = f"only {claim['seeds_held']} of {claim['seeds']} seeds hold by themselves"
        return f"The mean, {number(value)}, is within bounds, but {most}."
    bound, side = (upper, "above") if value > upper else (lower, "below")
    seeds = f" {claim['seeds_held']} of {claim['seeds']} seeds hold by themselves." if claim["seeds"] > 1 else ""
    return f"Measured {number(value)}, {side} the bound {number(bound)} by {number(abs(value - bound), 2)}.{seeds}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it.

    >>> duration(0.4), duration(75), duration(5000)
    ('less than 1 s', '75 s', '1 h 23 min')
    """
    if seconds < 1:
        return "less than 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"


def file_size(size: int) -> str:
    """Return a file's size.

    >>> file_size(512), file_size(46067), file_size(2071659)
    ('512 B', '46 kB', '2.1 MB')
    """
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
