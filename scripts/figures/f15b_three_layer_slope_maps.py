"""Slope maps of both hidden layers over (gamma2, gamma3), the four regions, and the slopes along gamma2 = 0."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.three_layer_maps import draw_three_layer_slopes
from condensation.geometry import local_zero
from condensation.measures.layers import LAYERS, accurate, distance_rows, slope_rows
from condensation.models.three_layer.phase_diagram import (
    slope_1,
    slope_2,
    zero_line_1,
    zero_line_2,
    zero_line_2_operator,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

NEAR = 0.2  # cells closer than this to a zero line (in gamma3) count as on it
_LINES = {1: zero_line_1, 2: zero_line_2}
_SLOPES = (
    "layer", "gamma2", "gamma3", "slope", "slope_spread", "slope_error", "slope_by_seed", "slope_theory", "converged",
)  # fmt: skip


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Slopes of the map (both norms) and of the line, zeros, theory, RD against the width, N_eff, every run's drift.

    Slopes along gamma2 = 0 are fitted over all widths that are computed, 100 to 10000 where the row `widest` has them.
    """
    maps, line = data.runs["slope_maps"], pd.concat([data.runs["line"], data.runs["widest"]])
    cells = slope_rows(maps)
    zeros = [
        {"layer": layer, "gamma2": gamma2, "gamma3": local_zero(row["gamma3"].to_numpy(), row["slope"].to_numpy())}
        for (layer, gamma2), row in cells.groupby(["layer", "gamma2"])
    ]
    gamma2 = np.linspace(maps["gamma2"].min(), maps["gamma2"].max(), 61)
    gamma3 = np.linspace(line["gamma3"].min(), line["gamma3"].max(), 55)
    lines = [pd.DataFrame({"layer": k, "gamma2": gamma2, "gamma3": at(gamma2)}) for k, at in _LINES.items()]
    theory = [
        pd.DataFrame({"layer": layer, "gamma3": gamma3, "slope": slope(0.0, gamma3)})
        for layer, slope in ((1, slope_1), (2, slope_2))
    ]
    operator_line = pd.DataFrame({"layer": 2, "gamma2": gamma2, "gamma3": zero_line_2_operator(gamma2)})
    widest = maps[(maps["m"] == maps["m"].max()) & (maps["status"] == "converged")]
    spans = widest.groupby(["gamma2", "gamma3", "m"], as_index=False).agg(n_eff_span=("n_eff_span_end", "mean"))
    runs = accurate(pd.concat([maps, line]))
    runs = runs.assign(converged=(runs["status"] == "converged").astype(float))
    return {
        "cells": _table(cells, *_SLOPES),
        "operator_cells": _table(slope_rows(maps, ["rd_2_operator"]), *_SLOPES),
        "line": _table(slope_rows(line), *_SLOPES),
        "zeros": _table(pd.DataFrame(zeros), "layer", "gamma2", "gamma3"),
        "lines": _table(pd.concat(lines), "layer", "gamma2", "gamma3"),
        "operator_lines": _table(operator_line, "layer", "gamma2", "gamma3"),
        "theory": _table(pd.concat(theory), "layer", "gamma3", "slope"),
        "distances": _table(distance_rows(line), "layer", "gamma3", "m", "rd", "rd_spread"),
        "directions": _table(spans, "gamma2", "gamma3", "m", "n_eff_span"),
        "runs": _table(runs, "gamma2", "gamma3", "m", "seed", "converged", "conserved_drift"),
    }


def _table(frame: pd.DataFrame, *columns: str) -> pa.Table:
    return metric_table(**{name: frame[name].to_numpy() for name in columns})


def draw(
    cells: pd.DataFrame, operator_cells: pd.DataFrame, zeros: pd.DataFrame, lines: pd.DataFrame,
    operator_lines: pd.DataFrame, line: pd.DataFrame, theory: pd.DataFrame, distances: pd.DataFrame,
    directions: pd.DataFrame, failed: dict[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Regions, maps of the slopes of both layers, RD against m, slopes along gamma2 = 0."""
    return draw_three_layer_slopes(
        cells, operator_cells, zeros, lines, operator_lines, line, theory, distances, directions, failed or {}
    )


def _line(line: pd.DataFrame, layer: int) -> pd.DataFrame:
    rows = line[line["layer"] == layer].dropna(subset=["slope"])
    if rows.empty:
        raise ValueError("every point is masked")
    return rows.sort_values("gamma3")


def _slope(line: pd.DataFrame, layer: int, gamma3: float) -> list[float]:
    """Return the slope of a layer at gamma2 = 0, seed by seed."""
    rows = _line(line, layer)
    return [float(value) for value in rows.loc[np.isclose(rows["gamma3"], gamma3), "slope_by_seed"].iloc[0]]


def _theory_error(line: pd.DataFrame, layer: int) -> float:
    """Return the largest |S - theory| of a layer along gamma2 = 0."""
    rows = _line(line, layer)
    return float((rows["slope"] - rows["slope_theory"]).abs().max())


def _zero(line: pd.DataFrame, layer: int) -> float:
    """Return the gamma3 at which the slope of a layer crosses zero along gamma2 = 0."""
    rows = _line(line, layer)
    return local_zero(rows["gamma3"].to_numpy(), rows["slope"].to_numpy())


def _signs(cells: pd.DataFrame, layer: int) -> list[float]:
    """Return the share of the map's cells off a layer's zero line whose slope has the sign of theory, seed by seed."""
    known = cells[cells["layer"] == layer].dropna(subset=["slope"])
    off = known[np.abs(known["gamma3"] - _LINES[layer](known["gamma2"].to_numpy())) >= NEAR]
    by_seed = np.array(off["slope_by_seed"].tolist())
    return [float(share) for share in (np.sign(by_seed) == np.sign(off[["slope_theory"]].to_numpy())).mean(axis=0)]


def _zeros(zeros: pd.DataFrame, layer: int) -> pd.Series:
    return zeros[zeros["layer"] == layer].set_index("gamma2")["gamma3"]


slope_1_published_linear = quantity_of(_slope, layer=1, gamma3=0.9)
slope_1_linear = quantity_of(_slope, layer=1, gamma3=1)
slope_1_critical = quantity_of(_slope, layer=1, gamma3=1.5)
slope_1_condensed = quantity_of(_slope, layer=1, gamma3=2)
slope_1_published_condensed = quantity_of(_slope, layer=1, gamma3=2.1)
line_error_1 = quantity_of(_theory_error, layer=1)
line_error_2 = quantity_of(_theory_error, layer=2)
line_zero_1 = quantity_of(_zero, layer=1)
line_zero_2 = quantity_of(_zero, layer=2)
signs_1 = quantity_of(_signs, layer=1)
signs_2 = quantity_of(_signs, layer=2)


@quantity
def zero_line_error(zeros: pd.DataFrame, cells: pd.DataFrame) -> float:
    """Mean |measured zero - theory| in gamma3 over both layers and the columns whose derived zero lies inside the map.

    A zero that should be inside and was not found counts as NaN, which fails.
    """
    errors = []
    for layer in LAYERS:
        found = _zeros(zeros, layer)
        theory = _LINES[layer](found.index.to_numpy(float))
        inside = theory <= cells["gamma3"].max() - NEAR
        errors += list(np.abs(found.to_numpy() - theory)[inside])
    if not errors:
        raise ValueError("no derived zero lies inside the map")
    return float(np.mean(errors))


@quantity
def order_reversed(zeros: pd.DataFrame) -> float:
    """Zero of S_W1 minus zero of S_W2 in gamma3 at the largest gamma2: positive if the second layer condenses first."""
    first, second = (_zeros(zeros, layer) for layer in LAYERS)
    return float(first.loc[first.index.max()] - second.loc[second.index.max()])


@quantity
def largest_drift(runs: pd.DataFrame) -> float:
    """Largest relative drift of the conserved quantity over all runs."""
    return float(runs["conserved_drift"].max())


@quantity
def converged(runs: pd.DataFrame) -> float:
    """Share of all runs that reached the stop loss accurately (cells with others are masked)."""
    return float(runs["converged"].mean())
