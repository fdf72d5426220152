"""Copies of the repository to break: a clone of what is committed, with the working tree's changes on top."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
_TRIED = "law"
_BLOCK = r"(?ms)(?:^<!-- ((?:not )?run by) [^\n]*-->\n)?^```sh\n(.*?)^```"


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment in which a command of a copy runs: these tests' packages, the copy's own package."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAKE"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # ENV_READY: the copy borrows an environment, and make must not make it again
    return {**inherited, "PATH": path, "PYTHONPATH": str(folder / "src"), "ENV_READY": ""}


class Clone:
    """A fresh clone in a folder with a space in its name, run with the environment of these tests."""

    def __init__(self, folder: Path, *, pulled: bool) -> None:
        self.folder = folder
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)], check=True)
        changed = self._lines("git", "ls-files", "--modified", "--others", "--exclude-standard", cwd=ROOT)
        for name in changed:
            source, target = ROOT / name, folder / name
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
            else:
                target.unlink(missing_ok=True)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        if pulled:
            self.run("dvc", "pull", "--quiet")

    def _lines(self, *command: str, cwd: Path) -> list[str]:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout.splitlines()

    def run(self, *command: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the clone; on failure show what it said."""
        own = environment_of(self.folder) | environment
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=own)
        if check and result.returncode:
            pytest.fail(f"{' '.join(command)} failed:\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}")
        return result

    def planned(self, *arguments: str) -> dict[str, int]:
        """Return rule -> number of jobs that a dry run would start."""
        result = self.run("snakemake", "-n", *arguments)
        jobs = re.findall(r"^(\w+)\s+(\d+)$", result.stdout + result.stderr, flags=re.MULTILINE)
        return {rule: int(count) for rule, count in jobs if rule not in {"total", "all"}}

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the first occurrence of `old` in a file, which must be there."""
        path = self.folder / name
        text = path.read_text()
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1))

    def restore(self) -> None:
        """Undo edits of versioned files."""
        self.run("git", "checkout", "--quiet", "--", ".")


def existing_clone(folder: Path) -> Clone:
    """Return a clone that was made before."""
    clone = object.__new__(Clone)
    clone.folder = folder
    return clone


@pytest.fixture
def tried(request):
    """Return a function that adds a line to the table of laws: law, what was tried, how often, what was lost."""

    def add(law: str, what: str, times: int, lost: int = 0) -> None:
        # a property of the test's report travels from the process that ran it to the one that prints the table
        request.node.user_properties.append((_TRIED, [law, what, times, str(lost) if lost else "nothing"]))

    return add


def pytest_terminal_summary(terminalreporter):
    """Print the table of laws."""
    rows = []
    counts: dict[str, list[int]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call":
                rows += [tuple(value) for name, value in report.user_properties if name == _TRIED]
            module = report.nodeid.split("::")[0]
            if module.startswith(("tests/laws/", "tests/workflow/")) and (report.when == "call" or outcome != "passed"):
                counts.setdefault(Path(module).stem.removeprefix("test_").replace("_", " "), [0, 0, 0])[
                    {"passed": 0, "skipped": 2}.get(outcome, 1)
                ] += 1
    if not rows and not counts:
        return
    for name, (passed, failed, skipped) in sorted(counts.items()):
        rows.append(("tests", name + (f" ({skipped} skipped)" if skipped else ""), passed + failed, f"{failed} failed"))
    rows = [("law", "what was tried", "times", "lost"), *((a, b, f"{c:,}", d) for a, b, c, d in sorted(rows))]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    terminalreporter.section("laws")
    for a, b, c, d in rows:
        terminalreporter.write_line(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d}")


@pytest.fixture(scope="session")
def new_clone(tmp_path_factory):
    """Return a function that makes clones that live as long as the tests."""

    def make(name: str, *, pulled: bool) -> Clone:
        return Clone(tmp_path_factory.mktemp("laws") / name, pulled=pulled)

    return make


def hashes(folder: Path, *parts: str) -> dict[str, str]:
    """Return path -> hash of every file below the parts of a folder, half-written ones included."""
    files = sorted(path for part in parts for path in (folder / part, *(folder / part).rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def documented_commands(remark: str = "") -> list[str]:
    """Return the commands of the README's and then docs' code blocks, without their comments.

    remark: how the HTML comment above a block begins that says who else runs it, `run by` or `not run by`; else those
    of the blocks without such a comment.
    """
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    blocks = [found for page in pages for found in re.findall(_BLOCK, page.read_text("utf-8"))]
    lines = [line.split("#")[0].strip() for said, text in blocks if said == remark for line in text.splitlines()]
    return [line for line in lines if line]


RESULTS = ("data", "figures", "docs", "metrics.json")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Clone:
    """The smoke preset, made from nothing and undisturbed: what disturbed runs are compared with."""
    if folder := os.environ.get("LAWS_SMOKE"):  # one made before, to save its minutes while a test is written
        return existing_clone(Path(folder))
    base = tmp_path_factory.getbasetemp()
    # processes of pytest-xdist have a folder each; the one above is that of all of them
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "smoke"
    with FileLock(f"{shared}.lock"):
        folder = shared / "undisturbed"
        if (shared / "made").exists():
            return existing_clone(folder)
        assert not folder.exists(), "another process failed to make the smoke preset"
        clone = Clone(folder, pulled=False)
        clone.run("snakemake", "--config", "preset=smoke", "--cores", "2", "--set-threads", "train=2", "--quiet", "all")
        (shared / "made").touch()
        return clone


@pytest.fixture
def copy_of(tmp_path):
    """Return a function that copies a clone with its results and records."""

    def copy(clone: Clone, name: str) -> Clone:
        return existing_clone(Path(shutil.copytree(clone.folder, tmp_path / name, symlinks=True)))

    return copy


@pytest.fixture(scope="session")
def pulled_clone(tmp_path_factory) -> Clone:
    """One pulled clone for tests that only plan, or that restore what they change."""
    clone = Clone(tmp_path_factory.mktemp("laws") / "a clone", pulled=True)
    author = ("-c", "user.name=law", "-c", "user.email=law@example.org")
    clone.run("git", *author, "commit", "--quiet", "--all", "--allow-empty", "-m", "the working tree")
    return clone


@pytest.fixture
def make_clone(tmp_path):
    """Return a function that makes further clones."""

    def make(name: str, *, pulled: bool) -> Clone:
        return Clone(tmp_path / name, pulled=pulled)

    return make
