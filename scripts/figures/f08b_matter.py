"""Phase diagram of matter: water, from the published IAPWS curves."""

from collections.abc import Callable
from functools import partial

import iapws
import numpy as np
import pandas as pd
import pyarrow as pa
from iapws.iapws97 import _PSat_T as saturation_pressure
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.style import COLOURS, attribution, new_figure
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

TRIPLE_POINT = (iapws._iapws.Tt, iapws._iapws.Pt * 1e6)  # K, Pa (IAPWS R14-08)
CRITICAL_POINT = (iapws._iapws.Tc, iapws._iapws.Pc * 1e6)  # K, Pa (IAPWS R2-83)
# temperatures of the melting curves in K (IAPWS R14-08); up to where the release ends
MELTING = {
    "Ih": (251.165, 273.16),
    "III": (251.165, 256.164),
    "V": (256.164, 273.31),
    "VI": (273.31, 355.0),
    "VII": (355.0, 715.0),
}
LOWEST = 200.0  # K, left edge of the picture
REGIONS = {"solid": (232.0, 3e6), "liquid": (400.0, 6e7), "vapour": (560.0, 3e3)}
ICES = {"ice Ih": (232.0, 6e5), "ice VI": (300.0, 2.6e9), "ice VII": (430.0, 1.6e10)}  # III and V have no room


def measure(data: FigureData) -> pa.Table:
    """Sublimation, saturation and melting curves, triple and critical point."""
    del data  # published curves only
    step = 1e-6  # the correlations of neighbouring ices are open at their lower ends
    rows = [
        _curve("sublimation", np.linspace(LOWEST, TRIPLE_POINT[0], 120), iapws._Sublimation_Pressure),
        _curve("saturation", np.linspace(TRIPLE_POINT[0], CRITICAL_POINT[0], 120), saturation_pressure),
    ]
    for ice, (low, high) in MELTING.items():
        temperature = np.linspace(low + step, high, 60)
        rows.append(_curve(f"melting, ice {ice}", temperature, partial(iapws._Melting_Pressure, ice=ice)))
    points = {"triple point": TRIPLE_POINT, "critical point": CRITICAL_POINT}
    rows += [pd.DataFrame({"series": [name], "temperature": [t], "pressure": [p]}) for name, (t, p) in points.items()]
    table = pd.concat(rows)
    return metric_table(**{name: table[name].to_numpy() for name in ("series", "temperature", "pressure")})


def _curve(name: str, temperature: np.ndarray, pressure_in_mpa: Callable[[float], float]) -> pd.DataFrame:
    pressure = [1e6 * float(pressure_in_mpa(float(value))) for value in temperature]
    return pd.DataFrame({"series": name, "temperature": temperature, "pressure": pressure})


def draw(table: pd.DataFrame) -> Figure:
    """Pressure against temperature with the three boundaries and two points."""
    figure, axes = new_figure(1, 1, width=5.2, height=3.9)
    panel = axes[0, 0]
    colours = {"sublimation": COLOURS["linear"], "saturation": COLOURS["condensed"], "melting": COLOURS["linearised"]}
    labelled = set()
    for series, curve in table.groupby("series", sort=False):
        if len(curve) == 1:
            point = curve.iloc[0]
            panel.plot(point["temperature"], point["pressure"], "o", color="black", zorder=3)
            text = f"{series}\n{point['temperature']:.2f} K, {_pressure(point['pressure'])}"
            place = (10, -14) if series == "triple point" else (-8, 10)
            panel.annotate(
                text, (point["temperature"], point["pressure"]), xytext=place, textcoords="offset points",
                ha="left" if series == "triple point" else "center",
                va="top" if series == "triple point" else "bottom", fontsize=8,
            )  # fmt: skip
            continue
        kind = str(series).split(",")[0]
        label = None if kind in labelled else kind
        labelled.add(kind)
        panel.plot(curve["temperature"], curve["pressure"], color=colours[kind], label=label)
    for region, (temperature, pressure) in REGIONS.items():
        panel.text(temperature, pressure, region, fontsize=12, ha="center", color="0.35")
    for ice, (temperature, pressure) in ICES.items():
        panel.text(temperature, pressure, ice, fontsize=8, ha="center", color="0.35")
    panel.set(
        yscale="log", xlabel="temperature $T$ (K)", ylabel="pressure $p$ (Pa)", xlim=(LOWEST, 720), ylim=(5e-2, 1.5e11)
    )
    panel.legend(loc="lower right")
    attribution(figure, "curves: IAPWS R14-08 (melting, sublimation), R7-97 (saturation)")
    return figure


def _pressure(value: float) -> str:
    return f"{value / 1e6:.2f} MPa" if value > 1e6 else f"{value:.1f} Pa"


def _point(table: pd.DataFrame, name: str, column: str) -> float:
    return float(table.loc[table["series"] == name, column].iloc[0])


@quantity
def triple_point_gap(table: pd.DataFrame) -> float:
    """Largest relative distance of the ends of sublimation, saturation and melting (Ih) from the triple pressure."""
    pressure = _point(table, "triple point", "pressure")
    ends = []
    for series, end in (("sublimation", -1), ("saturation", 0), ("melting, ice Ih", -1)):
        ends.append(float(table.loc[table["series"] == series, "pressure"].iloc[end]))
    return float(max(abs(value / pressure - 1) for value in ends))


@quantity
def critical_temperature(table: pd.DataFrame) -> float:
    """Temperature of the critical point in K."""
    return _point(table, "critical point", "temperature")


@quantity
def critical_point_gap(table: pd.DataFrame) -> float:
    """Relative distance of the end of the saturation curve from the critical pressure."""
    end = float(table.loc[table["series"] == "saturation", "pressure"].iloc[-1])
    return abs(end / _point(table, "critical point", "pressure") - 1)
