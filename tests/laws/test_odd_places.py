"""Law 7: odd folders, nothing but the source, no HOME, no network, a read-only checkout, two invocations at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from condensation.plan import build_plan
from tests.clones import ROOT, hashes

PLAN = build_plan(ROOT, "smoke")


def cheapest_figures() -> list[str]:
    """Return a figure of each family, that with the fewest batches."""
    chosen = {}
    for figure in sorted(PLAN.figures.values(), key=lambda figure: len(PLAN.batches_of(figure.id))):
        for batch in PLAN.batches_of(figure.id):
            chosen.setdefault(batch.family, figure.id)
    return sorted(set(chosen.values()))


def made(figures: list[str]) -> list[str]:
    """Return the files of these figures."""
    files = [f"figures/smoke/{figure}.{fmt}" for figure in figures for fmt in PLAN.figures[figure].formats]
    return [*files, *(f"data/metrics/smoke/{figure}.parquet" for figure in figures)]


def isolated() -> list[str]:
    """Return what to put before a command so that it has no network, or nothing where that is not allowed."""
    prefix = ["unshare", "--net", "--map-root-user"] if os.geteuid() else ["unshare", "--net"]
    works = shutil.which("unshare") and not subprocess.run([*prefix, "true"], capture_output=True).returncode
    return prefix if works else []


def environment(**more: str) -> dict[str, str]:
    """Return an environment of almost nothing: no HOME, no user, no language, no proxies."""
    return {"PATH": f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/bin", **more}


def test_no_home_no_network_read_only_source_and_a_folder_with_an_odd_name(new_clone, smoke, tmp_path, tried):
    """All at once, with the results in a folder of their own: the same bytes as anywhere else."""
    source = new_clone("kondensiert – ein Ördner 'für' (alles)", pulled=False).folder
    work = tmp_path / "Ergebnisse & mehr ünd so"
    work.mkdir()
    subprocess.run(["chmod", "-R", "a-w", "--", *(str(p) for p in source.iterdir() if not p.is_symlink())], check=True)
    before = hashes(source, "scripts", "src", "workflow", "data", "figures", "docs", "Snakefile", "metrics.json")
    figures = cheapest_figures()
    # the images have to be there before the network goes
    shutil.copytree(smoke.folder / "data/raw", work / "data/raw")
    command = ["snakemake", "--snakefile", str(source / "Snakefile"), "--directory", str(work), "--cores", "2"]
    command += ["--config", "preset=smoke", "--", *figures]
    # the root user writes to read-only folders, too: compiled code is kept elsewhere, and the tree is compared after
    env = environment(
        PYTHONPATH=str(source / "src"), PYTHONDONTWRITEBYTECODE="1", NUMBA_CACHE_DIR=str(tmp_path / "numba")
    )
    env["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # of a notebook's kernel
    done = subprocess.run([*isolated(), *command], cwd=work, env=env, capture_output=True, text=True)
    subprocess.run(["chmod", "-R", "u+w", "--", str(source)], check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert hashes(work, *made(figures)) == hashes(smoke.folder, *made(figures))
    assert (
        hashes(source, "scripts", "src", "workflow", "data", "figures", "docs", "Snakefile", "metrics.json") == before
    )
    network = "no network, " if isolated() else ""
    tried("odd places", f"no HOME, {network}read-only source, odd folder names: figures byte-identical", len(figures))


def test_a_second_invocation_is_told_and_the_first_goes_on(smoke, copy_of, tried):
    clone = copy_of(smoke, "two at once")
    figure = cheapest_figures()[0]
    files = made([figure])
    before = hashes(clone.folder, *files)
    for file in files:
        (clone.folder / file).unlink()
    log = clone.folder / f"logs/metrics/smoke/{figure}.log"
    log.unlink(missing_ok=True)
    command = ["snakemake", "--config", "preset=smoke", "--cores", "1", "--quiet", "all", "--", figure]
    path = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{clone.folder}/src",
    }
    first = subprocess.Popen(
        command, cwd=clone.folder, env=os.environ | path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not log.exists():
        assert first.poll() is None
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)  # so that it cannot be done before the second has started
    second = clone.run(*command, check=False)
    dry = clone.run("snakemake", "--config", "preset=smoke", "-n", "--", figure, check=False)
    first.send_signal(signal.SIGCONT)
    assert second.returncode != 0
    assert "another invocation is at work in this folder" in second.stderr
    assert "Traceback" not in second.stderr
    assert dry.returncode == 0
    assert first.wait() == 0
    assert hashes(clone.folder, *files) == before
    assert clone.planned("--config", "preset=smoke") == {}
    tried("odd places", "a second invocation at the same time: refused with a clear message, the first goes on", 1)


def test_a_lock_that_a_killed_invocation_left_refuses_nobody(smoke, copy_of):
    clone = copy_of(smoke, "left locked")
    figure = cheapest_figures()[0]
    locks = clone.folder / ".snakemake/locks"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.output.lock").write_text("\n".join(made([figure])) + "\n")
    (clone.folder / f"figures/smoke/{figure}.pdf").unlink()
    clone.run("snakemake", "--config", "preset=smoke", "--cores", "1", "--quiet", "all", "--", figure)


def test_without_git_and_without_results_the_checks_say_so(tmp_path):
    """A copy of the sources from an archive, not a clone."""
    for name in ("scripts", "src", "workflow"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "scripts/verify.py"], cwd=tmp_path, capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 1
    assert done.stderr == "there is no dvc.lock: nothing has been recorded yet, run dvc repro\n"


def test_an_archive_without_git_fetches_its_results(make_clone, tried):
    clone = make_clone("from an archive", pulled=False)
    shutil.rmtree(clone.folder / ".git")
    clone.run("python", "scripts/pull.py")
    assert len(list((clone.folder / "figures/lecture").glob("*.png"))) > 30
    tried("odd places", "an archive without .git: results fetched from the store", 1)


def test_an_environment_that_was_moved_is_made_again(tmp_path, tried):
    def env(folder: Path) -> str:
        command = ["make", "env", f"PYTHON={Path(sys.base_prefix)}/bin/python3", "PIP=true"]  # nothing is installed
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout

    here, there = tmp_path / "here", tmp_path / "moved there"
    here.mkdir()
    shutil.copy(ROOT / "Makefile", here / "Makefile")
    for name in ("requirements.txt", "pyproject.toml"):
        (here / name).touch()
    assert "-m venv" in env(here)
    assert "-m venv" not in env(here)
    here.rename(there)
    assert "-m venv" in env(there)
    assert "-m venv" not in env(there)
    (there / ".venv/bin/python").unlink()
    assert "-m venv" in env(there)
    tried("odd places", "environment moved, or without its Python: made again", 2)
