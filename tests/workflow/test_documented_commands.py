"""Law 9: every command of README and docs runs in a fresh clone (one of them in test_rebuild.py)."""

import re
import subprocess

from tests.clones import ROOT, documented_commands


def test_the_pages_have_commands():
    commands = documented_commands()
    assert "make figures" in commands
    assert {"make verify", "snakemake --profile profiles/slurm -n"} <= set(commands)
    assert len(commands) > 20
    assert documented_commands("not run by")[0] == "make test"


def test_every_command_of_the_pages_runs_in_its_order(make_clone):
    clone = make_clone("as documented", pulled=False)
    script = "\n".join(["set -eo pipefail", *(f"echo '>>> {line}' >&2; {line}" for line in documented_commands())])
    # the clone's .venv is a link to the environment of these tests: `make env` finds it ready
    result = clone.run("bash", "-c", script, check=False)
    last = [line for line in result.stderr.splitlines() if line.startswith(">>>")][-1]
    assert result.returncode == 0, f"{last}\n{result.stderr[-3000:]}"


def test_make_help_names_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert set(targets) - {"help"} <= set(re.findall(r"make ([\w-]+)", shown))
