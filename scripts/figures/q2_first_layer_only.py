"""Which layer condenses: points of the three-layer diagram before, between and beyond the two zero lines."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.three_layer import draw_which_layer
from condensation.measures.layers import cosine_rows, distance_rows, feature_numbers, first_layer_features, slope_rows
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

NEITHER, FIRST, BOTH, SECOND = (0.0, 1.2), (0.0, 2.2), (0.0, 3.4), (1.0, 2.25)  # (gamma2, gamma3)
_NAMES = (
    "series", "layer", "gamma2", "gamma3", "m", "seed", "slope", "slope_spread", "slope_by_seed", "slope_theory", "rd",
    "rd_spread", "orientation", "amplitude", "row", "column", "cosine", "n_eff", "similarity", "similarity_random",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """Slopes and RD of both layers at every point; features and D of the widest network (first seed); all numbers."""
    runs = pd.concat([data.runs["first_layer_only"], data.runs["second_layer_only"]])
    rows = [slope_rows(runs).assign(series="slope"), distance_rows(runs).assign(series="distance")]
    for _, run in runs.sort_values(["gamma2", "gamma3", "m", "seed"]).iterrows():
        labels = {name: run[name] for name in ("gamma2", "gamma3", "m", "seed")}
        rows.append(pd.DataFrame([{**labels, **feature_numbers(run), "series": "numbers"}]))
        if run["m"] < runs["m"].max() or run["seed"] > runs["seed"].min():
            continue
        for when in ("start", "end"):
            angle, size = first_layer_features(run, when)
            columns = {"layer": 1, "orientation": angle, "amplitude": size}
            rows.append(pd.DataFrame({**labels, "series": when, **columns}))
            rows.append(cosine_rows(run[f"cosines_{when}"]).assign(**labels, layer=2, series=f"cosines {when}"))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """One column a point: RD against m, first layer's features, second layer's similarity."""
    return draw_which_layer(table)


def _at(table: pd.DataFrame, series: str, point: tuple[float, float]) -> pd.DataFrame:
    rows = table[
        (table["series"] == series) & np.isclose(table["gamma2"], point[0]) & np.isclose(table["gamma3"], point[1])
    ]
    if rows.empty:
        raise ValueError(f"no {series} at {point}")
    return rows


def _slope(table: pd.DataFrame, layer: int, point: tuple[float, float]) -> list[float]:
    rows = _at(table, "slope", point)
    return [float(value) for value in rows.loc[rows["layer"] == layer, "slope_by_seed"].iloc[0]]


def _widest(table: pd.DataFrame, column: str, point: tuple[float, float]) -> list[float]:
    rows = _at(table, "numbers", point)
    return list(rows[rows["m"] == rows["m"].max()].sort_values("seed")[column])


@quantity
def first_slope_between(table: pd.DataFrame) -> list[float]:
    """S_W1 at the point between the zero lines."""
    return _slope(table, 1, FIRST)


@quantity
def second_slope_between(table: pd.DataFrame) -> list[float]:
    """S_W2 at the point between the zero lines."""
    return _slope(table, 2, FIRST)


@quantity
def larger_slope_before(table: pd.DataFrame) -> list[float]:
    """The larger of S_W1 and S_W2 below both zero lines."""
    return [max(pair) for pair in zip(_slope(table, 1, NEITHER), _slope(table, 2, NEITHER), strict=True)]


@quantity
def smaller_slope_beyond(table: pd.DataFrame) -> list[float]:
    """The smaller of S_W1 and S_W2 above both zero lines."""
    return [min(pair) for pair in zip(_slope(table, 1, BOTH), _slope(table, 2, BOTH), strict=True)]


@quantity
def first_slope_reversed(table: pd.DataFrame) -> list[float]:
    """S_W1 where the zero lines stand the other way round (gamma2 = 1)."""
    return _slope(table, 1, SECOND)


@quantity
def second_slope_reversed(table: pd.DataFrame) -> list[float]:
    """S_W2 where the zero lines stand the other way round (gamma2 = 1)."""
    return _slope(table, 2, SECOND)


@quantity
def first_layer_gathers(table: pd.DataFrame) -> list[float]:
    """N_eff of the first layer between the zero lines over N_eff below both, at the largest width."""
    pairs = zip(_widest(table, "n_eff", FIRST), _widest(table, "n_eff", NEITHER), strict=True)
    return [one / two for one, two in pairs]


@quantity
def second_layer_stays_random(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer's strong neurons between the zero lines, at the largest width."""
    return _widest(table, "similarity", FIRST)


@quantity
def second_layer_condenses_beyond(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer's strong neurons above both zero lines, at the largest width."""
    return _widest(table, "similarity", BOTH)


@quantity
def second_layer_condenses_alone(table: pd.DataFrame) -> list[float]:
    """Mean |cos| of the second layer's strong neurons where only it condenses, at the largest width."""
    return _widest(table, "similarity", SECOND)
