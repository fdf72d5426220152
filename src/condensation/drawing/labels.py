"""Axis labels (name and symbol) and numbers as the lecture writes them."""

import math

GAMMA = r"exponent $\gamma$ of $\kappa = m^{-\gamma}$"
GAMMA_PRIME = r"exponent $\gamma\prime$ of $\kappa\prime = m^{-\gamma\prime}$"
INPUT = "input $x$"
OUTPUT = "output $f(x)$"
ORIENTATION = r"orientation $\theta_k$"  # atan2(b_k, w_k)
AMPLITUDE = r"amplitude $A_k$"  # |a_k| |(w_k, b_k)|
LENGTH = r"length $\Vert(w_k, b_k)\Vert$"
DISTANCE = r"relative distance RD$(\theta_w)$"
DIRECTIONS = r"directions $N_\mathrm{eff}$"


def primes(text: str) -> str:
    """Return mathtext with each prime beside its letter: mathtext sets an apostrophe small, high and far."""
    return text.replace("'", r"\prime ")


def scientific(value: float, digits: int = 2, *, plain: tuple[float, float] = (1e-2, 1e4)) -> str:
    """Return a number for mathtext, without dollars: plain between the two bounds, else a x 10^b, or 10^b if a is 1.

    >>> scientific(5.93e-4)
    '5.9 \\\\times 10^{-4}'
    >>> scientific(1e5), scientific(2.5e5), scientific(621.3, 3), scientific(-0.25)
    ('10^{5}', '2.5 \\\\times 10^{5}', '621', '-0.25')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    size = float(f"{abs(value):.{digits - 1}e}")  # rounded before the exponent is read: 9.99 may become 10
    if plain[0] <= size < plain[1]:
        decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
        return f"{math.copysign(size, value):.{decimals}f}".removesuffix(".0") if digits > 1 else f"{value:.0f}"
    exponent = math.floor(math.log10(size) + 1e-12)
    mantissa = f"{size / 10.0**exponent:.{digits - 1}f}"
    sign = "-" if value < 0 else ""
    if float(mantissa) == 1:
        return f"{sign}10^{{{exponent}}}"
    return rf"{sign}{mantissa} \times 10^{{{exponent}}}"


def width_value(m: float) -> str:
    """Return a width for mathtext: a power of ten from 1000 on.

    >>> width_value(1000), width_value(250000), width_value(100), width_value(5000)
    ('10^{3}', '2.5 \\\\times 10^{5}', '100', '5 \\\\times 10^{3}')
    """
    return scientific(m, plain=(0.0, 1000.0)).replace(".0 ", " ") if m >= 1000 else f"{m:g}"
