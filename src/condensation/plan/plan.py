"""What is to be made, decided before anything is made: experiments, batches, figures, claims and their hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from condensation.plan import claims as claims_table
from condensation.plan import figures as figures_table
from condensation.plan.batches import Batch, index_of_batches, make_batches
from condensation.plan.claims import Claim, read_claims
from condensation.plan.code_hash import SourceTree, digest
from condensation.plan.families import FAMILIES, Family
from condensation.plan.figures import Figure, read_figures
from condensation.plan.hashes import claims_hash, draw_hash, measure_hash
from condensation.plan.kinds import kind_problems
from condensation.plan.presets import Preset, apply_preset, check_preset, read_preset
from condensation.plan.problems import InputError, Problem, did_you_mean
from condensation.plan.runs import Experiment, Run, expand_table, run_id, run_table
from condensation.plan.tables import Table, read_with_own, stray_tables

__all__ = ["Batch", "Claim", "Experiment", "Family", "Figure", "InputError", "Plan", "Run", "build_plan", "run_id"]

PRESETS = "workflow/presets"


@dataclass(frozen=True)
class Plan:
    """A validated plan.

    experiments: by `family:name`. batches: by `family/batch name`. figures: by id. Each mapping is in the order of its
    table, batches by name.
    """

    preset: str
    preset_description: str
    families: Mapping[str, Family]
    experiments: Mapping[str, Experiment]
    batches: Mapping[str, Batch]
    figures: Mapping[str, Figure]
    claims: tuple[Claim, ...]
    sources: SourceTree
    batch_of_run: Mapping[tuple[str, str], Batch]

    def metrics(self, figure_id: str) -> str:
        """Return the Parquet file of a figure's metrics under this preset."""
        return f"data/metrics/{self.preset}/{figure_id}.parquet"

    def pictures(self, figure_id: str) -> list[str]:
        """Return the files a figure is saved in under this preset."""
        return [f"figures/{self.preset}/{figure_id}.{fmt}" for fmt in self.figures[figure_id].formats]

    def batches_of(self, figure_id: str) -> tuple[Batch, ...]:
        """Return the batches that hold a run of the figure's experiments, sorted by name."""
        names = self.figures[figure_id].experiments
        experiments = [self.experiments[name] for name in names]
        found = (self.batch_of_run[e.family, run_id] for e in experiments for run_id in e.run_ids)
        batches = {batch.path: batch for batch in found}  # by path: a batch's own hash would be that of all its runs
        return tuple(sorted(batches.values(), key=lambda batch: batch.name))

    def run_table_hash(self, figure_id: str) -> str:
        """Return 12 hex digits of the hash of the figure's runs: experiment name -> sorted run ids."""
        table = run_table(self.experiments[name] for name in self.figures[figure_id].experiments)
        return digest((text for name in sorted(table) for text in (name, *table[name])), size=6)

    def measure_hash(self, figure_id: str) -> str:
        """Return 12 hex digits of the hash of the code that turns the figure's runs into its metrics."""
        return measure_hash(self.figures[figure_id], self.sources)

    def draw_hash(self, figure_id: str) -> str:
        """Return 12 hex digits of the hash of the code that draws the figure's metrics."""
        return draw_hash(self.figures[figure_id], self.sources)

    def claims_hash(self) -> str:
        """Return 12 hex digits of the hash of the code that evaluates claims: every figure's quantities among it."""
        return claims_hash(self.figures.values(), self.sources)


def build_plan(root: Path, preset: str = "lecture", *, families: Mapping[str, Family] = FAMILIES) -> Plan:
    """Read and check workflow/ of a repository, and plan it under a preset.

    Raises InputError with everything that is wrong in every table, preset, figure and claim.
    """
    root = Path(root)
    sources = SourceTree(root)
    problems: list[Problem] = []
    tables = {name: read_with_own(root, family.table, family.table_columns) for name, family in families.items()}
    for table in tables.values():
        problems += table.problems
    read = [figures_table.TABLE, claims_table.TABLE, *(family.table for family in families.values())]
    problems += stray_tables(root, read)
    chosen = _presets(root, preset, tables, problems)
    experiments: dict[str, Experiment] = {}
    for name, family in families.items():
        table = apply_preset(tables[name], name, chosen)
        found = expand_table(family, table, problems)
        experiments |= {f"{name}:{experiment.name}": experiment for experiment in found}
    figures, claims = _figures_and_claims(root, tables, experiments, sources, problems)
    batches: dict[str, Batch] = {}
    batch_of_run: dict[tuple[str, str], Batch] = {}
    if not problems:
        for name, family in families.items():
            made = make_batches(family, _distinct_runs(name, experiments), sources.closure_hash([family.training]))
            batches |= {f"{name}/{batch.name}": batch for batch in sorted(made, key=lambda batch: batch.name)}
            batch_of_run |= {(name, run_id): batch for run_id, batch in index_of_batches(made).items()}
    if problems:
        raise InputError(problems)
    return Plan(
        preset=preset,
        preset_description=chosen.description,
        families=families,
        experiments=experiments,
        batches=batches,
        figures=figures,
        claims=claims,
        sources=sources,
        batch_of_run=batch_of_run,
    )


def _presets(root: Path, chosen: str, tables: Mapping[str, Table], problems: list[Problem]) -> Preset:
    """Check every preset, so that a renamed row is noticed at once and not by whoever runs the paper preset next."""
    presets = {}
    for path in sorted((root / PRESETS).glob("*.yaml")):
        preset = read_preset(path, f"{PRESETS}/{path.name}")
        problems += preset.problems
        problems += check_preset(preset, tables)
        presets[preset.name] = preset
    if chosen not in presets:
        known = f" (there are: {', '.join(presets)})" if presets else ""
        reason = f"there is no such preset{did_you_mean(chosen, presets)}{known}"
        problems.append(Problem(f"{PRESETS}/{chosen}.yaml", 1, "preset", reason))
    return presets.get(chosen, Preset(chosen))


def _figures_and_claims(
    root: Path,
    tables: Mapping[str, Table],
    experiments: Mapping[str, Experiment],
    sources: SourceTree,
    problems: list[Problem],
) -> tuple[dict[str, Figure], tuple[Claim, ...]]:
    names = [f"{family}:{name}" for family, table in tables.items() for name in table.keys or ()]
    unread = [family for family, table in tables.items() if table.keys is None]
    figure_table = read_with_own(root, figures_table.TABLE, figures_table.COLUMNS)
    claim_table = read_with_own(root, claims_table.TABLE, claims_table.COLUMNS)
    problems += (*figure_table.problems, *claim_table.problems)
    figures = read_figures(figure_table, names, unread, sources, problems)
    problems += kind_problems(figures, figure_table, experiments, sources)
    return figures, read_claims(claim_table, figure_table, sources, problems)


def _distinct_runs(family: str, experiments: Mapping[str, Experiment]) -> dict[str, Run]:
    """Return the runs of a family by id: what several rows ask for is trained once."""
    return {
        run_id: run
        for experiment in experiments.values()
        if experiment.family == family
        for run_id, run in zip(experiment.run_ids, experiment.runs, strict=True)
    }
