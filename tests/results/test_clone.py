"""Law 1: a pulled clone has nothing to do, and a change schedules exactly the jobs it affects."""

import pytest

TABLE = "workflow/experiments/two_layer.tsv"
ENGINE = "src/condensation/models/two_layer/gradient_descent.py"
FIGURE = "scripts/figures/f11_slope_map_synthetic.py"
MAP = "f11_slope_map_synthetic"
PAGES = {"gallery": 1, "index": 1}
DRAWN = {"doc_images": 1, "gallery": 1}
AFTER_MEASURE = {"check_claims": 1, "record_claims": 1, **PAGES}


@pytest.fixture
def clone(pulled_clone):
    yield pulled_clone
    pulled_clone.restore()


def test_a_pulled_clone_has_nothing_to_do(clone):
    result = clone.run("snakemake", "-n")
    assert "Nothing to be done" in result.stdout + result.stderr
    assert clone.planned() == {}


def test_figures_are_asked_for_by_their_first_word(clone):
    asked = clone.run("snakemake", "-n", "f10")
    assert "Nothing to be done" in asked.stdout + asked.stderr
    refused = clone.run("snakemake", "-n", "f1", check=False)
    assert refused.returncode != 0
    assert "there is no target `f1`; did you mean f10, f10_relative_distance, f11" in refused.stderr


@pytest.mark.parametrize(
    ("name", "rule"), [("metrics.json", "record_claims"), ("data/metrics/lecture/claims.txt", "check_claims")]
)
def test_every_file_of_the_claims_is_made_again(clone, name, rule):
    text = (clone.folder / name).read_bytes()
    (clone.folder / name).unlink()
    try:
        assert clone.planned()[rule] == 1
    finally:
        (clone.folder / name).write_bytes(text)


def test_a_row_that_no_figure_names_is_trained_everywhere(clone):
    path = clone.folder / "workflow/experiments/custom.tsv"
    row = path.read_text().splitlines()[-1].replace("your_own\t", "unused\t").replace("\t200\t", "\t20\t")
    path.write_text(path.read_text() + row + "\n")
    assert clone.planned() == {"train": 3}
    assert clone.planned("runs") == {"train": 3, "runs": 1}
    assert "3 train" in clone.run("python", "scripts/plan.py").stdout


def test_dvc_has_nothing_to_do_either(clone):
    assert "up to date" in clone.run("dvc", "status").stdout


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (TABLE, "# Two-layer", "# a comment\n\n# Two-layer"),
        (ENGINE, "import numpy as np\n", "import numpy as np\n\n# a comment\n"),
        (ENGINE, '"""Gradient descent of', '"""Another word for gradient descent of'),
        (FIGURE, "def draw(", "# a comment\ndef draw("),
        ("workflow/presets/smoke.yaml", "seed: 0..1", "seed: 0..2"),
    ],
    ids=[
        "comment in a table",
        "comment in the engine",
        "docstring in the engine",
        "comment in a figure",
        "another preset",
    ],
)
def test_what_changes_no_result_schedules_nothing(clone, name, old, new):
    clone.edit(name, old, new)
    assert clone.planned() == {}


def test_reordered_and_renamed_rows_train_nothing(clone):
    path = clone.folder / TABLE
    comment, header, *rows = path.read_text().splitlines()
    rows = [f"map_of_slopes\t{row[10:]}" if row.startswith("slope_map\t") else row for row in rows[::-1]]
    path.write_text("\n".join([comment, header, *rows, ""]))
    for _ in range(2):  # f11 and f11b
        clone.edit("workflow/figures.tsv", "two_layer:slope_map", "two_layer:map_of_slopes")
    for preset in ("smoke", "paper"):
        clone.edit(f"workflow/presets/{preset}.yaml", "  slope_map:", "  map_of_slopes:")
    assert "train" not in clone.planned()


def test_a_new_seed_trains_its_batch_and_redraws_its_figure(clone):
    row = "typical_cases\tx_squared\t1000\t0.5,1,1.75\t0\t-\t0\t0..{}"
    clone.edit(TABLE, row.format(2), row.format(3))
    drawn = {"f09_typical_cases": 1, "f10_relative_distance": 1}  # f10 shows its functions
    assert clone.planned() == {"train": 1, "measure": 2, "curve": 1, **DRAWN, **AFTER_MEASURE, **drawn}


def test_a_new_width_trains_its_batches_only(clone):
    clone.edit(TABLE, "fixed_gamma\tx_squared\t100,", "fixed_gamma\tx_squared\t50,100,")
    planned = clone.planned()
    assert planned == {"train": 5, "measure": 1, "q1_wide_and_narrow": 1, **DRAWN, **AFTER_MEASURE}


def test_a_changed_drawing_redraws_its_figure_only(clone):
    clone.edit(FIGURE, "    return draw_slope_map(cells,", "    return 1 and draw_slope_map(cells,")
    assert clone.planned() == {MAP: 1, **DRAWN}  # the gallery among it: it shows the code that draws


def test_a_changed_measure_measures_its_figure_only(clone):
    clone.edit(FIGURE, "rd_theory=theory,", "rd_theory=[2 * value for value in theory],")
    assert clone.planned() == {"measure": 1, MAP: 1, **DRAWN, **AFTER_MEASURE}


def test_a_changed_quantity_checks_claims_only(clone):
    clone.edit(FIGURE, 'joined["gamma_prime"] < 0.35', 'joined["gamma_prime"] < 0.36')
    assert clone.planned() == {"check_claims": 1, "record_claims": 1, **PAGES}


def test_a_changed_claim_checks_claims_only(clone):
    clone.edit("workflow/claims.tsv", "f02_jagged\t", "f02_is_jagged\t")
    assert clone.planned() == {"check_claims": 1, "record_claims": 1, **PAGES}


def test_a_changed_note_or_template_writes_the_pages_only(clone):
    clone.edit(TABLE, "guess: one gamma of the linear", "guess: a gamma of the linear")
    clone.edit("workflow/report/gallery.css", "--ground: #ffffff", "--ground: #fffffe")
    assert clone.planned() == PAGES


def test_a_changed_line_of_the_engine_trains_everything(clone):
    clone.edit(ENGINE, "_GROWTH = 0.05", "_GROWTH = 0.04")
    # `custom` descends by the same compiled functions, with targets of its own
    batches = sum(
        len(list((clone.folder / f"data/runs/{family}").glob("*.parquet"))) for family in ("two_layer", "custom")
    )
    assert clone.planned()["train"] == batches


def test_a_new_run_in_an_old_batch_trains_that_run_only(clone):
    clone.edit(TABLE, "typical_cases\tx_squared\t1000\t0.5,1,1.75", "typical_cases\tx_squared\t1000\t0.5,1,1.5,1.75")
    assert clone.planned()["train"] == 3
    clone.run("snakemake", "--quiet", "all", "--", "data/metrics/lecture/f09_typical_cases.parquet")
    logs = list((clone.folder / "logs/train/two_layer").glob("*.log"))
    assert len(logs) == 3
    for log in logs:
        assert "4 runs, 3 trained before" in log.read_text()
