"""What a job is told: one JSON file a batch, and for each figure one for measuring and one for drawing it.

The plan writes them where they changed; they are inputs of the jobs, so that Snakemake's checksums decide what runs.
"""

import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from condensation.store.atomic import replacing

FOLDER = "data/plan"


@dataclass(frozen=True)
class Manifest:
    """A file of plain values; a subclass names them."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest; raises FileNotFoundError, and TypeError where it is one of another kind."""
        return cls(**json.loads(path.read_text("utf-8")))

    def write(self, path: Path) -> None:
        """Write it whole, unless the file says the same already: an old date says that nothing changed."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class BatchManifest(Manifest):
    """Runs of one shape: run id -> parameters.

    run: `module:class` of the parameters. training: module whose `train` is called. code: hash of the training code.
    checkpoints: whether it takes `checkpoints`.
    """

    name: str
    family: str
    code: str
    run: str
    training: str
    checkpoints: bool
    runs: Mapping[str, Mapping[str, Any]]

    def parameters(self) -> dict[str, Any]:
        """Return run id -> frozen parameters, as the trainer takes them."""
        module, name = self.run.split(":")
        make = getattr(importlib.import_module(module), name)
        return {
            run_id: make(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
            for run_id, values in self.runs.items()
        }


@dataclass(frozen=True)
class Source:
    """Where the runs of one experiment lie: their ids, and the files that hold them."""

    run_ids: list[str]
    files: list[str]


@dataclass(frozen=True)
class MeasureManifest(Manifest):
    """What is measured for a figure. experiments: name -> Source; run_table, code: hashes of its runs and its code."""

    figure: str
    slide: str
    preset: str
    script: str
    experiments: Mapping[str, Any]
    run_table: str
    code: str


@dataclass(frozen=True)
class DrawManifest(Manifest):
    """What is drawn. failed: claim id -> category of the figure's claims that the table declares as failed."""

    figure: str
    slide: str
    preset: str
    script: str
    formats: list[str]
    failed: Mapping[str, str]
    run_table: str
    code: str


@dataclass(frozen=True)
class ClaimsManifest(Manifest):
    """The claims to check, each with its cells; scripts: figure -> its script; code: hash of what evaluates them."""

    preset: str
    claims: list[Mapping[str, Any]]
    scripts: Mapping[str, str]
    code: str
