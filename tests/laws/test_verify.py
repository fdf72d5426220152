"""Law 2: verify finds any damage anywhere, names it with both hashes, and the command that it names repairs it."""

import os
import random
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from condensation.store.integrity import md5_of  # noqa: E402
from verify import damages_of  # noqa: E402 - a script, found by the path above

PLACES = ("data", "figures", ".snakemake/metadata", "docs/images", ".dvc/store/files", ".dvc/cache/files")
KINDS = ("flip", "truncate", "delete", "rename")
DAMAGES = int(os.environ.get("LAWS_DAMAGES", "1000"))
REPAIRS = int(os.environ.get("LAWS_REPAIRS", "60"))
TABLE = "workflow/experiments/two_layer.tsv"
ROW = "typical_cases\tx_squared\t1000\t0.5,1,1.75\t0\t-\t0\t0..{}"


@pytest.fixture(scope="module")
def clone(new_clone):
    """A pulled clone in which what is committed is what is recorded."""
    clone = new_clone("to be damaged", pulled=True)
    shutil.rmtree(clone.folder / "logs", ignore_errors=True)
    assert said(clone).endswith(": 0 damaged\n")
    return clone


def said(clone, code=0):
    """Return what verify says, which must exit with this code."""
    result = clone.run("python", "scripts/verify.py", check=False)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout


class Damager:
    """Damages files below a folder at random, and undoes it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.files = [sorted(p for p in (folder / place).rglob("*") if p.is_file()) for place in PLACES]
        assert all(self.files)

    def choose(self, count: int) -> list[Path]:
        """Return files of different names (else store and cache lose the same object); every place is as likely."""
        chosen: dict[str, Path] = {}
        while len(chosen) < count:
            path = self.random.choice(self.random.choice(self.files))
            chosen.setdefault(path.name, path)
        return list(chosen.values())

    def damage(self, path: Path, kind: str) -> Path | None:
        """Damage a file; return where it lies now if it was renamed."""
        content = path.read_bytes()
        path.chmod(0o644)
        dates = path.stat()
        if kind == "flip":
            place = self.random.randrange(len(content))
            path.write_bytes(
                content[:place] + bytes([content[place] ^ 1 << self.random.randrange(8)]) + content[place + 1 :]
            )
        elif kind == "truncate":
            path.write_bytes(content[: self.random.randrange(len(content))])
        elif kind == "delete":
            path.unlink()
        else:
            other = path.with_name(path.name + "x") if self.random.random() < 0.5 else path.with_name("x" + path.name)
            path.rename(other)
            return other
        if kind in ("flip", "truncate") and self.random.random() < 0.5:
            os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))  # bytes that rot leave the date as it was
        return None


def named_as_new(root: Path, paths: list[Path]) -> set[str]:
    """Return those of the paths that lie where verify looks for recorded names only."""
    names = (str(path.relative_to(root)) for path in paths)
    return {name for name in names if name.startswith(("docs/images/", ".snakemake/metadata/"))}


def test_a_thousand_damages_are_all_found(clone, tried):
    """Four at a time; hashes of untouched files are remembered, so that a thousand cost half a minute."""
    known: dict[Path, str] = {}

    def md5(path):
        if path not in known:
            known[path] = md5_of(path)
        return known[path]

    root, damager = clone.folder, Damager(clone.folder, seed=7)
    assert damages_of(root, md5) == ([], ())
    found = dict.fromkeys(KINDS, 0)
    for _ in range(DAMAGES // len(KINDS)):
        before = {path: path.read_bytes() for path in damager.choose(len(KINDS))}
        hashes = {path: md5_of(path) for path in before}
        moved = [damager.damage(path, kind) for path, kind in zip(before, KINDS, strict=True)]
        others = [path for path in moved if path is not None]
        for path in before:
            known.pop(path, None)
        found_here, made_here = damages_of(root, md5)
        damages = {damage.file: damage for damage in found_here}
        # a new name below the results may be a new result: told, and no damage
        renamed = {str(path.relative_to(root)) for path in others} - set(made_here) - named_as_new(root, others)
        assert damages.keys() == {str(path.relative_to(root)) for path in before} | renamed
        for (path, content), kind in zip(before.items(), KINDS, strict=True):
            told = damages[str(path.relative_to(root))]
            assert (told.expected, told.found) == (hashes[path], md5_of(path) if path.exists() else "missing")
            assert told.repair
            found[kind] += 1
            path.write_bytes(content)
        for path in (*before, *others):
            known.pop(path, None)
        for path in others:
            path.unlink()
    assert damages_of(root, md5) == ([], ())
    for kind, count in found.items():
        tried("integrity", f"{kind}, four at a time, in data, figures, records, cache and store: found, named", count)


def test_the_named_commands_repair(clone, tried):
    """Through the command line, twenty damages at a time."""
    damager = Damager(clone.folder, seed=8)
    for start in range(0, REPAIRS, 20):
        chosen = {path: path.read_bytes() for path in damager.choose(min(20, REPAIRS - start))}
        moved = [damager.damage(path, KINDS[number % len(KINDS)]) for number, path in enumerate(chosen)]
        moved = [path for path in moved if path is not None]
        lines = [line for line in said(clone, 1).splitlines() if "; repair: " in line]
        for path in chosen:
            assert any(line.startswith(str(path.relative_to(clone.folder))) for line in lines), path
        commands = dict.fromkeys(line.split("; repair: ")[1] for line in lines)
        clone.run("bash", "-ec", "\n".join(commands))
        assert said(clone).endswith(": 0 damaged\n")
        for path in moved:
            path.unlink(missing_ok=True)
        assert all(path.read_bytes() == content for path, content in chosen.items())
    tried("integrity", "damages through `make verify`: found, and repaired by the command it names", REPAIRS)


def test_an_edited_figure_and_swapped_rows_are_found_and_repaired(clone, tried):
    figure = clone.folder / "figures/lecture/f11_slope_map_synthetic.svg"
    table = sorted((clone.folder / "data/metrics/lecture").glob("f1*.parquet"))[0]
    before = figure.read_bytes(), table.read_bytes()
    figure.write_text(figure.read_text().replace("<path", "<path ", 1))
    rows = pq.read_table(table)
    pq.write_table(rows.take([1, 0, *range(2, rows.num_rows)]), table)
    lines = said(clone, 1).splitlines()[:-1]
    assert [line.split(": expected")[0] for line in lines] == [
        str(path.relative_to(clone.folder)) for path in sorted((figure, table), key=lambda p: p is figure)
    ]
    clone.run("bash", "-ec", "\n".join(line.split("; repair: ")[1] for line in lines))
    assert (figure.read_bytes(), table.read_bytes()) == before
    tried("integrity", "a figure edited by hand, a Parquet file with swapped rows: found, repaired", 2)


def test_a_repair_keeps_results_that_are_not_recorded(clone):
    own = clone.folder / "data/runs/two_layer/own.parquet"
    own.write_bytes(b"trained for hours")
    path = sorted(own.parent.glob("*.parquet"))[0]
    path.write_bytes(b"")
    lines = said(clone, 1).splitlines()
    (repair,) = (line.split("; repair: ")[1] for line in lines if line.startswith(str(path.relative_to(clone.folder))))
    clone.run("bash", "-ec", repair)
    assert own.read_bytes() == b"trained for hours"
    assert path.stat().st_size
    own.unlink()


@pytest.mark.parametrize(
    "damage", [b"", b"stages: [", b"stages: {a: {outs: [{path: data/raw, md5: ../../x}]}}", b"\xff"]
)
def test_a_damaged_record_is_told_without_a_traceback(clone, damage):
    lock = clone.folder / "dvc.lock"
    content = lock.read_bytes()
    lock.write_bytes(damage)
    result = clone.run("python", "scripts/verify.py", check=False)
    lock.write_bytes(content)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "git checkout -- dvc.lock" in result.stderr


def test_deleted_rows_are_noticed_where_records_are_lost(new_clone, tried):
    """Without Snakemake's records dates decide, and they do not tell that rows are gone: the files themselves do."""
    clone = new_clone("without records", pulled=True)
    records = clone.folder / ".snakemake/metadata"
    clone.edit(TABLE, ROW.format(2), ROW.format(1))
    assert "of another plan" in said(clone)
    figures = (clone.folder / "workflow/figures.tsv").read_text().splitlines()
    assert clone.planned()["measure"] == sum("two_layer:typical_cases" in line for line in figures)
    clone.run("dvc", "checkout", "--quiet", "--force")
    shutil.rmtree(records)
    planned = clone.planned()
    metrics = {path.stem for path in (clone.folder / "data/metrics/lecture").glob("*.parquet")} - {"claims"}
    assert planned["measure"] == len(metrics)
    assert "train" not in planned
    clone.run("snakemake", "--quiet", "all", "--", "data/metrics/lecture/f09_typical_cases.parquet")
    rows = pq.read_table(clone.folder / "data/metrics/lecture/f09_typical_cases.parquet", columns=["seed"])
    assert set(rows["seed"].to_pylist()) <= {0, 1, None}
    assert "measure" not in clone.planned("data/metrics/lecture/f09_typical_cases.parquet")
    tried("integrity", "every row of a batch deleted, Snakemake's records lost: measured again, nothing trained", 1)


def test_a_result_from_elsewhere_is_told_although_the_records_say_it_is_current(new_clone, tried):
    clone = new_clone("from elsewhere", pulled=True)
    clone.edit(TABLE, ROW.format(2), ROW.format(1))
    older = (clone.folder / "data/metrics/lecture/f09_typical_cases.parquet").read_bytes()
    clone.run("snakemake", "--quiet", "all", "--", "f09_typical_cases")
    assert clone.planned("f09_typical_cases") == {}
    (clone.folder / "data/metrics/lecture/f09_typical_cases.parquet").write_bytes(older)
    assert "of another plan" in said(clone)
    tried("integrity", "metrics of other rows copied over: told", 1)
