"""Table of initialisations: scales and their coordinates in the phase diagram, derived, not typed."""

import pandas as pd
import pyarrow as pa
import sympy as sp
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.style import new_figure
from condensation.models.two_layer.initialisations import INITIALISATIONS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

WIDTH = 1000  # of the finite-width columns, at input dimension d = 1
_FORMULAS = ("alpha", "beta1", "beta2", "kappa", "kappa_prime", "gamma_limit", "gamma_prime_limit")
_SYMBOLS = (r"\alpha", r"\beta_1", r"\beta_2", r"\kappa", r"\kappa'", r"\gamma", r"\gamma'")


def measure(data: FigureData) -> pa.Table:
    """Formulas as LaTeX, limits of gamma and gamma' as numbers where they are, and their values at m = 1000."""
    del data  # derived, no runs
    rows = []
    for entry in INITIALISATIONS:
        formulas = (
            entry.alpha,
            entry.beta1,
            entry.beta2,
            entry.kappa,
            entry.kappa_prime,
            entry.gamma,
            entry.gamma_prime,
        )
        row = {name: sp.latex(formula) for name, formula in zip(_FORMULAS, formulas, strict=True)}
        limits = (float(g) if g.is_number else float("nan") for g in (entry.gamma, entry.gamma_prime))
        rows.append((entry.name, *row.values(), *limits, *entry.at(WIDTH)))
    names = ("label", *_FORMULAS, "gamma", "gamma_prime", "gamma_finite", "gamma_prime_finite")
    return metric_table(**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), m=[WIDTH] * len(rows))


def _header(separator: str) -> list[str]:
    finite = f"{separator}($m = {WIDTH}$,{separator}$d = 1$)"
    return ["initialisation", *(f"${s}$" for s in _SYMBOLS), *(f"${s}${finite}" for s in _SYMBOLS[-2:])]


def _cells(row: pd.Series, *, missing: str = "–") -> list[str]:
    finite = [
        f"{row[name]:.3f}" if row[name] == row[name] else missing for name in ("gamma_finite", "gamma_prime_finite")
    ]
    return [row["label"], *(f"${row[name]}$" for name in _FORMULAS), *finite]


def draw(table: pd.DataFrame) -> Figure:
    """The table as a picture."""
    figure, axes = new_figure(1, 1, width=7.6, height=4.3)
    panel = axes[0, 0]
    panel.axis("off")
    cells = [_cells(row) for _, row in table.iterrows()]
    # what matplotlib's mathtext does not know, and fractions at full size
    cells = [
        [cell.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\frac", r"\dfrac") for cell in row]
        for row in cells
    ]
    grid = panel.table(
        cells,
        colLabels=_header("\n"),
        cellLoc="center",
        loc="center",
        colWidths=[0.12, 0.06, 0.095, 0.095, 0.135, 0.095, 0.095, 0.095, 0.105, 0.105],
    )
    grid.auto_set_font_size(False)
    grid.set_fontsize(9)
    grid.scale(1, 2.95)
    for (row, _), cell in grid.get_celld().items():
        cell.set_linewidth(0.5)
        cell.set_edgecolor("0.75")
        if row == 0:
            cell.set_facecolor("0.93")
    return figure


def draw_text(table: pd.DataFrame, fmt: str) -> str:
    """The table as CSV (plain numbers and formulas) or as a LaTeX tabular."""
    if fmt == "csv":
        return table.to_csv(index=False, lineterminator="\n")
    rows = [_header(" "), *(_cells(row, missing="--") for _, row in table.iterrows())]
    body = [" & ".join(row) + r" \\" for row in rows]
    return "\n".join(
        [
            r"\begin{tabular}{" + "l" * len(rows[0]) + "}",
            r"\hline",
            body[0],
            r"\hline",
            *body[1:],
            r"\hline",
            r"\end{tabular}",
            "",
        ]
    )


def _difference(table: pd.DataFrame, names: tuple[str, ...], gamma: float, gamma_prime: float) -> float:
    rows = table[table["label"].isin(names)]
    if len(rows) != len(names):
        raise ValueError("an initialisation is missing")
    return float(max((rows["gamma"] - gamma).abs().max(), (rows["gamma_prime"] - gamma_prime).abs().max()))


@quantity
def lecun_and_he(table: pd.DataFrame) -> float:
    """Largest distance of LeCun's and He's (gamma, gamma') from (1/2, 1/2)."""
    return _difference(table, ("LeCun", "He"), 0.5, 0.5)


@quantity
def xavier_and_mean_field(table: pd.DataFrame) -> float:
    """Largest distance of Xavier's and the mean field's (gamma, gamma') from (1, 0)."""
    return _difference(table, ("Xavier", "mean-field"), 1.0, 0.0)


@quantity
def neural_tangent_kernel(table: pd.DataFrame) -> float:
    """Distance of the NTK's (gamma, gamma') from (1/2, 0)."""
    return _difference(table, ("NTK",), 0.5, 0.0)


@quantity
def e_et_al_on_diagonal(table: pd.DataFrame) -> float:
    """1 if the derived gamma and gamma' of E et al. are the same formula, else 0."""
    row = table[table["label"] == "E et al."].iloc[0]
    return float(row["gamma_limit"] == row["gamma_prime_limit"])
