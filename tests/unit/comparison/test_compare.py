"""A made-up change in a copy of the repository is told in numbers and shown in pictures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from condensation.comparison.revision import UnknownRevisionError, read_revision

ROOT = Path(__file__).resolve().parents[3]
MAP = "f11_slope_map_synthetic"


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    return subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A clone with the results of its HEAD, as a pull would leave them."""
    folder = tmp_path_factory.mktemp("diff") / "a copy"
    git(ROOT, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    recorded = read_revision(folder, "HEAD")  # from the store inside the repository: there is no cache
    for name in recorded.files:
        path = folder / Path(name).parent / "lecture" / Path(name).name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(recorded.read(name))
    return folder


def compare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/compare.py"), *arguments, "--root", str(folder)]
    shutil.copytree(ROOT / "workflow/report", folder / "workflow/report", dirs_exist_ok=True)
    return subprocess.run(command, capture_output=True, text=True)


def change(path: Path, edit) -> None:
    table = pq.read_table(path)
    columns = table.to_pydict()
    edit(columns)
    pq.write_table(pa.table(columns, schema=table.schema), path)


def test_nothing_changed(copy):
    result = compare(copy, "HEAD")
    assert result.returncode == 0, result.stderr
    assert "\n0 of " in result.stdout
    assert "before and after images" not in result.stdout


def test_a_made_up_change_is_told_and_shown(copy):
    def slope(columns):
        row = next(
            i
            for i, (s, g) in enumerate(zip(columns["table"], columns["gamma"], strict=True))
            if (s, g) == ("cells", 0.6)
        )
        columns["slope"][row] += 1.0

    def verdict(columns):
        row = columns["id"].index("f11_stars")
        columns["value"][row], columns["held"][row] = 0.5, False

    change(copy / f"data/metrics/lecture/{MAP}.parquet", slope)
    change(copy / "data/metrics/lecture/claims.parquet", verdict)
    picture = copy / f"figures/lecture/{MAP}.png"
    with Image.open(picture) as image:
        image = image.convert("RGB")
    image.paste((255, 0, 0), (0, 0, image.width // 2, image.height // 2))
    image.save(picture)
    redrawn, saved_anew = copy / "figures/lecture/f08_phase_diagram.png", copy / "figures/lecture/f08b_matter.png"
    for path in (redrawn, saved_anew):
        with Image.open(path) as image:
            image = image.convert("RGB")
        if path == redrawn:
            image.putpixel((0, 0), (255, 0, 0))
        image.save(path, optimize=True)

    result = compare(copy, "HEAD")
    assert result.returncode == 0, result.stderr
    said = result.stdout
    assert "1 of " in said
    assert "now FAILS  f11_stars" in said
    assert "-> 0.5 (FAILED)" in said
    assert f"{MAP}: plotted values changed" in said
    assert "slope: 1 of " in said
    assert "gamma 0.6, gamma_prime -0.4" in said
    assert "f08_phase_diagram: drawn otherwise, plotted values are the same" in said
    assert "f08b_matter" not in said  # other bytes, the same picture
    assert "2 of " in said.split("claims changed")[1]
    page = (copy / "logs/comparison/index.html").read_text()
    for word in ("before", "after", "difference"):
        assert f'src="{MAP}_{word}.png"' in page
        assert (copy / f"logs/comparison/{MAP}_{word}.png").is_file()
    assert (copy / f"logs/comparison/{MAP}_after.png").read_bytes() == picture.read_bytes()


def test_between_two_commits_nothing_of_the_working_folder_counts(copy):
    result = compare(copy, "HEAD", "HEAD")
    assert "\n0 of " in result.stdout
    assert "f11_stars" not in result.stdout


def test_an_experiment_is_found_by_its_name(copy):
    git(copy, "update-ref", "refs/exps/ab/cdef/wide-net", "HEAD")
    assert "from wide-net (" in compare(copy, "wide-net").stdout


@pytest.mark.parametrize("name", ["no-such-thing", "--help-me", "HEAD:dvc.lock"])
def test_an_unknown_revision_is_said_without_a_traceback(copy, name):
    result = compare(copy, "--", name) if name.startswith("-") else compare(copy, name)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr


def test_a_revision_without_results_is_said(copy):
    first = git(copy, "rev-list", "--max-parents=0", "HEAD").split()[0]
    result = compare(copy, first)
    assert result.returncode == 1
    assert "no results were recorded" in result.stderr


def test_a_reader_that_leaves_and_an_ascii_terminal_are_no_errors(copy):
    command = [sys.executable, str(ROOT / "scripts/compare.py"), "HEAD", "--root", str(copy)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    plain = subprocess.run(command, capture_output=True, env=environment)
    assert (plain.returncode, plain.stderr) == (0, b"")
    plain.stdout.decode("ascii")
    reader, writer = os.pipe()
    os.close(reader)
    left = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (left.returncode, left.stderr) == (0, b"")


def test_what_git_says_about_another_owner_is_passed_on(tmp_path, monkeypatch):
    tool = tmp_path / "git"
    tool.write_text("#!/bin/sh\necho \"fatal: detected dubious ownership in repository at 'x'\" >&2\nexit 128\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UnknownRevisionError, match="dubious ownership"):
        read_revision(ROOT, "HEAD")
