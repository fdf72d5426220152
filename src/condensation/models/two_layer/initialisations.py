"""Where the usual initialisations lie in the phase diagram: kappa, kappa', gamma and gamma', derived with sympy."""

from dataclasses import dataclass
from functools import cache

import sympy as sp

m, d = sp.symbols("m d", positive=True)  # width of the hidden layer, dimension of the input
beta = sp.symbols("beta", positive=True)  # free scale of E et al.


@dataclass(frozen=True)
class Initialisation:
    """A published initialisation of f = (1/alpha) sum_k a_k relu(w_k . x), a ~ N(0, beta1^2), w ~ N(0, beta2^2 I)."""

    name: str
    alpha: sp.Expr
    beta1: sp.Expr
    beta2: sp.Expr
    reference: str

    @property
    def kappa(self) -> sp.Expr:
        """kappa = beta1 beta2 / alpha."""
        return sp.simplify(self.beta1 * self.beta2 / self.alpha)

    @property
    def kappa_prime(self) -> sp.Expr:
        """kappa' = beta1 / beta2."""
        return sp.simplify(self.beta1 / self.beta2)

    @property
    def gamma(self) -> sp.Expr:
        """gamma = lim -log kappa / log m, m -> infinity at fixed d."""
        return _exponent(self.kappa)

    @property
    def gamma_prime(self) -> sp.Expr:
        """gamma' = lim -log kappa' / log m, m -> infinity at fixed d."""
        return _exponent(self.kappa_prime)

    def at(self, width: int, dimension: int = 1) -> tuple[float, float]:
        """Return (gamma, gamma') at a finite width; E et al. needs its beta as a power of m and has none: NaN."""
        values = [-sp.log(scale) / sp.log(m) for scale in (self.kappa, self.kappa_prime)]
        numbers = [value.subs({m: width, d: dimension}) for value in values]
        return tuple(float(n) if n.is_number else float("nan") for n in numbers)  # type: ignore[return-value]


@cache
def _exponent(scale: sp.Expr) -> sp.Expr:
    """Return lim -log(scale) / log m; a scale without m is a free parameter and keeps its symbol."""
    ratio = -sp.log(scale) / sp.log(m)
    if scale.free_symbols & {beta}:
        return sp.simplify(ratio)
    return sp.limit(ratio, m, sp.oo)


# Luo et al., JMLR 22(71), 2021, table 1 (the slide's table)
INITIALISATIONS: tuple[Initialisation, ...] = (
    Initialisation("LeCun", sp.Integer(1), sp.sqrt(1 / m), sp.sqrt(1 / d), "LeCun et al. 2012"),
    Initialisation("He", sp.Integer(1), sp.sqrt(2 / m), sp.sqrt(2 / d), "He et al. 2015"),
    Initialisation("Xavier", sp.Integer(1), sp.sqrt(2 / (m + 1)), sp.sqrt(2 / (m + d)), "Glorot and Bengio 2010"),
    Initialisation("NTK", sp.sqrt(m), sp.Integer(1), sp.Integer(1), "Jacot et al. 2018"),
    Initialisation("mean-field", m, sp.Integer(1), sp.Integer(1), "Mei et al. 2018"),
    Initialisation("E et al.", sp.Integer(1), beta, sp.Integer(1), "E et al. 2020"),
)
