"""Random start of a three-layer network in balanced variables."""

import numpy as np
import torch

from condensation.models.three_layer.network import State
from condensation.models.three_layer.run import ThreeLayerRun


def output_scale(run: ThreeLayerRun) -> float:
    """Return c = beta1^3 / alpha = m^(gamma2 - gamma3), the factor of f in balanced variables."""
    return float(run.m ** (run.gamma2 - run.gamma3))


def initial_state(run: ThreeLayerRun, *, generator: np.random.Generator) -> State:
    """Sample P1 ~ N(0, 1), P2 and b2 ~ N(0, m^(-2 gamma2)), p3 ~ N(0, 1): the weights in units of beta1 = beta3."""
    m = run.m
    p1 = torch.from_numpy(generator.standard_normal((m, 2)))
    p2 = torch.from_numpy(generator.standard_normal((m, m))).mul_(m**-run.gamma2)
    b2 = torch.from_numpy(generator.standard_normal(m)).mul_(m**-run.gamma2)
    p3 = torch.from_numpy(generator.standard_normal(m))
    none = torch.zeros((0, m), dtype=torch.float64)
    return State(p1, p2, b2, p3, none, none)
