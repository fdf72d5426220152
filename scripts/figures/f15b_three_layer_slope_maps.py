"""Slope maps of both hidden layers over (gamma2, gamma3), and the slopes along gamma2 = 0."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.three_layer import draw_three_layer_slopes
from condensation.measures.layers import LAYERS, accurate, distance_rows, slope_rows
from condensation.measures.slopes import local_zero
from condensation.models.three_layer.phase_diagram import slope_1, slope_2, zero_line_1, zero_line_2
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

NEAR = 0.2  # cells closer than this to a zero line (in gamma3) count as on it
_LINES = {1: zero_line_1, 2: zero_line_2}
_NAMES = (
    "series", "layer", "gamma2", "gamma3", "m", "slope", "slope_spread", "slope_error", "slope_by_seed", "slope_theory",
    "rd", "rd_spread", "converged", "conserved_drift",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """Slopes of the map and the line, their zeros, theory, RD against the width, drift of the conserved quantity."""
    maps, line = data.runs["slope_maps"], data.runs["line"]
    rows = [
        slope_rows(maps).assign(series="cell"),
        slope_rows(line).assign(series="line"),
        distance_rows(pd.concat([line, data.runs["widest"]])).assign(series="distance"),
    ]
    everything = pd.concat([maps, line, data.runs["widest"]])
    drift = float(everything["conserved_drift"].max())
    share = float((accurate(everything)["status"] == "converged").mean())
    rows.append(pd.DataFrame([{"series": "numbers", "conserved_drift": drift, "converged": share}]))
    gamma2 = np.linspace(maps["gamma2"].min(), maps["gamma2"].max(), 61)
    gamma3 = np.linspace(line["gamma3"].min(), line["gamma3"].max(), 55)
    for layer, theory in ((1, slope_1), (2, slope_2)):
        cells = rows[0][rows[0]["layer"] == layer]
        for value, row in cells.groupby("gamma2"):
            zero = local_zero(row["gamma3"].to_numpy(), row["slope"].to_numpy())
            rows.append(pd.DataFrame([{"series": "zero", "layer": layer, "gamma2": value, "gamma3": zero}]))
        boundary = {"series": "boundary", "layer": layer, "gamma2": gamma2, "gamma3": _LINES[layer](gamma2)}
        curve = {"series": "theory", "layer": layer, "gamma2": 0.0, "gamma3": gamma3, "slope": theory(0.0, gamma3)}
        rows += [pd.DataFrame(boundary), pd.DataFrame(curve)]
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Maps of S_W1 and S_W2 with measured and derived zero lines; RD against m and slopes along gamma2 = 0."""
    return draw_three_layer_slopes(table)


def _line(table: pd.DataFrame, layer: int) -> pd.DataFrame:
    rows = table[(table["series"] == "line") & (table["layer"] == layer)].dropna(subset=["slope"])
    if rows.empty:
        raise ValueError("every point is masked")
    return rows


def _slope(table: pd.DataFrame, layer: int, gamma3: float) -> list[float]:
    rows = _line(table, layer)
    return [float(value) for value in rows.loc[np.isclose(rows["gamma3"], gamma3), "slope_by_seed"].iloc[0]]


def _theory_error(table: pd.DataFrame, layer: int) -> float:
    rows = _line(table, layer)
    return float((rows["slope"] - rows["slope_theory"]).abs().max())


def _zero(table: pd.DataFrame, layer: int) -> float:
    rows = _line(table, layer).sort_values("gamma3")
    return local_zero(rows["gamma3"].to_numpy(), rows["slope"].to_numpy())


def _signs(table: pd.DataFrame, layer: int) -> list[float]:
    cells = table[(table["series"] == "cell") & (table["layer"] == layer)].dropna(subset=["slope"])
    off = cells[np.abs(cells["gamma3"] - _LINES[layer](cells["gamma2"].to_numpy())) >= NEAR]
    by_seed = np.array(off["slope_by_seed"].tolist())
    return [float(share) for share in (np.sign(by_seed) == np.sign(off[["slope_theory"]].to_numpy())).mean(axis=0)]


def _zeros(table: pd.DataFrame, layer: int) -> pd.Series:
    return table[(table["series"] == "zero") & (table["layer"] == layer)].set_index("gamma2")["gamma3"]


@quantity
def slope_1_linear(table: pd.DataFrame) -> list[float]:
    """S_W1 at gamma2 = 0, gamma3 = 1, seed by seed."""
    return _slope(table, 1, 1)


@quantity
def slope_1_critical(table: pd.DataFrame) -> list[float]:
    """S_W1 at gamma2 = 0, gamma3 = 1.5, seed by seed."""
    return _slope(table, 1, 1.5)


@quantity
def slope_1_condensed(table: pd.DataFrame) -> list[float]:
    """S_W1 at gamma2 = 0, gamma3 = 2, seed by seed."""
    return _slope(table, 1, 2)


@quantity
def line_error_1(table: pd.DataFrame) -> float:
    """Largest |S_W1 - theory| along gamma2 = 0."""
    return _theory_error(table, 1)


@quantity
def line_error_2(table: pd.DataFrame) -> float:
    """Largest |S_W2 - theory| along gamma2 = 0."""
    return _theory_error(table, 2)


@quantity
def line_zero_1(table: pd.DataFrame) -> float:
    """The gamma3 at which S_W1 crosses zero along gamma2 = 0."""
    return _zero(table, 1)


@quantity
def line_zero_2(table: pd.DataFrame) -> float:
    """The gamma3 at which S_W2 crosses zero along gamma2 = 0."""
    return _zero(table, 2)


@quantity
def signs_1(table: pd.DataFrame) -> list[float]:
    """Share of the map's cells off the zero line whose S_W1 has the sign of theory, seed by seed."""
    return _signs(table, 1)


@quantity
def signs_2(table: pd.DataFrame) -> list[float]:
    """Share of the map's cells off the zero line whose S_W2 has the sign of theory, seed by seed."""
    return _signs(table, 2)


@quantity
def zero_line_error(table: pd.DataFrame) -> float:
    """Mean |measured zero - theory| in gamma3 over both layers and the columns whose derived zero lies inside the map.

    A zero that should be inside and was not found counts as NaN, which fails.
    """
    errors = []
    for layer in LAYERS:
        zeros = _zeros(table, layer)
        theory = _LINES[layer](zeros.index.to_numpy(float))
        cells = table[(table["series"] == "cell") & (table["layer"] == layer)]
        inside = theory <= cells["gamma3"].max() - NEAR
        errors += list(np.abs(zeros.to_numpy() - theory)[inside])
    if not errors:
        raise ValueError("no derived zero lies inside the map")
    return float(np.mean(errors))


@quantity
def order_reversed(table: pd.DataFrame) -> float:
    """Zero of S_W1 minus zero of S_W2 in gamma3 at the largest gamma2: positive if the second layer condenses first."""
    first, second = (_zeros(table, layer) for layer in LAYERS)
    return float(first.loc[first.index.max()] - second.loc[second.index.max()])


@quantity
def largest_drift(table: pd.DataFrame) -> float:
    """Largest relative drift of the conserved quantity over all runs."""
    return float(table.loc[table["series"] == "numbers", "conserved_drift"].iloc[0])


@quantity
def converged(table: pd.DataFrame) -> float:
    """Share of all runs that reached the stop loss accurately (cells with others are masked)."""
    return float(table.loc[table["series"] == "numbers", "converged"].iloc[0])
