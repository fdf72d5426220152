"""Law 3: whatever is killed at whatever moment, or runs out of disk, one more invocation gives the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from condensation.plan import build_plan
from tests.clones import RESULTS, ROOT, hashes

KILLS = int(os.environ.get("LAWS_KILLS", "40"))  # of whole process groups
SINGLE_KILLS = int(os.environ.get("LAWS_SINGLE_KILLS", "8"))  # of one worker, or of Snakemake alone
PLAN = build_plan(ROOT, "smoke")
PHASES = (*(f"train {family}" for family in PLAN.families), "metrics", "figures")


def outputs(phase: str, generator: random.Random) -> tuple[list[str], list[str]]:
    """Return files that two random jobs of a phase make, and the files that say that these jobs have begun."""
    if phase.startswith("train"):
        family = phase.split()[1]
        batches = [batch for batch in PLAN.batches.values() if batch.family == family]
        chosen = generator.sample(batches, min(2, len(batches)))
        return [batch.path for batch in chosen], [f"logs/train/{family}/{batch.name}.log" for batch in chosen]
    figures = generator.sample(list(PLAN.figures.values()), 2)
    logs = [f"logs/{phase}/smoke/{figure.id}.log" for figure in figures]
    if phase == "metrics":
        return [f"data/metrics/smoke/{figure.id}.parquet" for figure in figures], logs
    return [f"figures/smoke/{figure.id}.{fmt}" for figure in figures for fmt in figure.formats], logs


class Invocation:
    """Snakemake in a process group of its own."""

    def __init__(self, clone, files: list[str]) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        command = ["snakemake", "--config", "preset=smoke", "--cores", "2", "--quiet", "all", "--", *files]
        self.said = clone.folder.parent / "said.txt"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                command, cwd=clone.folder, start_new_session=True, stdout=said, stderr=said,
                env=os.environ | {"PATH": path, "PYTHONPATH": str(clone.folder / "src")},
            )  # fmt: skip

    def members(self) -> list[int]:
        """Return the processes of the group."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid and fields[0] != "Z":
                found.append(int(folder.name))
        return found

    def wait_for(self, logs: list[Path]) -> bool:
        """Wait until a job has begun; False if the invocation ended before."""
        while self.process.poll() is None:
            if any(log.exists() for log in logs):
                return True
            time.sleep(0.01)
        return False

    def kill(self, how: str, generator: random.Random) -> None:
        """Kill the group, one worker, or Snakemake alone."""
        if how == "group":
            os.killpg(self.process.pid, signal.SIGKILL)
        elif how == "snakemake":
            self.process.kill()
        else:
            workers = [process for process in self.members() if process != self.process.pid]
            if workers:
                os.kill(generator.choice(workers), signal.SIGKILL)
        self.process.wait()
        if how == "group":
            while self.members():
                time.sleep(0.01)


def disturb(clone, known: dict[str, str], phases: list[tuple[str, str]], seed: str) -> int:
    """Kill invocations of these (phase, how) at random moments; return how many were killed while they worked."""
    generator = random.Random(seed)
    killed = 0
    lasts = dict.fromkeys(PHASES, 3.0)  # seconds from the first job to the end, corrected by those that end before
    for phase, how in phases:
        done = False
        while not done:
            files, logs = outputs(phase, generator)
            for file in files + logs:
                (clone.folder / file).unlink(missing_ok=True)
            invocation = Invocation(clone, files)
            if not invocation.wait_for([clone.folder / log for log in logs]):
                raise AssertionError(f"{phase}: no job began\n{invocation.said.read_text()[-2000:]}")
            began = time.monotonic()
            try:
                invocation.process.wait(generator.uniform(0, lasts[phase]))
                lasts[phase] = max(0.3, time.monotonic() - began)  # it was done before: the next is killed earlier
            except subprocess.TimeoutExpired:
                invocation.kill(how, generator)
                killed += 1
                done = True
            for file in files:  # whole or not at all
                if (clone.folder / file).exists():
                    assert hashes(clone.folder, file) == {file: known[file]}, f"{phase}, {how}: half a file"
    return killed


def test_killed_anywhere_and_started_once_more_the_tree_is_the_same(smoke, copy_of, tried):
    known = hashes(smoke.folder, *RESULTS)
    kills = [(PHASES[number % len(PHASES)], "group") for number in range(KILLS)]
    single = [
        (PHASES[number % len(PHASES)], ("worker", "snakemake")[number % 4 == 3]) for number in range(SINGLE_KILLS)
    ]
    plans = [kills[0::2] + single[0::2], kills[1::2] + single[1::2]]
    clones = [copy_of(smoke, f"victim {number}") for number in range(2)]
    with ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(disturb, clones, [known] * 2, plans, ["first", "second"]))
    assert sum(killed) == KILLS + SINGLE_KILLS
    for clone in clones:
        # `runs` too: a batch that was taken away is not missed while the figures made of it are there
        clone.run("snakemake", "--config", "preset=smoke", "--cores", "2", "--quiet", "all", "--", "all", "runs")
        assert hashes(clone.folder, *RESULTS) == known
        assert clone.planned("--config", "preset=smoke") == {}
    for phase in PHASES:
        tried("kill", f"SIGKILL of the process group during {phase}, then one more run", kills.count((phase, "group")))
    tried("kill", "SIGKILL of a single worker or of Snakemake alone, then one more run", SINGLE_KILLS)


@pytest.fixture
def tiny_disk(request):
    """Return a function that lays a small file system over a folder; skips where that is not allowed."""
    mounted = []

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@pytest.mark.parametrize("phase", [*(f"train {family}" for family in PLAN.families), "figures"])
def test_a_full_disk_is_told_and_leaves_nothing_half(smoke, copy_of, tiny_disk, phase, tried):
    known = hashes(smoke.folder, *RESULTS)
    clone = copy_of(smoke, "full")
    files, _ = outputs(phase, random.Random(1))
    folder = (clone.folder / files[0]).parent
    for path in folder.iterdir():
        path.unlink()
    tiny_disk(folder, "4k")
    target = [file for file in files if Path(file).stem == Path(files[0]).stem]
    (folder / "filler").write_bytes(bytes(2000))
    command = ("snakemake", "--config", "preset=smoke", "--cores", "1", "--", *target)
    failed = clone.run(*command, check=False)
    assert failed.returncode != 0
    assert "could not be written, nothing of it was kept" in failed.stdout + failed.stderr
    assert "No space left on device" in failed.stdout + failed.stderr
    assert [path.name for path in folder.iterdir()] == ["filler"]
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
    (folder / "filler").unlink()
    clone.run(*command)
    for file in target:
        assert hashes(clone.folder, file) == {file: known[file]}
    tried("kill", f"disk full during {phase}: told, no half file, complete after space returns", 1)
