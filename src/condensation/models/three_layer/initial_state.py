"""Random start of three-layer networks in balanced variables."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, svds

from condensation.models.three_layer.products import ROWS
from condensation.models.three_layer.run import ThreeLayerRun

Array = NDArray[np.float64]

BLOCK = 256  # rows of the large matrix that are handled at once in float64


def output_scale(run: ThreeLayerRun) -> float:
    """Return c = beta1^3 / alpha = m^(gamma2 - gamma3), the factor of f in balanced variables."""
    return float(run.m ** (run.gamma2 - run.gamma3))


def second_scale(run: ThreeLayerRun) -> float:
    """Return m^(-gamma2), the standard deviation of P2(0) in units of beta1."""
    return float(run.m**-run.gamma2)


@dataclass(frozen=True)
class Start:
    """Draws from N(0, 1) that runs of one width and seed share.

    p1: (m, 2); large: P2(0) / m^(-gamma2), (rows, m) in float32, exact, its rows filled up with zeros to a multiple of
    four; b2: likewise, (m,); p3: (m,).
    """

    p1: Array
    large: NDArray[np.float32]
    b2: Array
    p3: Array

    @cached_property
    def row_squares(self) -> Array:
        """|P2_k|^2 / m^(-2 gamma2) of every neuron of the second layer, (m,)."""
        m = self.p3.size
        return np.einsum("kl,kl->k", self.large[:m], self.large[:m], dtype=np.float64)

    def operator_norm(self) -> float:
        """Return the largest singular value of (P2, b2) / m^(-gamma2) at the start, to four digits."""
        m = self.p3.size
        large = self.large[:m]

        def forward(v: Array) -> Array:
            return large @ v[:-1].astype(np.float32) + self.b2 * v[-1]

        def backward(u: Array) -> Array:
            return np.append(u.astype(np.float32) @ large, u @ self.b2)

        operator = LinearOperator(
            (m, m + 1), matvec=lambda v: forward(v.ravel()), rmatvec=lambda u: backward(u.ravel())
        )
        return float(svds(operator, k=1, tol=1e-4, v0=np.ones(m), return_singular_vectors=False)[0])


def draw_start(m: int, *, generator: np.random.Generator) -> Start:
    """Sample P1, P2, b2 and p3 from N(0, 1), in this order."""
    p1 = generator.standard_normal((m, 2))
    large = np.zeros((-(-m // ROWS) * ROWS, m), dtype=np.float32)
    for first in range(0, m, BLOCK):
        large[first : min(first + BLOCK, m)] = generator.standard_normal((min(BLOCK, m - first), m))
    return Start(p1, large, generator.standard_normal(m), generator.standard_normal(m))
