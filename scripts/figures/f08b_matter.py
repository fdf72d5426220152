"""Phase diagram of matter: water, from the published IAPWS curves, beside the one that networks are to have."""

from collections.abc import Callable
from functools import partial
from typing import Any

import iapws
import numpy as np
import pandas as pd
import pyarrow as pa
from iapws.iapws97 import _PSat_T as saturation_pressure
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from condensation.drawing.phase_diagram import draw_regimes
from condensation.drawing.style import COLOURS, pair_of_panels, panel_title, tint
from condensation.models.two_layer.phase_diagram import phase_boundary
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
TEMPERATURE, PRESSURE = (200.0, 720.0), (5e-2, 1.5e11)  # what the diagram shows
PHASES = {"solid": (238.0, 3e5), "liquid": (400.0, 3e7), "gas": (540.0, 3e2)}
_PALE = 0.24


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Sublimation, saturation and melting curves, triple and critical point; the boundary of networks' regimes."""
    del data  # published curves only
    step = 1e-6  # the correlations of neighbouring ices are open at their lower ends
    rows = [
        _curve("sublimation", np.linspace(TEMPERATURE[0], TRIPLE_POINT[0], 120), iapws._Sublimation_Pressure),
        _curve("saturation", np.linspace(TRIPLE_POINT[0], CRITICAL_POINT[0], 120), saturation_pressure),
    ]
    for ice, (low, high) in MELTING.items():
        temperature = np.linspace(low + step, high, 60)
        rows.append(_curve(f"melting, ice {ice}", temperature, partial(iapws._Melting_Pressure, ice=ice)))
    curves = pd.concat(rows)
    points = {"triple point": TRIPLE_POINT, "critical point": CRITICAL_POINT}
    temperatures, pressures = zip(*points.values(), strict=True)
    line = np.array([-1.0, 0.0, 1.0])
    return {
        "curves": metric_table(**{str(name): curves[name].to_numpy() for name in curves}),
        "points": metric_table(label=list(points), temperature=temperatures, pressure=pressures),
        "boundary": metric_table(gamma=phase_boundary(line), gamma_prime=line),
    }


def _curve(name: str, temperature: np.ndarray, pressure_in_mpa: Callable[[float], float]) -> pd.DataFrame:
    pressure = [1e6 * float(pressure_in_mpa(float(value))) for value in temperature]
    return pd.DataFrame({"label": name, "temperature": temperature, "pressure": pressure})


def draw(curves: pd.DataFrame, points: pd.DataFrame, boundary: pd.DataFrame) -> Figure:
    """(a) Water: solid, liquid and gas; (b) the diagram of a network, whose phases are the question."""
    figure, matter, network, _ = pair_of_panels(3.3)
    _draw_matter(matter, curves, points)
    panel_title(matter, "matter: water")
    network.set(xlim=(0, 2), ylim=(-1, 1), xticks=[], yticks=[], xlabel="scale of the network: ?")
    network.set_ylabel("ratio of the layers' scales: ?")
    draw_regimes(network, boundary, words=False)
    for place in (0.5, 1.5):
        network.text(place, -0.45, "?", ha="center", va="center", fontsize=22)
    network.annotate(
        "", (1.36, -0.45), xytext=(0.64, -0.45), arrowprops={"arrowstyle": "<->", "linewidth": 1.6}, zorder=5
    )
    panel_title(network, "networks")
    for panel in (matter, network):
        for spine in panel.spines.values():
            spine.set_visible(True)
    return figure


def _draw_matter(panel: Axes, curves: pd.DataFrame, points: pd.DataFrame) -> None:
    names = curves["label"]
    sublimation, saturation = curves[names == "sublimation"], curves[names == "saturation"]
    melting = curves[names.str.startswith("melting")].sort_values("pressure")
    hottest, highest = saturation[["temperature", "pressure"]].iloc[-1]
    panel.set_facecolor(tint("solid", _PALE))
    panel.fill_betweenx(melting["pressure"], melting["temperature"], TEMPERATURE[1], color=tint("guide", _PALE))
    liquid = melting["temperature"].clip(upper=hottest)
    panel.fill_betweenx(melting["pressure"], liquid, hottest, color=tint("liquid", _PALE))
    vapour = pd.concat([sublimation, saturation])
    gas: dict[str, Any] = {"color": tint("gas", _PALE), "linewidth": 0}
    panel.fill_between(vapour["temperature"], PRESSURE[0], vapour["pressure"], **gas)
    panel.fill_between((hottest, TEMPERATURE[1]), PRESSURE[0], highest, **gas)
    for curve in (sublimation, melting, saturation):
        panel.plot(curve["temperature"], curve["pressure"], color=COLOURS["critical"], linewidth=2)
    for label, (temperature, pressure) in PHASES.items():
        panel.text(temperature, pressure, label, fontsize=10, ha="center", va="center")
    for label, temperature, pressure in points[["label", "temperature", "pressure"]].itertuples(index=False):
        panel.plot(temperature, pressure, "o", color="black", zorder=3)
        panel.annotate(
            f"{label}\n{temperature:.2f} K, {_pressure(pressure)}", (temperature, pressure), fontsize=7, va="top",
            xytext=(3, -5) if label == "triple point" else (14, -16), textcoords="offset points",
            ha="left" if label == "triple point" else "right",
        )  # fmt: skip
    panel.set(yscale="log", xlim=TEMPERATURE, ylim=PRESSURE, xlabel="temperature $T$ (K)", ylabel="pressure $p$ (Pa)")


def _pressure(value: float) -> str:
    return f"{value / 1e6:.2f} MPa" if value > 1e6 else f"{value:.1f} Pa"
