"""The page that shows every figure beside its settings, guesses and claims."""

from collections.abc import Mapping, Sequence
from typing import Any

from condensation.claims.report import tallies
from condensation.pages.tables import Equation
from condensation.plan.claims import QUALITY
from condensation.plan.plan import Experiment, Plan

_QUIET = ("-", "")  # cells that set nothing


def index_page(plan: Plan, claims: Sequence[Mapping[str, Any]], equations: Sequence[Equation] = ()) -> str:
    """Return docs/figures.md: in the lecture's order a section a figure, with its equations, rows and claims.

    Figures and claims of a user's own tables are left out: git tracks the page.
    """
    figures = [figure for figure in plan.figures.values() if not figure.own]
    own_claims = {claim.id for claim in plan.claims if claim.own}
    claims = [claim for claim in claims if claim["id"] not in own_claims]
    statements, checks = tallies(claims)
    failed = [*statements.failed, *checks.failed]
    lines = [
        "# Every figure, its settings and its claims",
        "",
        "Made by `snakemake index`; not edited by hand.",
        "",
        f"Preset `{plan.preset}` ({plan.preset_description}): {len(figures)} figures, "
        f"{statements.held} of {statements.total} claims held, {checks.held} of {checks.total} quality checks"
        + (f"; **failed: {', '.join(failed)}**." if failed else "."),
        "",
        "| figure | slide | equations | rows | claims held | quality checks held |",
        "|---|---|---|---|---|---|",
    ]
    for figure in figures:
        own, numerics = tallies(claim for claim in claims if claim["figure"] == figure.id)
        behind = ", ".join(f"[{e.id}](#equations)" for e in equations if figure.id in e.figures) or "-"
        rows = ", ".join(_row_link(plan, name) for name in figure.experiments) or "-"
        lines.append(
            f"| [{figure.id}](#{figure.id}) | {figure.slide} | {behind} | {rows} "
            f"| {own.held} of {own.total} | {numerics.held} of {numerics.total} |"
        )
    for figure in figures:
        stated = [claim for claim in claims if claim["figure"] == figure.id]
        lines += ["", f"## {figure.id}", "", f"**{figure.title}.** {figure.caption}", ""]
        image = f"images/{figure.id}.png" if "png" in figure.formats else f"images/{figure.id}.{figure.formats[0]}"
        behind = ", ".join(f"[{e.id}](#equations)" for e in equations if figure.id in e.figures)
        said = f"Slide: {figure.slide}." + (f" Equations: {behind}." if behind else "")
        lines += [f"![{figure.title}]({image})", "", f"{said} Redraw: `snakemake {figure.id}`.", ""]
        for name in figure.experiments:
            lines += [*_settings(plan.experiments[name]), ""]
        if stated:
            lines += _claims(stated)
    if equations:
        lines += ["", *_equations(equations)]
    return "\n".join(lines) + "\n"


def _row_link(plan: Plan, key: str) -> str:
    experiment = plan.experiments[key]
    return f"[{key}](../{plan.families[experiment.family].table})"


def _equations(equations: Sequence[Equation]) -> list[str]:
    """Every equation with the figures that rest on it."""
    lines = ["## equations"]
    for equation in equations:
        figures = ", ".join(f"[{figure}](#{figure})" for figure in equation.figures)
        lines += ["", f"**{equation.id}**: {equation.meaning} ({equation.source}). Figures: {figures}.", ""]
        lines += ["```math", equation.latex, "```"]
    return lines


def _settings(experiment: Experiment) -> list[str]:
    """The row of the experiment table, with its source and its guess."""
    cells = {
        column: text
        for column, text in experiment.cells.items()
        if column not in ("name", "source", "notes") and text not in _QUIET
    }
    settings = ", ".join(
        f"{column} `{text if len(text) < 60 else text[:48] + ' ...'}`" for column, text in cells.items()
    )
    lines = [
        f"* Experiment `{experiment.name}` ({len(experiment.runs)} runs; source: {experiment.source}): {settings}."
    ]
    if experiment.notes:
        lines.append(f"  *{experiment.notes}.*")
    return lines


def _claims(claims: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = ["| claim | measured | bounds | |", "|---|---|---|---|"]
    for claim in claims:
        value = "not measured" if claim["value"] is None else f"{claim['value']:.4g}"
        if claim["seeds"] > 1 and claim["spread"] is not None:
            value += f" ± {claim['spread']:.2g} ({claim['seeds']} seeds)"
        mark = "held" if claim["held"] else "**FAILED**"
        kind = "quality check: " if claim["kind"] == QUALITY else ""
        statement = f"{kind}{claim['statement']} ({claim['source']})".replace("|", r"\|")  # a bar would end the cell
        if not claim["held"] and claim["why"]:
            mark += f" ({claim['category']}): {claim['why']}".replace("|", r"\|")
        bounds = f"{claim['lower']:.4g} to {claim['upper']:.4g} ({claim['basis']})"
        lines.append(f"| {statement} | {value} | {bounds} | {mark} |")
    return lines
