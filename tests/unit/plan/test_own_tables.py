"""Tables of a user's own in my/, which git does not track: planned as if appended, and in no file that git tracks."""

from condensation.claims.evaluate import judge
from condensation.claims.report import claims_json, claims_table
from condensation.pages.index import index_page
from tests.unit.plan.small_repository import CLAIMS, COLUMNS, FIGURES, TABLE, SmallRepository, line

ROW = line(name="mine", m="50", gamma="1", gamma_prime="0")
FIGURE = "x1_mine\tMine\tMine\tmy/figures/x1_mine.py\ttwo_layer:mine\tpdf,png\tMine"
CLAIM = "mine\tx1_mine\tstatement\tflat\tours\tfixed before\tslope_at_one\t0\t1\t-\t-"


def add_own(small: SmallRepository, *, row: str = ROW, figure: str = FIGURE, claim: str = CLAIM) -> None:
    for name, header, text in (
        (TABLE, "\t".join(COLUMNS), row),
        (FIGURES, small.read(FIGURES).splitlines()[0], figure),
        (CLAIMS, small.read(CLAIMS).splitlines()[0], claim),
    ):
        small.write(name.replace("workflow/", "my/"), f"{header}\n{text}\n")
    small.write("my/figures/x1_mine.py", small.read("scripts/figures/f11_slope_map.py"))


def test_own_tables_are_planned_as_if_appended(small: SmallRepository):
    before = small.plan()
    add_own(small)
    plan = small.plan()
    assert list(plan.experiments) == [*before.experiments, "two_layer:mine"]
    assert list(plan.figures) == [*before.figures, "x1_mine"]
    assert [claim.id for claim in plan.claims if claim.own] == ["mine"]
    assert before.batches.keys() < plan.batches.keys()
    assert plan.measure_hash("x1_mine") == plan.measure_hash("f11_slope_map")
    small.edit("my/figures/x1_mine.py", "CUTS = 10", "CUTS = 11")
    assert small.plan().claims_hash() != plan.claims_hash()


def test_own_figures_and_claims_change_no_file_that_git_tracks(small: SmallRepository):
    def tracked() -> list[str]:
        plan = small.plan()
        verdicts = [judge(claim, 0.0) for claim in plan.claims]
        return [index_page(plan, claims_table(verdicts).to_pylist()), claims_json(verdicts)]

    before = tracked()
    add_own(small)
    assert tracked() == before


def test_mistakes_in_own_tables_name_their_file(small: SmallRepository):
    add_own(small, row=line(name="slope_map", m="50", gamma="x"), claim=CLAIM.replace("x1_mine", "x2_mine"))
    assert [str(problem) for problem in small.problems()] == [
        "my/claims.tsv:2: figure: there is no figure `x2_mine`; did you mean `x1_mine`?",
        "my/experiments/two_layer.tsv:2: gamma: `x` is not a number or `-`",
        f"my/experiments/two_layer.tsv:2: name: `slope_map` is already in line 3 of {TABLE}",
        "my/figures.tsv:2: experiments: there is no experiment `two_layer:mine`; did you mean `two_layer:slope_map`?",
    ]
    add_own(small, figure=FIGURE.replace("my/figures", "scripts/figures"))
    (problem,) = small.problems()
    assert "must be `my/figures/x1_mine.py`" in problem.reason


def test_a_misspelt_own_table_is_not_passed_over(small: SmallRepository):
    for file in ("my/figure.tsv", "my/experiments/two_layers.tsv", "my/results.tsv", "my/two_layer.tsv"):
        small.write(file, "x\n")
    assert [str(problem) for problem in small.problems()] == [
        "my/experiments/two_layers.tsv:1: file: is not read; did you mean `two_layer`?",
        "my/figure.tsv:1: file: is not read; did you mean `figures`?",
        "my/two_layer.tsv:1: file: is not read; its place is `my/experiments/two_layer.tsv`",
    ]


def test_an_own_script_that_imports_nothing_there_is_told_before_its_runs_are_trained(small: SmallRepository):
    add_own(small)
    small.edit("my/figures/x1_mine.py", "CUTS = 10", "import no_such_package.part\n\nCUTS = 10")
    assert [str(problem) for problem in small.problems()] == [
        "my/figures.tsv:2: script: `my/figures/x1_mine.py` imports `no_such_package`, which is not installed"
    ]


def test_a_figure_is_not_called_as_a_rule(small: SmallRepository):
    small.write("workflow/rules/gallery.smk", "rule gallery:\n    input: []\n")
    small.write("my/figures/gallery.py", small.read("scripts/figures/f11_slope_map.py"))
    add_own(small, figure=FIGURE.replace("x1_mine", "gallery"), claim=CLAIM.replace("x1_mine", "gallery"))
    assert [str(problem) for problem in small.problems()] == [
        "my/figures.tsv:2: id: `gallery` is the name of a rule of the pipeline"
    ]


def test_two_experiments_of_one_name_are_refused_in_one_figure():
    """A script knows its experiments by the names of their rows: one of two would be dropped without a word."""
    from pathlib import Path

    from condensation.plan.code_hash import SourceTree
    from condensation.plan.figures import COLUMNS as FIGURE_COLUMNS
    from condensation.plan.figures import read_figures
    from condensation.plan.tables import Row, Table
    from tests.unit.plan.small_repository import REPOSITORY

    names = {"two_layer:mine", "custom:mine", "custom:other"}
    cells = dict.fromkeys(FIGURE_COLUMNS, "x") | {"script": "scripts/figures/generic_features.py", "formats": "png"}
    problems: list = []
    row = Row(FIGURES, 2, cells | {"experiments": "two_layer:mine,custom:other,custom:mine"})
    table = Table(FIGURES, FIGURE_COLUMNS, (row,), frozenset(), ())
    read_figures(table, names, (), SourceTree(Path(REPOSITORY)), problems)
    assert [(p.column, p.reason) for p in problems] == [
        ("experiments", "`two_layer:mine` and `custom:mine` have one name; rename one of the rows")
    ]
