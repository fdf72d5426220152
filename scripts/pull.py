"""Fetch stored results; local results that DVC has not recorded stay, and only what is missing beside them is added."""

import subprocess
import sys
from pathlib import Path

from condensation.store.integrity import CACHE, RecordError, recorded_files


def main() -> int:
    """Pull; where DVC refuses because it would drop unrecorded files, check out the missing files one by one."""
    dvc = str(Path(sys.executable).with_name("dvc"))
    if not Path(".git").exists():  # from an archive: DVC needs to be told that there is no git
        subprocess.run([dvc, "config", "--local", "core.no_scm", "true"], check=True)
    pull = subprocess.run([dvc, "pull"], capture_output=True, text=True)
    if pull.returncode == 0:
        return 0
    try:
        subprocess.run([dvc, "fetch", "--quiet"])  # its exit code does not tell whether all was there
        missing = [file for file in recorded_files(Path.cwd(), (Path.cwd() / CACHE,)) if not Path(file).exists()]
    except RecordError as error:
        sys.stderr.write(f"{pull.stderr}\n{error}\n")
        return 1
    if missing and subprocess.run([dvc, "checkout", "--quiet", "--force", *missing]).returncode:
        sys.stderr.write(pull.stderr)
        return 1
    sys.stderr.write(
        f"local results that DVC has not recorded were kept, {len(missing)} missing files were added from the store\n"
        "(dvc commit records yours; dvc pull --force drops them)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
