"""Table of initialisations: scales and their coordinates in the phase diagram, derived, not typed."""

import re
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import sympy as sp
from matplotlib.figure import Figure

from condensation.drawing.formula_table import draw_formula_table, natural_width
from condensation.drawing.style import current_width, new_figure
from condensation.models.two_layer.initialisations import INITIALISATIONS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

WIDTH = 1000  # of the finite-width columns, at input dimension d = 1
_SCALES = {
    "alpha": r"$\alpha$",
    "beta1": r"$\beta_1$",
    "beta2": r"$\beta_2$",
    "kappa": r"$\kappa = \beta_1 \beta_2 / \alpha$",
    "kappa_prime": r"$\kappa' = \beta_1 / \beta_2$",
}
_LIMITS = {
    "gamma_limit": r"$\gamma = -\lim\, \log \kappa / \log m$",
    "gamma_prime_limit": r"$\gamma' = -\lim\, \log \kappa' / \log m$",
}
_FINITE = {"gamma_finite": rf"$\gamma$ at $m = {WIDTH}$", "gamma_prime_finite": rf"$\gamma'$ at $m = {WIDTH}$"}


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Formulas as LaTeX, limits of gamma and gamma' as numbers where they are, and their values at m = 1000, d = 1."""
    del data  # derived, no runs
    rows = []
    for entry in INITIALISATIONS:
        formulas = [formula(getattr(entry, name)) for name in (*_SCALES, *(n.removesuffix("_limit") for n in _LIMITS))]
        limits = (float(g) if g.is_number else float("nan") for g in (entry.gamma, entry.gamma_prime))
        rows.append((entry.name, entry.reference, *formulas, *limits, *entry.at(WIDTH)))
    names = ("label", "source", *_SCALES, *_LIMITS, "gamma", "gamma_prime", *_FINITE)
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return {"initialisations": metric_table(**columns, m=[WIDTH] * len(rows))}


def formula(expression: sp.Expr) -> str:
    """Return LaTeX in one line, roots taken together: sqrt(1/(md)), not 1/(sqrt(m) sqrt(d)).

    >>> m, d = sp.symbols("m d", positive=True)
    >>> formula(sp.sqrt(1 / m) * sp.sqrt(1 / d)), formula(1 / m), formula(sp.Rational(1, 2))
    ('\\\\sqrt{1/(m d)}', '1/m', '1/2')
    """
    square = sp.factor(expression**2)
    rooted = not expression.has(sp.log) and any(power.exp == sp.Rational(1, 2) for power in _powers(sp.sqrt(square)))
    numerator, denominator = sp.fraction(square if rooted else sp.factor(expression))
    text = _line(numerator)
    if denominator != 1:
        text = f"({text})" if numerator.is_Add else text
        below = _line(denominator)
        text += f"/({below})" if " " in below and not denominator.has(sp.log) else f"/{below}"
    return rf"\sqrt{{{text}}}" if rooted else text


def _powers(expression: sp.Expr) -> Iterator[sp.Pow]:
    yield from (sp.Pow(p.base, abs(p.exp), evaluate=False) for p in expression.atoms(sp.Pow))


def _line(expression: sp.Expr) -> str:
    """Return LaTeX without growing brackets, the width before the dimension."""
    text = re.sub(r"\\log\{\\left\((.*?) \\right\)\}", r"\\log \1", sp.latex(expression))
    text = text.replace(r"\left(", "(").replace(r"\right)", ")")
    return text.replace("d m", "m d").replace("d + m", "m + d")


def _rows(table: pd.DataFrame, names: dict[str, str], *, missing: str = "–") -> list[list[str]]:
    """Header and rows of the columns `names`, after the initialisation's name."""
    header = ["initialisation", *names.values()]
    cells = [[_cell(row[name], missing) for name in names] for _, row in table.iterrows()]
    return [header, *([label, *row] for label, row in zip(table["label"], cells, strict=True))]


def _cell(value: str | float, missing: str) -> str:
    if isinstance(value, str):
        return f"${value}$" if "\\" in value or "/" in value or len(value) < 3 else value
    return f"{value:.2f}" if value == value else missing


def draw(initialisations: pd.DataFrame) -> Figure:
    """The table as a picture, in two parts, or as many as its width asks for."""
    room = 72 * current_width(7.0) - 14
    tables = []
    for names in (_SCALES, _LIMITS | _FINITE | {"source": "reference"}):
        part: dict[str, str] = {}
        for name, title in names.items():
            if part and natural_width(_rows(initialisations, part | {name: title})) > room:
                tables.append(_rows(initialisations, part))
                part = {}
            part[name] = title
        tables.append(_rows(initialisations, part))
    figure, axes = new_figure(len(tables), 1, width=7.0, height=1.9 * len(tables))
    for panel, rows in zip(axes[:, 0], tables, strict=True):
        draw_formula_table(panel, rows)
    return figure


def draw_text(initialisations: pd.DataFrame, fmt: str) -> str:
    """The table as CSV (plain numbers and formulas) or as a LaTeX tabular."""
    if fmt == "csv":
        return initialisations.to_csv(index=False, lineterminator="\n")
    rows = _rows(initialisations, _SCALES | _LIMITS | _FINITE | {"source": "reference"}, missing="--")
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
