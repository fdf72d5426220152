"""Phase diagram of two-layer ReLU networks at infinite width, with the usual initialisations."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.style import COLOURS, new_figure
from condensation.models.two_layer.initialisations import INITIALISATIONS
from condensation.models.two_layer.phase_diagram import phase_boundary
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

LIMITS = ((0.0, 2.0), (-1.0, 1.0))  # gamma, gamma'


def measure(data: FigureData) -> pa.Table:
    """The boundary, the diagonal of E et al., and the examples where their limits put them."""
    del data  # derived, no runs
    line = np.array([LIMITS[1][0], 0.0, LIMITS[1][1]])  # straight between these
    rows = [pd.DataFrame({"series": "boundary", "gamma": phase_boundary(line), "gamma_prime": line})]
    places: dict[tuple[float, float], list[str]] = {}
    for entry in INITIALISATIONS:
        if entry.gamma.is_number:
            places.setdefault((float(entry.gamma), float(entry.gamma_prime)), []).append(entry.name)
        elif entry.gamma == entry.gamma_prime:
            diagonal = [max(LIMITS[0][0], LIMITS[1][0]), min(LIMITS[0][1], LIMITS[1][1])]
            rows.append(
                pd.DataFrame({"series": "diagonal", "gamma": diagonal, "gamma_prime": diagonal, "label": entry.name})
            )
    examples = [
        {"series": "example", "gamma": g, "gamma_prime": p, "label": ", ".join(n)} for (g, p), n in places.items()
    ]
    table = pd.concat([*rows, pd.DataFrame(examples)]).reindex(columns=["series", "gamma", "gamma_prime", "label"])
    return metric_table(**{str(name): table[name].to_numpy() for name in table})


def draw(table: pd.DataFrame) -> Figure:
    """gamma to the right, gamma' upwards; regimes shaded."""
    figure, axes = new_figure(1, 1, width=5.4, height=4.2)
    panel = axes[0, 0]
    boundary = table[table["series"] == "boundary"].sort_values("gamma_prime")
    gamma, prime = boundary["gamma"].to_numpy(), boundary["gamma_prime"].to_numpy()
    (left, right), (bottom, top) = LIMITS
    panel.fill_betweenx(prime, left, gamma, color=COLOURS["linear"], alpha=0.15, linewidth=0)
    panel.fill_betweenx(prime, gamma, right, color=COLOURS["condensed"], alpha=0.18, linewidth=0)
    panel.plot(gamma, prime, color="black", linewidth=2.5)
    panel.text(0.45, -0.55, "linear regime", ha="center", fontsize=12, color=COLOURS["linear"])
    panel.text(1.55, -0.55, "condensed\nregime", ha="center", va="center", fontsize=12, color=COLOURS["condensed"])
    panel.annotate(
        "critical\nregime",
        (1.0, -0.8),
        xytext=(0.72, -0.86),
        fontsize=9,
        ha="center",
        va="center",
        arrowprops={"arrowstyle": "->"},
    )
    for formula, point in ((r"$\gamma = 1$", (1.0, -0.25)), (r"$\gamma' = \gamma - 1$", (1.4, 0.4))):
        panel.annotate(formula, point, xytext=(9, -3), textcoords="offset points", fontsize=9, va="center")
    diagonal = table[table["series"] == "diagonal"]
    panel.plot(diagonal["gamma"], diagonal["gamma_prime"], ":", color="0.35")
    panel.text(
        0.72,
        0.88,
        f"{diagonal['label'].iloc[0]}\n" + r"$\gamma' = \gamma$",
        fontsize=8,
        ha="right",
        va="center",
        color="0.3",
    )
    for _, row in table[table["series"] == "example"].iterrows():
        panel.plot(row["gamma"], row["gamma_prime"], "o", color="black", markersize=6, zorder=4)
        below = row["gamma"] == 1
        panel.annotate(
            row["label"], (row["gamma"], row["gamma_prime"]), xytext=(8, -10) if below else (-6, 8),
            textcoords="offset points", ha="left" if below else "right", fontsize=9,
        )  # fmt: skip
    panel.set(xlim=(left, right), ylim=(bottom, top), xlabel=r"$\gamma$", ylabel=r"$\gamma'$")
    panel.set(xticks=np.arange(left, right + 0.1, 0.5), yticks=np.arange(bottom, top + 0.1, 0.5))
    return figure


@quantity
def corner_of_boundary(table: pd.DataFrame) -> float:
    """Distance of the corner of the boundary from (1, 0)."""
    boundary = table[table["series"] == "boundary"]
    return float(np.hypot(boundary["gamma"] - 1, boundary["gamma_prime"]).min())


@quantity
def slope_above(table: pd.DataFrame) -> float:
    """d gamma' / d gamma of the boundary for gamma' > 0."""
    rows = table[(table["series"] == "boundary") & (table["gamma_prime"] >= 0)].sort_values("gamma_prime")
    return float(np.diff(rows["gamma_prime"])[0] / np.diff(rows["gamma"])[0])


def _examples_beyond_line(table: pd.DataFrame) -> np.ndarray:
    """gamma of the drawn examples minus gamma of the drawn boundary at their gamma'."""
    boundary = table[table["series"] == "boundary"].sort_values("gamma_prime")
    rows = table[table["series"] == "example"]
    return rows["gamma"].to_numpy() - np.interp(rows["gamma_prime"], boundary["gamma_prime"], boundary["gamma"])


@quantity
def examples_in_linear_regime(table: pd.DataFrame) -> float:
    """Drawn examples on the linear side of the drawn boundary (LeCun and He, NTK)."""
    return float((_examples_beyond_line(table) < -1e-12).sum())


@quantity
def examples_on_boundary(table: pd.DataFrame) -> float:
    """Drawn examples on the drawn boundary (Xavier and mean field)."""
    return float((np.abs(_examples_beyond_line(table)) <= 1e-12).sum())
