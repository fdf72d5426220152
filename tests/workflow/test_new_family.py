"""A family is one folder: a toy one, added to a copy, is trained, measured and drawn with no other file edited."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.clones import ROOT, environment_of

FAMILY = """\
from dataclasses import dataclass
from typing import Any, ClassVar

from condensation.models.column import SEED, Column
from condensation.models.family import Family


@dataclass(frozen=True)
class ToyRun:
    family: ClassVar[str] = "toy"
    rate: float
    seed: int

    @classmethod
    def from_cells(cls, cells: Any) -> "ToyRun":
        return cls(**cells)

    @property
    def label(self) -> str:
        return f"toy-seed{self.seed}"

    @property
    def size(self) -> int:
        return 1


FAMILY = Family(
    name="toy",
    run=ToyRun,
    columns={"rate": Column("rate of growth"), "seed": SEED},
    training="condensation.models.toy.training",
    cheap_axes=("rate",),
)
"""
TRAINING = """\
from condensation.models.toy.family import ToyRun


def train(runs: list[ToyRun], *, threads: int = 1) -> dict[str, list[float]]:
    return {"rd_w": [run.rate * (1 + run.seed) for run in runs]}
"""
FIGURE = """\
from condensation.drawing.style import new_figure
from condensation.store.columns import metric_table


def measure(data):
    runs = data.runs["first"].sort_values(["seed", "rate"])
    return {"curves": metric_table(gamma=runs["rate"], seed=runs["seed"], rd_w=runs["rd_w"])}


def draw(curves):
    figure, axes = new_figure(1, 1, height=2.0)
    axes[0, 0].plot(curves["gamma"], curves["rd_w"], "o")
    return figure
"""


def test_a_folder_and_a_table_are_a_family(tmp_path: Path) -> None:
    copy = tmp_path / "a copy"
    for name in ("profiles", "scripts", "src", "workflow"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "params.yaml", "environment.yml"):
        shutil.copy(ROOT / name, copy / name)
    files = {
        "src/condensation/models/toy/__init__.py": "",
        "src/condensation/models/toy/family.py": FAMILY,
        "src/condensation/models/toy/training.py": TRAINING,
        "workflow/experiments/toy.tsv": "name\trate\tseed\tsource\tnotes\nfirst\t0.1,0.2\t0..2\tours\t\n",
        "scripts/figures/z1_toy.py": FIGURE,
    }
    for name, text in files.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text)
    with (copy / "workflow/figures.tsv").open("a") as table:
        table.write("z1_toy\tToy\tToy\tscripts/figures/z1_toy.py\ttoy:first\tpng\tA toy.\n")
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "2", "--quiet", "rules", "--", "z1_toy"]
    done = subprocess.run(command, cwd=copy, env=environment_of(copy), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert (copy / "figures/lecture/z1_toy.png").stat().st_size > 1000
    assert len(list((copy / "data/runs/toy").glob("toy-seed*.parquet"))) == 3
    assert not list((copy / "data/runs/two_layer").glob("*.parquet"))
