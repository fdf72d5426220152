"""Whether metrics and figures are of the runs that the tables ask for, told by what each file says it was made of.

Snakemake decides by records it keeps beside the results. Where these are lost, dates decide, and dates do not tell that
rows were deleted. So each file carries the hash of its table of runs, and a file without a record is not trusted.
"""

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from condensation.plan.plan import Plan

RECORDS = ".snakemake/metadata"
TEXT = ("csv", "tex")  # formats that cannot say what they were made of
CLAIMS = ("data/metrics/claims.parquet", "data/metrics/claims.txt", "metrics.json", "docs/figures.md")

# Arrow's key-value metadata in the footer of a Parquet file: a key, the type and length of its value, the value.
# Read as bytes, because every start of Snakemake asks this, and pyarrow takes as long to import as all the rest
_METADATA = re.compile(rb"(run_table|measure_code|preset)\x18[\x01-\x7f]([A-Za-z0-9_-]+)")
_PROVENANCE = re.compile(rb"run table ([0-9a-f]{12}); preset ([A-Za-z0-9_-]+)")
_PNG_TEXT = re.compile(rb"(.{4})(?:tEXt|iTXt)Description\0", re.DOTALL)
_FOOTER = 1 << 17  # bytes at the end of a Parquet file that are searched: some 30 columns


@dataclass(frozen=True)
class Stale:
    """A result that is not what the plan asks for.

    expected, found: what it should have been made of, and what it says; `words` writes them. preset: of the plan.
    """

    file: str
    expected: Mapping[str, str]
    found: Mapping[str, str]
    preset: str


def made_of(path: Path) -> dict[str, str]:
    """Return what a metrics file or a figure says it was made of: run_table, preset, and measure_code of metrics."""
    content = path.read_bytes()
    if path.suffix == ".parquet":
        return {key.decode(): value.decode() for key, value in _METADATA.findall(content[-_FOOTER:])}
    if text := _PNG_TEXT.search(content):  # a chunk: length, name, text, checksum (which could go on like the text)
        content = content[: text.start() + 8 + int.from_bytes(text[1], "big")]
    found = _PROVENANCE.search(content)
    return {"run_table": found[1].decode(), "preset": found[2].decode()} if found else {}


def stale_files(root: Path, plan: Plan) -> Iterator[Stale]:
    """Yield the metrics and figures below `root` that were made of other runs, by other code or in another preset."""
    for figure in plan.figures.values():
        asked = {"run_table": plan.run_table_hash(figure.id), "preset": plan.preset}
        metrics = {**asked, "measure_code": plan.measure_hash(figure.id)}
        files = {f"figures/{figure.id}.{fmt}": asked for fmt in figure.formats if fmt not in TEXT}
        for file, expected in {f"data/metrics/{figure.id}.parquet": metrics, **files}.items():
            if (root / file).is_file() and (found := made_of(root / file)) != expected:
                yield Stale(file, expected, found, plan.preset)


def stale_results(root: Path, plan_of: Callable[[str], Plan]) -> list[Stale]:
    """Return what is stale under the preset that most metrics below `root` were made in."""
    presets = [made_of(path).get("preset", "") for path in sorted((root / "data/metrics").glob("*.parquet"))]
    return list(stale_files(root, plan_of(max(sorted(set(presets)), key=presets.count)))) if presets else []


def without_record(root: Path, plan: Plan) -> Iterator[str]:
    """Yield the metrics, figures and pages below `root` of which Snakemake has no record."""
    for figure in plan.figures.values():
        files = [f"data/metrics/{figure.id}.parquet", *(f"figures/{figure.id}.{fmt}" for fmt in figure.formats)]
        files += [f"docs/images/{figure.id}.{fmt}" for fmt in figure.formats if fmt in ("png", "gif")]
        yield from (file for file in files if (root / file).is_file() and not record_of(root, file).is_file())
    yield from (file for file in CLAIMS if (root / file).is_file() and not record_of(root, file).is_file())


def record_of(root: Path, file: str) -> Path:
    """Return where Snakemake keeps its record of a file (names of less than 190 characters)."""
    return root / RECORDS / urlsafe_b64encode(file.encode()).decode()


def _recorded_as_current(root: Path, stale: Stale) -> bool:
    """Tell whether Snakemake's record claims for a stale file what the plan asks for, so that it would not notice."""
    record = record_of(root, stale.file)
    if not record.is_file():
        return False
    parameters = record.read_text("utf-8")
    return all(f"'{value}'" in parameters for value in stale.expected.values())


def distrust(root: Path, plan: Plan) -> list[str]:
    """Have Snakemake make again what has no record or contradicts it, and return these files; no content is touched.

    Each loses its record and gets the oldest date (but 0, which Snakemake takes for none): dates decide, against it.
    A stale file whose record says so as well is left alone: Snakemake sees it, and a row changed back costs nothing.
    """
    files = [stale.file for stale in stale_files(root, plan) if _recorded_as_current(root, stale)]
    files += without_record(root, plan)
    for file in files:
        record_of(root, file).unlink(missing_ok=True)
        os.utime(root / file, (1, 1))
    return files


def words(made: Mapping[str, str]) -> str:
    """Return what a file was made of as one line."""
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in sorted(made.items())) or "no provenance"
