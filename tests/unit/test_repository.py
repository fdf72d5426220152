"""Files that have to agree with one another."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from condensation.pages.index import index_page
from condensation.pages.tables import read_report_tables
from condensation.pages.wording import symbols
from condensation.plan import build_plan

ROOT = Path(__file__).resolve().parents[2]
RULES = [f"workflow/rules/{path.name}" for path in (ROOT / "workflow/rules").glob("*.smk")]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def own_files() -> list[str]:
    """Text files of ours: stored results and pictures left out."""
    return [
        name for name in tracked() if not name.startswith((".dvc/store", "docs/images")) and (ROOT / name).is_file()
    ]


def test_conda_gets_the_same_pins_and_every_pin_has_hashes():
    pins = re.findall(r"^(\S+==\S+)", text("requirements.txt"), flags=re.MULTILINE)
    hashed = re.findall(r"^(\S+==\S+)(?: ;.*?)? \\\n    --hash=sha256:", text("requirements.txt"), flags=re.MULTILINE)
    assert pins == hashed
    environment = yaml.safe_load(text("environment.yml"))
    (inline,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    project = tomllib.loads(text("pyproject.toml"))["project"]
    (torch,) = (name for name in project["dependencies"] if name.startswith("torch=="))  # apart: see scripts/lock.py
    assert sorted(line.split(" ;")[0] for line in inline) == sorted(["-e .", torch, *pins])
    direct = {re.split(r"[=<>\[]", name)[0].lower() for name in project["dependencies"]} - {"torch"}
    assert direct <= {pin.split("==")[0].lower() for pin in pins}


def test_no_file_names_a_registry_or_a_folder_of_a_machine():
    forbidden = re.compile("|".join(["/opt/" + "pypi", "/wo" + "rk/", "index" + "-url", "/ro" + "ot/", "/ho" + "me/"]))
    hits = [name for name in own_files() if forbidden.search((ROOT / name).read_text(errors="replace"))]
    assert hits == []


def test_no_module_is_long():
    assert [name for name in own_files() if name.endswith(".py") and len(text(name).splitlines()) > 500] == []


def test_every_figure_stands_in_the_index_with_its_picture():
    plan = build_plan(ROOT, "lecture")
    index, files = text("docs/figures.md"), set(tracked())
    for figure in plan.figures.values():
        assert f"## {figure.id}\n" in index
        pictures = [f"docs/images/{figure.id}.{fmt}" for fmt in figure.formats if fmt in ("png", "gif")]
        assert pictures
        assert set(pictures) <= files


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_link_of_a_page_resolves(page):
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)#]+)\)", text(page)):
        if not target.startswith("http"):
            assert (folder / target).exists(), target


def test_the_index_shows_every_claim_and_marks_the_failed_ones():
    plan = build_plan(ROOT, "smoke")
    claims = [
        {
            "id": claim.id, "figure": claim.figure, "statement": claim.statement, "source": claim.source,
            "kind": claim.kind, "basis": claim.basis, "category": "near miss", "why": "It is just so.",
            "lower": claim.lower, "upper": claim.upper, "value": None if number == 0 else 0.5, "spread": 0.0,
            "seeds": 1, "held": number > 1,
        }
        for number, claim in enumerate(plan.claims)
    ]  # fmt: skip
    page = index_page(plan, claims)
    checks = sum(claim["kind"] == "quality" for claim in claims)
    failed = [claim for claim in claims if not claim["held"]]
    held = sum(claim["held"] for claim in claims if claim["kind"] != "quality")
    assert f"{held} of {len(claims) - checks} claims held, " in page
    assert all(claim["id"] in page.split("\n")[4] for claim in failed)
    assert page.count("**FAILED** (near miss): It is just so.") == len(failed) == 2
    assert page.count("not measured") == 1
    for claim in claims:
        assert symbols(claim["statement"]).replace("|", r"\|") in page
    for experiment in plan.experiments.values():
        assert f"`{experiment.name}`" in page
        assert symbols(experiment.notes.removeprefix("guess: ")) in page


def test_the_index_is_current():
    """Figure <-> slide <-> equation <-> rows <-> claims, as the tables and the stored claims have them."""
    plan = build_plan(ROOT, yaml.safe_load(text("params.yaml"))["preset"])
    claims = pq.read_table(ROOT / "data/metrics/lecture/claims.parquet").to_pylist()
    equations = read_report_tables(ROOT, plan).equations
    page = text("docs/figures.md")
    assert page == index_page(plan, claims, equations)
    for equation in equations:
        assert f"**{equation.id}**" in page
        assert equation.latex in page


def test_dvc_sees_every_file_that_the_stages_use():
    stages = yaml.safe_load(text("dvc.yaml"))["stages"]
    dependencies = {name for stage in stages.values() for name in stage["deps"]}
    assert all((ROOT / name).exists() or name.startswith("data/") for name in dependencies)
    assert {
        "src/condensation",
        "scripts",
        "workflow",
        "data/raw",
        "data/runs",
        "data/metrics/${preset}",
    } <= dependencies


def test_dvc_plots_are_curves_of_files_that_are_made_and_every_picture():
    figures = build_plan(ROOT, "lecture").figures.values()
    pictures = [
        f"figures/${{preset}}/{figure.id}.{fmt}"
        for figure in figures
        for fmt in figure.formats
        if fmt in ("png", "gif")
    ]
    plots = yaml.safe_load(text("dvc.yaml"))["plots"]
    assert [plot for plot in plots if isinstance(plot, str)] == pictures
    curves = [curve for plot in plots if isinstance(plot, dict) for curve in plot.values()]
    assert len(curves) >= 3
    for curve in curves:
        ((file, y),) = curve["y"].items()
        header = (ROOT / file.replace("${preset}", "lecture")).read_text("utf-8").splitlines()[0].split(",")
        assert header == [curve["x"], y, "line"]


def test_nothing_loads_a_pickle_or_evaluates_text():
    """Parquet and safetensors only; YAML safely."""
    forbidden = {"pickle", "joblib", "dill", "shelve", "marshal"}
    for name in own_files():
        if not (name.startswith(("scripts/", "src/")) and name.endswith(".py")):
            continue
        for node in ast.walk(ast.parse(text(name))):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & forbidden, name
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] not in forbidden, name
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"eval", "exec", "yaml.load", "torch.load"}, name


def test_citation_file_has_what_a_citation_needs():
    citation = yaml.safe_load(text("CITATION.cff"))
    assert {"cff-version", "title", "authors", "message", "license"} <= set(citation)
    assert all(work["url"].startswith("https://") for work in citation["references"])


def test_commit_hooks_and_workflows_run_what_is_in_the_environment():
    """Hooks find their tools on the path (of .venv or of conda), workflows run targets of the Makefile."""
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    pinned = re.findall(r"^([\w-]+)==", text("requirements-dev.txt"), flags=re.MULTILINE)
    for hook in repository["hooks"]:
        assert (hook["language"], hook["entry"].split()[0] in pinned) == ("system", True)
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE)
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            commands = [step["run"].split() for step in job["steps"] if "run" in step]
            assert all(make == "make" and target in targets for make, target in commands)
