"""docs/figures.md, the page that shows every figure beside its settings, guesses and claims."""

from collections.abc import Sequence

from condensation.claims.report import tallies
from condensation.pages.entries import Claim, Entry, entries
from condensation.pages.settings import Settings
from condensation.pages.tables import Equation
from condensation.pages.wording import bounds, measured, symbols
from condensation.plan.claims import QUALITY
from condensation.plan.plan import Plan

_LONGEST = 60  # characters of a cell that are shown whole


def index_page(plan: Plan, claims: Sequence[Claim], equations: Sequence[Equation] = ()) -> str:
    """Return the page: in the lecture's order a section a figure, with its equations, rows and claims.

    Figures and claims of a user's own tables are left out: git tracks the page.
    """
    own_claims = {claim.id for claim in plan.claims if claim.own}
    claims = [claim for claim in claims if claim["id"] not in own_claims]
    shown = [entry for entry in entries(plan, claims, equations) if not entry.figure.own]
    statements, checks = tallies(claims)
    failed = [*statements.failed, *checks.failed]
    lines = [
        "# Every figure, its settings and its claims",
        "",
        "Made by `snakemake index`; not edited by hand.",
        "",
        f"Preset `{plan.preset}` ({plan.preset_description}): {len(shown)} figures, "
        f"{statements.held} of {statements.total} claims held, {checks.held} of {checks.total} quality checks"
        + (f"; **failed: {', '.join(failed)}**." if failed else "."),
        "",
        "| figure | slide | equations | rows | claims |",
        "|---|---|---|---|---|",
    ]
    for entry in shown:
        figure = entry.figure
        rows = ", ".join(f"[{row.family}:{row.experiment}](../{row.table})" for row in entry.settings) or "-"
        lines.append(
            f"| [{figure.id}](#{figure.id}) | {figure.slide} | {_links(entry) or '-'} | {rows} | {entry.verdict} |"
        )
    for entry in shown:
        lines += ["", *_section(entry)]
    if equations:
        lines += ["", *_equations(equations)]
    return "\n".join(lines) + "\n"


def _links(entry: Entry) -> str:
    return ", ".join(f"[{equation.id}](#equations)" for equation in entry.equations)


def _section(entry: Entry) -> list[str]:
    figure = entry.figure
    image = f"images/{figure.id}.{'png' if 'png' in figure.formats else figure.formats[0]}"
    behind = f" Equations: {_links(entry)}." if entry.equations else ""
    lines = [f"## {figure.id}", "", f"**{figure.title}.** {figure.caption}", "", f"![{figure.title}]({image})", ""]
    lines += [f"Slide: {figure.slide}.{behind} Redraw: `snakemake {figure.id}`.", ""]
    for row in entry.settings:
        lines += [*_settings(row), ""]
    return lines + (_claims(entry.claims) if entry.claims else [])


def _equations(equations: Sequence[Equation]) -> list[str]:
    """Every equation with the figures that rest on it."""
    lines = ["## equations"]
    for equation in equations:
        figures = ", ".join(f"[{figure}](#{figure})" for figure in equation.figures)
        said = f"**{equation.id}**: {symbols(equation.meaning)} ({equation.source}). Figures: {figures}."
        lines += ["", said, "", "```math", equation.latex, "```"]
    return lines


def _settings(row: Settings) -> list[str]:
    """The row of the experiment table, with its source and its guess."""
    cells = ", ".join(
        f"{cell.column} `{cell.text if len(cell.text) < _LONGEST else cell.text[: _LONGEST - 12] + ' ...'}`"
        for cell in row.cells
    )
    lines = [f"* Experiment `{row.experiment}` ({row.runs} runs; source: {row.source}): {cells}."]
    return [*lines, f"  *{row.said}*"] if row.said else lines


def _claims(claims: Sequence[Claim]) -> list[str]:
    lines = ["| claim | measured | bounds | |", "|---|---|---|---|"]
    for claim in claims:
        kind = "quality check: " if claim["kind"] == QUALITY else ""
        why = f" ({claim['category']}): {claim['why']}" if claim["why"] and not claim["held"] else ""
        cells = (
            f"{kind}{claim['statement']} ({claim['source']})",
            measured(claim),
            f"{bounds(claim['lower'], claim['upper'])} ({claim['basis']})",
            "held" if claim["held"] else f"**FAILED**{why}",
        )
        lines.append(
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        )  # a bar would end the cell
    return lines
