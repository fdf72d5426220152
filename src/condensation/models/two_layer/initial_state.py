"""Random start of a two-layer network in balanced variables."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from condensation.models.two_layer.run import TwoLayerRun

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scales:
    """Scales of f = (1/alpha) sum_k a_k relu(w_k . (x, 1)), a ~ N(0, beta1^2), w ~ N(0, beta2^2 I)  (slide Rescaling).

    kappa = beta1 beta2 / alpha = m^-gamma and kappa' = beta1 / beta2 = m^-gamma'.
    """

    alpha: float
    beta1: float
    beta2: float

    @property
    def kappa(self) -> float:
        """kappa = beta1 beta2 / alpha."""
        return self.beta1 * self.beta2 / self.alpha

    @property
    def kappa_prime(self) -> float:
        """kappa' = beta1 / beta2."""
        return self.beta1 / self.beta2


def scales(run: TwoLayerRun) -> Scales:
    """Return the scales (alpha, beta1, beta2) of a run from its exponents gamma, gamma' and log_m beta2."""
    beta2 = run.m**run.log_m_beta2
    beta1 = run.m ** (run.log_m_beta2 - run.gamma_prime)
    return Scales(alpha=beta1 * beta2 * run.m**run.gamma, beta1=beta1, beta2=beta2)


def initial_state(run: TwoLayerRun, *, generator: np.random.Generator) -> tuple[Array, Array, Array]:
    """Sample (a, w, b) physically and return the balanced (u, w, b), each of shape (m,) or (2m,).

    u = kappa' a / beta1, w -> w / beta2, b -> b / beta2, so that f = (kappa / kappa') sum_k u_k relu(w_k x + b_k).
    With an antisymmetric start a second copy with -a follows the first (the output is zero at the start);
    kappa keeps using m.
    """
    scale = scales(run)
    a = scale.beta1 * generator.standard_normal(run.m)
    weights = scale.beta2 * generator.standard_normal((2, run.m))
    u = scale.kappa_prime * (a / scale.beta1)
    w, b = weights / scale.beta2
    if run.antisymmetric:
        u, w, b = np.concatenate((u, -u)), np.concatenate((w, w)), np.concatenate((b, b))
    return u, w, b
