"""docs/bring_your_own.md, followed word by word in a copy: rows without Python, and a script of under 30 lines."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/bring_your_own.md").read_text("utf-8")
TABLES = {
    "name": "experiments/custom.tsv",
    "id\tslide": "figures.tsv",
    "id\tfigure": "claims.tsv",
}
KINDS = ("x2_my_features", "x3_my_trajectory", "x4_my_relative_distance", "x5_my_slope_map")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The repository without results, with the tables and the script of the page in its folder my/."""
    folder = tmp_path_factory.mktemp("own") / "a copy"
    folder.mkdir()
    for name in ("Snakefile", "params.yaml", "environment.yml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("profiles", "workflow", "scripts", "src"):
        shutil.copytree(ROOT / name, folder / name)
    for block in re.findall(r"^```tsv\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL):
        header, *rows = block.splitlines()
        name = next(file for start, file in TABLES.items() if header.startswith(start))
        assert header in (folder / "workflow" / name).read_text().splitlines()
        table = folder / "my" / name
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text("\n".join([table.read_text().rstrip() if table.exists() else header, *rows, ""]))
    (script,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(script.splitlines()) <= 30
    (folder / "my/figures").mkdir()
    (folder / "my/figures/x6_my_own_figure.py").write_text(script)
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(folder / "src")},
    )


def test_every_kind_and_the_own_script_are_drawn(copy):
    figures = (*KINDS, "x6_my_own_figure")
    result = run(copy, "snakemake", "--cores", "2", "--quiet", "rules", "--", *figures)
    assert result.returncode == 0, result.stderr[-3000:]
    for figure in figures:
        for suffix in ("pdf", "png", "svg"):
            assert (copy / f"figures/lecture/{figure}.{suffix}").stat().st_size > 1000
    assert run(copy, sys.executable, "scripts/plan.py").stdout.count("custom:my_") == 4


def test_no_file_that_git_tracks_waits_for_own_figures(copy):
    shown = "docs/images/x1_your_own_features.png"
    planned = run(copy, "snakemake", "-n", "-F", "--", "figures/lecture/index.html", "figures", shown).stdout
    assert "draw x2_my_features" in planned
    assert shown in planned
    assert "docs/images/x2_my_features.png" not in planned
    assert "/my/" in (ROOT / ".gitignore").read_text().splitlines()


def test_a_mistake_in_a_target_is_said_before_anything_runs(copy):
    table = copy / "my/experiments/custom.tsv"
    text = table.read_text()
    try:
        table.write_text(text.replace("relu(x - 0.2) - 0.5*relu(-x)", "open('x')", 1))
        result = run(copy, "snakemake", "-n")
    finally:
        table.write_text(text)
    assert result.returncode != 0
    assert "my/experiments/custom.tsv:2: target: `open('x')` is not an expression of x" in result.stderr
    assert "Traceback" not in result.stderr
