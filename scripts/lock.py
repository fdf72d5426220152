"""Resolve pyproject.toml into hashed pins: requirements.txt (what runs), requirements-dev.txt, environment.yml."""

import re
import subprocess
import sys
from pathlib import Path

# torch stays out of the hashed files: builds for CPU and for CUDA of one version differ, and so do their dependencies
COMMAND = (
    "uv pip compile --quiet pyproject.toml --generate-hashes --no-emit-package torch"
    " --no-annotate --no-header --all-extras"
)
GROUPS = {"requirements.txt": "", "requirements-dev.txt": " --group test --group dev"}
HEAD = "# made by `make lock` from pyproject.toml; torch is installed apart (its version is pinned there)\n"
ENVIRONMENT = """\
# conda users: `conda env create -f environment.yml && conda activate condensation`; made by `make lock`, the pins are
# those of requirements.txt
name: condensation
channels:
  - conda-forge
dependencies:
  - python=3.11
  - make
  - git
  - pip
  - pip:
      - -e .
"""


def main() -> int:
    """Resolve with uv, keeping the pins there are where they still fit."""
    for name, groups in GROUPS.items():
        command = f"{COMMAND}{groups} --output-file {name}".split()
        if code := subprocess.run(command).returncode:
            return code
        path = Path(name)
        path.write_text(HEAD + path.read_text().removeprefix(HEAD))
    pins = re.findall(r"^(\S+==[^\\\n]+?)\s*\\?$", Path("requirements.txt").read_text(), flags=re.MULTILINE)
    torch = re.findall(r'"(torch==[^"]+)"', Path("pyproject.toml").read_text())
    Path("environment.yml").write_text(ENVIRONMENT + "".join(f"      - {pin}\n" for pin in [*pins, *torch]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
