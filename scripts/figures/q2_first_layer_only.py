"""Which layer condenses: points of the three-layer diagram before, between and beyond the two zero lines."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.three_layer import draw_which_layer
from condensation.measures.layers import distance_rows, slope_rows
from condensation.measures.three_layer_cases import case_tables, number_table, seeds_at
from condensation.models.three_layer.phase_diagram import zero_line_1, zero_line_2
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData
from condensation.store.selection import rows_at

NEITHER, FIRST, TRAP, BOTH, SECOND = (0.0, 1.2), (-0.5, 2.0), (0.0, 2.2), (0.0, 3.4), (1.0, 2.25)  # (gamma2, gamma3)
POINTS = {"neither": NEITHER, "first only": FIRST, "a trap": TRAP, "both": BOTH, "second only": SECOND}
_SLOPES = ("layer", "gamma2", "gamma3", "slope", "slope_spread", "slope_by_seed", "slope_theory")
_DISTANCES = ("layer", "gamma2", "gamma3", "m", "rd", "rd_spread")


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Slopes and RD of both layers at every point, of the second in both norms; features of the widest; all numbers."""
    runs = pd.concat([data.runs[name] for name in ("zero_lines_apart", "first_layer_only", "second_layer_only")])
    gamma2 = np.linspace(runs["gamma2"].min() - 0.1, runs["gamma2"].max() + 0.1, 49)
    lines = [
        pd.DataFrame({"layer": layer, "gamma2": gamma2, "gamma3": line(gamma2)})
        for layer, line in ((1, zero_line_1), (2, zero_line_2))
    ]
    widest = case_tables(runs[runs["m"] == runs["m"].max()])
    shown = ("first_start", "first_end", "second_start", "second_end", "cosines")
    return {name: widest[name] for name in shown} | {
        "slopes": _table(slope_rows(runs), *_SLOPES),
        "operator_slopes": _table(slope_rows(runs, ["rd_2_operator"]), *_SLOPES),
        "distances": _table(distance_rows(runs), *_DISTANCES),
        "operator_distances": _table(distance_rows(runs, ["rd_2_operator"]), *_DISTANCES),
        "lines": _table(pd.concat(lines), "layer", "gamma2", "gamma3"),
        "numbers": number_table(runs),
    }


def _table(frame: pd.DataFrame, *columns: str) -> pa.Table:
    return metric_table(**{name: frame[name].to_numpy() for name in columns})


def draw(
    lines: pd.DataFrame, distances: pd.DataFrame, operator_distances: pd.DataFrame, slopes: pd.DataFrame,
    operator_slopes: pd.DataFrame, first_start: pd.DataFrame, first_end: pd.DataFrame, second_start: pd.DataFrame,
    second_end: pd.DataFrame, cosines: pd.DataFrame, numbers: pd.DataFrame, failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """A map of the points, and one column a point: RD against m, features of both layers, similarity in the second."""
    features = (first_start, first_end), (second_start, second_end)
    return draw_which_layer(
        POINTS, lines, distances, operator_distances, slopes, operator_slopes, features, cosines, numbers, failed or {}
    )


def _slope(slopes: pd.DataFrame, layer: int, point: tuple[float, float]) -> list[float]:
    """Return the slope of a layer in the Frobenius norm at a point, seed by seed."""
    rows = rows_at(slopes, *point)
    return [float(value) for value in rows.loc[rows["layer"] == layer, "slope_by_seed"].iloc[0]]


def _operator_slope(operator_slopes: pd.DataFrame, point: tuple[float, float]) -> list[float]:
    """Return the slope of the second layer in the operator norm at a point, seed by seed."""
    return _slope(operator_slopes, 2, point)


def _at(numbers: pd.DataFrame, column: str, point: tuple[float, float]) -> list[float]:
    """Return N_eff in the span of the inputs or the mean |cos| of the second layer at the largest width, by seed."""
    return seeds_at(numbers, column, *point)


@quantity
def larger_slope_before(slopes: pd.DataFrame, operator_slopes: pd.DataFrame) -> list[float]:
    """The larger of S_W1 and S_W2 (operator norm) below both zero lines."""
    return [max(pair) for pair in zip(_slope(slopes, 1, NEITHER), _slope(operator_slopes, 2, NEITHER), strict=True)]


@quantity
def smaller_slope_beyond(slopes: pd.DataFrame) -> list[float]:
    """The smaller of S_W1 and S_W2 (Frobenius norm) above both zero lines."""
    return [min(pair) for pair in zip(_slope(slopes, 1, BOTH), _slope(slopes, 2, BOTH), strict=True)]


@quantity
def first_layer_gathers(numbers: pd.DataFrame) -> list[float]:
    """N_eff of the first layer where only it condenses over N_eff below both zero lines, at the largest width."""
    pairs = zip(seeds_at(numbers, "n_eff", *FIRST), seeds_at(numbers, "n_eff", *NEITHER), strict=True)
    return [one / two for one, two in pairs]


first_slope_between = quantity_of(_slope, layer=1, point=FIRST)
second_slope_between = quantity_of(_operator_slope, point=FIRST)
second_slope_trap = quantity_of(_slope, layer=2, point=TRAP)
second_operator_slope_trap = quantity_of(_operator_slope, point=TRAP)
first_slope_reversed = quantity_of(_slope, layer=1, point=SECOND)
second_slope_reversed = quantity_of(_slope, layer=2, point=SECOND)
second_layer_stays_random = quantity_of(_at, column="similarity", point=FIRST)
second_directions_stay = quantity_of(_at, column="n_eff_span", point=FIRST)
second_directions_trap = quantity_of(_at, column="n_eff_span", point=TRAP)
second_layer_condenses_beyond = quantity_of(_at, column="similarity", point=BOTH)
second_layer_condenses_alone = quantity_of(_at, column="similarity", point=SECOND)
