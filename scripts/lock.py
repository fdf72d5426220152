"""Write the exact versions of this environment (of requirements.in) into requirements.txt and environment.yml."""

import subprocess
import sys
from pathlib import Path

HEAD = "# exact pins of everything in the environment; made by `make lock` from requirements.in"


def main() -> int:
    """Freeze the running environment; local suffixes such as +cpu are cut, so that every machine finds the version."""
    frozen = subprocess.run([sys.executable, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    pins = sorted((line.split("+")[0] for line in frozen.splitlines() if "==" in line), key=str.lower)
    Path("requirements.txt").write_text("\n".join([HEAD, *pins, ""]))
    Path("environment.yml").write_text(environment(pins))
    return 0


def environment(pins: list[str]) -> str:
    """Return environment.yml: conda for Python and tools, pip for the same pins."""
    head = [
        "# conda users: `conda env create -f environment.yml && conda activate condensation`;"
        " made by `make lock`, the pins are those of requirements.txt",
        "name: condensation",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.11",
        "  - make",
        "  - git",
        "  - pip",
        "  - pip:",
    ]
    return "\n".join([*head, *(f"      - {pin}" for pin in pins), ""])


if __name__ == "__main__":
    sys.exit(main())
