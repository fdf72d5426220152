"""What make passes on, refuses and makes again; nothing is run."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize("target", ["figures", "plan", "reproduce", "claims", "report", "times"])
def test_a_preset_is_honoured(target):
    said = make(ROOT, "-n", target, "PRESET=smoke", "ENV_READY=").stdout
    scripts = [line for line in said.replace("&&", "\n").splitlines() if "snakemake" in line or "preset" in line]
    assert scripts
    assert all("preset=smoke'" in line or "--preset 'smoke'" in line for line in scripts)
    assert "preset" not in make(ROOT, "-n", target, "ENV_READY=").stdout  # params.yaml decides


@pytest.mark.parametrize("target", ["test", "verify", "diff", "pull"])
def test_a_preset_is_refused_where_it_says_nothing(target):
    done = make(ROOT, "-n", target, "PRESET=smoke", "ENV_READY=")
    assert done.returncode != 0
    assert "PRESET is for make figures" in done.stderr


@pytest.mark.parametrize(
    ("version", "refused"), [("3.10.4", True), ("3.11.0", False), ("3.14.9", False), ("3.15.0", True)]
)
def test_other_versions_of_python_are_refused_with_their_number(tmp_path, version, refused):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    numbers = version.replace(".", ", ")
    python = tmp_path / "fake"
    code = f"import sys; sys.version_info = ({numbers}); exec(sys.argv[1])"
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] || exit 7\nexec python3 -c "{code}" "$2"\n')
    python.chmod(0o755)
    said = make(tmp_path, "env", "PYTHON=./fake")
    assert said.returncode != 0
    assert ("Python 3.11 to 3.14 is needed" in said.stderr) == refused


def test_line_ends_are_the_same_in_every_clone(tmp_path):
    """Also where git is told to write CRLF: hashes are taken of the bytes."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    files = {
        ".gitattributes": (ROOT / ".gitattributes").read_bytes(),
        ".dvc/store/files/md5/aa/bb": b"a\nb\n",
        "scripts/with_environment.sh": b"#!/bin/sh\ntrue\n",
        "workflow/reference/a.csv": b"a,b\r\n",
        "docs/images/a.png": b"\x89PNG\r\n\x1a\n",
    }
    for name, content in files.items():
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_bytes(content)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run([*git, *command], cwd=origin, check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", str(origin), str(clone)], check=True, capture_output=True)
    assert {name: (clone / name).read_bytes() for name in files} == files
