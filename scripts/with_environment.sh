#!/usr/bin/env bash
# Run a command in the project's environment, activated or not: DVC's stages call this, so that `dvc repro` works either way.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ -x "$root/.venv/bin/snakemake" ]; then
    PATH="$root/.venv/bin:$PATH"
elif [ -n "${DVC_PYTHON:-}" ]; then
    PATH="$(dirname "$DVC_PYTHON"):$PATH"
fi
command -v "$1" >/dev/null || { echo "$1 is not installed: run 'make env', or activate the conda environment" >&2; exit 1; }
exec "$@"
