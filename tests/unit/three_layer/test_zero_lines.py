"""Scaling theory of three layers: continuous, zero on its lines, with the values known before."""

import numpy as np
import pytest

from condensation.models.three_layer.phase_diagram import (
    balanced_from,
    slope_1,
    slope_2,
    slope_2_operator,
    zero_line_1,
    zero_line_2,
    zero_line_2_operator,
)


@pytest.mark.parametrize("gamma2", [-0.75, -0.25, 0.0, 0.3, 0.5, 1.0])
def test_theory_is_continuous_and_vanishes_on_its_lines(gamma2):
    for slope in (slope_1, slope_2):
        for place in (1.5, float(balanced_from(gamma2))):
            assert float(slope(gamma2, place - 1e-9)) == pytest.approx(float(slope(gamma2, place + 1e-9)), abs=1e-6)
    assert float(slope_1(gamma2, zero_line_1(gamma2))) == pytest.approx(0, abs=1e-12)
    assert float(slope_2(gamma2, zero_line_2(gamma2))) == pytest.approx(0, abs=1e-12)
    assert float(slope_2_operator(gamma2, zero_line_2_operator(gamma2))) == pytest.approx(0, abs=1e-12)


def test_theory_has_the_values_known_before():
    """Along gamma2 = 0: S_W1 = gamma3 - 3/2 and S_W2 = gamma3 - 2 up to 3/2, then gamma3/3 - 1/2 and gamma3/3 - 1."""
    gamma3 = np.array([0.8, 1.5, 2.0, 3.0])
    np.testing.assert_allclose(slope_1(0.0, gamma3), [-0.7, 0, 1 / 6, 0.5], atol=1e-12)
    np.testing.assert_allclose(slope_2(0.0, gamma3), [-1.2, -0.5, -1 / 3, 0], atol=1e-12)
