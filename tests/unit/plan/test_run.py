import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.models.cell_error import CellError
from condensation.models.two_layer.family import COLUMNS
from condensation.models.two_layer.run import GAMMA_RANGE, TwoLayerRun

CELLS = {
    "target": "x_squared",
    "m": 100,
    "gamma": 1.0,
    "gamma_prime": 0.0,
    "std": None,
    "log_m_beta2": 0.0,
    "seed": 0,
    "antisymmetric": True,
    "method": "gradient_descent",
    "learning_rate": None,
    "stop_loss": 1e-8,
    "max_steps": 1000,
    "snapshots": (),
    "keep": "summary",
}
BY_STD = {"gamma": None, "gamma_prime": None, "log_m_beta2": None}


def test_run_holds_its_cells():
    run = TwoLayerRun.from_cells(CELLS)
    assert dataclasses.asdict(run) == {name: value for name, value in CELLS.items() if name != "std"}
    assert (run.label, run.size) == ("x_squared-m100-seed0", 100)


def test_run_is_frozen_and_knows_no_other_parameter():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TwoLayerRun.from_cells(CELLS).m = 5  # type: ignore[misc]
    with pytest.raises(TypeError):
        TwoLayerRun.from_cells(CELLS | {"momentum": 0.9})


@pytest.mark.parametrize(
    ("std", "gamma", "log_m_beta2"), [("m^-0.5", 1.0, -0.5), ("m^-1", 2.0, -1.0), (0.01, 2.0, -1.0), (1.0, 0.0, 0.0)]
)
def test_standard_deviation_decides_the_exponents(std, gamma, log_m_beta2):
    run = TwoLayerRun.from_cells(CELLS | BY_STD | {"std": std})
    assert (run.gamma, run.gamma_prime, run.log_m_beta2) == (gamma, 0.0, log_m_beta2)
    assert "-0.0" not in repr(run)


@given(std=st.floats(1e-3, 1.5), m=st.integers(10, 10**7))
def test_standard_deviation_is_beta1_and_beta2(std, m):
    run = TwoLayerRun.from_cells(CELLS | BY_STD | {"std": std, "m": m})
    beta2 = m**run.log_m_beta2
    beta1 = beta2 * m**-run.gamma_prime
    assert math.isclose(beta2, std, rel_tol=1e-9)
    assert math.isclose(-math.log(beta1 * beta2) / math.log(m), run.gamma, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"gamma": None}, "gamma", "is missing"),
        ({"gamma_prime": None}, "gamma_prime", "needs a number"),
        ({"log_m_beta2": None}, "log_m_beta2", "needs a number"),
        ({"std": 0.1}, "std", "both given"),
        (BY_STD | {"std": 0.1, "gamma_prime": 0.0}, "gamma_prime", "must be `-`"),
        (BY_STD | {"std": 0.1, "log_m_beta2": 0.0}, "log_m_beta2", "must be `-`"),
        (BY_STD | {"std": 1e-30}, "std", "gives gamma = 30"),
        ({"method": "exponential_midpoint", "learning_rate": 0.1}, "learning_rate", "must be adaptive"),
        ({"snapshots": (10,)}, "snapshots", "keep = parameters"),
        ({"snapshots": (20, 10), "keep": "parameters"}, "snapshots", "must increase"),
        ({"snapshots": (10, 10), "keep": "parameters"}, "snapshots", "must increase"),
        ({"snapshots": (10, 2000), "keep": "parameters"}, "snapshots", "step 2000 is after the last step"),
        ({"snapshots": (10,), "keep": "parameters", "method": "exponential_midpoint"}, "snapshots", "need method"),
    ],
)
def test_cells_that_do_not_fit_together(cells, column, reason):
    with pytest.raises(CellError) as error:
        TwoLayerRun.from_cells(CELLS | cells)
    assert (error.value.column, reason in error.value.reason) == (column, True)


def test_every_broken_rule_is_told():
    with pytest.raises(CellError) as error:
        TwoLayerRun.from_cells(CELLS | {"gamma": None, "snapshots": (20, 10)})
    assert [column for column, _ in error.value.problems] == ["gamma", "snapshots", "snapshots"]


def test_gamma_range_is_the_one_of_the_table():
    gamma = COLUMNS["gamma"]
    assert (gamma.at_least, gamma.at_most) == GAMMA_RANGE
