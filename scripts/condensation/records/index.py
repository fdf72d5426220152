"""The page that shows every figure beside its settings, guesses and claims."""

from collections.abc import Mapping, Sequence
from typing import Any

from condensation.plan.plan import Experiment, Plan

_QUIET = ("-", "")  # cells that set nothing


def index_page(plan: Plan, claims: Sequence[Mapping[str, Any]]) -> str:
    """Return docs/figures.md: in the lecture's order a section a figure."""
    held = sum(bool(claim["held"]) for claim in claims)
    failed = [claim["id"] for claim in claims if not claim["held"]]
    lines = [
        "# Every figure, its settings and its claims",
        "",
        "Made by `snakemake index`; not edited by hand.",
        "",
        f"Preset `{plan.preset}` ({plan.preset_description}): {len(plan.figures)} figures, "
        f"{held} of {len(claims)} claims held" + (f"; **failed: {', '.join(failed)}**." if failed else "."),
        "",
        "| figure | slide | claims held |",
        "|---|---|---|",
    ]
    for figure in plan.figures.values():
        own = [claim for claim in claims if claim["figure"] == figure.id]
        lines.append(
            f"| [{figure.id}](#{figure.id}) | {figure.slide} | {sum(bool(c['held']) for c in own)} of {len(own)} |"
        )
    for figure in plan.figures.values():
        own = [claim for claim in claims if claim["figure"] == figure.id]
        lines += ["", f"## {figure.id}", "", f"**{figure.title}.** {figure.caption}", ""]
        image = f"images/{figure.id}.png" if "png" in figure.formats else f"images/{figure.id}.{figure.formats[0]}"
        lines += [f"![{figure.title}]({image})", "", f"Slide: {figure.slide}. Redraw: `snakemake {figure.id}`.", ""]
        for name in figure.experiments:
            lines += [*_settings(plan.experiments[name]), ""]
        if own:
            lines += _claims(own)
    return "\n".join(lines) + "\n"


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
        statement = f"{claim['statement']} ({claim['source']})".replace("|", r"\|")  # a bar would end the cell
        lines.append(f"| {statement} | {value} | {claim['lower']:.4g} to {claim['upper']:.4g} | {mark} |")
    return lines
