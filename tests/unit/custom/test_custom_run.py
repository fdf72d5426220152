"""Runs on a target of your own, and that their training is that of the two-layer networks."""

import numpy as np
import pytest

from condensation.models.cell_error import CellError
from condensation.models.custom.run import CustomRun
from condensation.models.custom.targets import known_target
from condensation.models.custom.training import train
from condensation.models.two_layer.run import TwoLayerRun
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.training import train as train_two_layer
from condensation.plan import run_id

CELLS = {
    "target": "x**2", "low": -0.5, "high": 0.5, "n": 4, "m": 20, "gamma": 1.0, "gamma_prime": 0.0, "std": None,
    "log_m_beta2": 0.0, "seed": 0, "antisymmetric": True, "learning_rate": None, "stop_loss": 1e-3, "max_steps": 500,
    "snapshots": (), "keep": "parameters",
}  # fmt: skip


def problems(**cells):
    with pytest.raises(CellError) as error:
        CustomRun.from_cells(CELLS | cells)
    return dict(error.value.problems)


def test_blanks_of_an_expression_do_not_count():
    one, two = (CustomRun.from_cells(CELLS | {"target": text}) for text in ("x ** 2", "x**2"))
    assert run_id(one) == run_id(two)
    assert one.label == two.label
    assert "*" not in one.label


@pytest.mark.parametrize("cells", [{"target": "x**4"}, {"low": -0.4}, {"high": 0.6}, {"n": 5}])
def test_other_data_is_another_batch(cells):
    assert CustomRun.from_cells(CELLS | cells).label != CustomRun.from_cells(CELLS).label


def test_mistakes_are_named_by_their_column():
    assert "below high" in problems(low=1.0)["low"]
    assert "no function `relo`" in problems(target="relo(x)")["target"]
    assert "not a finite number at x = -0.5" in problems(target="log(x)")["target"]
    assert "nothing to learn" in problems(target="0*x")["target"]
    found = problems(target="x.y", gamma=None)
    assert {"target", "gamma"} <= found.keys()


def test_a_target_is_known_only_while_it_is_needed():
    before = dict(TARGETS)
    with pytest.raises(RuntimeError), known_target("sin(x)", 0.0, 1.0, 3) as name:
        np.testing.assert_allclose(TARGETS[name].y, np.sin([0, 0.5, 1]))
        raise RuntimeError
    assert before == TARGETS


def test_the_same_target_gives_the_same_bits_as_the_family_of_the_lecture():
    own = CustomRun.from_cells(CELLS)
    lecture = TwoLayerRun.from_cells(
        {k: v for k, v in CELLS.items() if k not in ("low", "high", "n", "target")}
        | {"target": "x_squared", "method": "gradient_descent"}
    )
    one, two = train([own]), train_two_layer([lecture])
    assert one.keys() == two.keys()
    for name in one:
        np.testing.assert_array_equal(one[name][0], two[name][0])
