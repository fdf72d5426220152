"""No text of a table reaches a shell or another folder, no pickle is loaded, no artefact holds a secret or a path."""

import ast
import getpass
import os
import platform
import re
import zlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from condensation.plan import InputError, build_plan
from tests.clones import ROOT

HOSTILE = "$(touch hacked) `touch hacked`; touch hacked | touch hacked & touch hacked > hacked '\" {x} {0} %s \\"
ARTEFACTS = ("data", "figures", "docs", ".snakemake/metadata", "dvc.lock", "dvc.yaml", "metrics.json", ".dvc/config")


def own_sources():
    return [
        path
        for folder in ("scripts", "src")
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    ]


def test_no_script_loads_a_pickle_evaluates_text_or_starts_a_shell(tried):
    """Parquet, safetensors and idx files only, YAML by the safe loader; processes get lists of arguments."""
    modules = {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal", "jsonpickle"}
    calls = {
        "eval", "exec", "compile", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "torch.load", "torch.save",
        "pd.read_pickle", "pandas.read_pickle", "os.system", "os.popen", "subprocess.getoutput",
        "subprocess.getstatusoutput", "np.save", "numpy.save",
    }  # fmt: skip
    for path in own_sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & modules, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in modules, path
            elif isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in calls, f"{path}: {ast.unparse(node)}"
                for keyword in node.keywords:
                    wrong = {"allow_pickle": True, "shell": True}.get(keyword.arg or "")
                    value = getattr(keyword.value, "value", True)
                    assert wrong is None or value != wrong, f"{path}: {ast.unparse(node)}"
    tried("security", "modules read for pickles, evaluated text, unsafe YAML and shells", len(own_sources()))


def test_every_shell_line_of_a_rule_quotes_what_a_table_names(tried):
    """Names of figures, families and batches and the preset come from tables: in a shell line they stand as {...:q}."""
    lines = 0
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for block in re.findall(r"shell:\n((?:\s+f?['\"].*['\"]\n)+)", path.read_text()):
            lines += 1
            for name in re.findall(r"\{([^{}]*)\}", block):
                fixed = name in ("threads", "log", "output", "input", "PLAN.preset")  # no unchecked name of a table
                assert name.endswith(":q") or fixed, f"{path.name}: {{{name}}} stands unquoted"
    assert lines == sum(path.read_text().count("shell:") for path in (ROOT / "workflow/rules").glob("*.smk"))
    tried("security", "shell lines of rules: whatever a table names is quoted", lines)


@pytest.fixture(scope="module")
def hostile(new_clone):
    """A clone whose free texts all try to reach a shell."""
    clone = new_clone("hostile; touch hacked", pulled=False)
    count = 0
    for name, columns in {
        **{str(path.relative_to(ROOT)): ("source", "notes") for path in (ROOT / "workflow/experiments").glob("*.tsv")},
        "workflow/figures.tsv": ("slide", "title", "caption"),
        "workflow/claims.tsv": ("statement", "source"),
    }.items():
        path = clone.folder / name
        lines = path.read_text().splitlines()
        header = next(line for line in lines if not line.startswith("#")).split("\t")
        for number, line in enumerate(lines):
            if line and not line.startswith("#") and line.split("\t") != header:
                cells = line.split("\t")
                for column in columns:
                    free = "paper " if name.startswith("workflow/experiments") and column == "source" else ""
                    cells[header.index(column)] = free + HOSTILE
                    count += 1
                lines[number] = "\t".join(cells)
        path.write_text("\n".join([*lines, ""]))
    clone.hostile_cells = count
    return clone


def test_hostile_texts_are_only_texts(hostile, tried):
    """The whole way from a row to a figure, its page and its claims, with every free cell hostile."""
    plan = build_plan(hostile.folder, "smoke")
    figure = min((f for f in plan.figures.values() if f.experiments), key=lambda f: len(plan.batches_of(f.id)))
    hostile.run("snakemake", "--config", "preset=smoke", "--cores", "1", "--", figure.id)
    assert not list(hostile.folder.parent.rglob("hacked"))
    svg = (hostile.folder / f"figures/smoke/{figure.id}.svg").read_text()
    assert "$(touch hacked)" in svg
    metadata = pq.read_metadata(hostile.folder / f"data/metrics/smoke/{figure.id}.parquet").metadata
    assert metadata[b"slide"].decode() == HOSTILE
    tried("security", "cells full of shell commands, from the row to the figure: none ran", hostile.hostile_cells)


@pytest.mark.parametrize(
    "target",
    [
        "data/runs/two_layer/x;touch hacked.parquet",
        "data/runs/two_layer/$(touch hacked).parquet",
        "data/runs/two_layer/../../../../escaped.parquet",
        "data/metrics/lecture/../../../escaped.parquet",
        "figures/lecture/$(touch hacked).pdf",
        "docs/images/../../../escaped.png",
    ],
)
def test_hostile_targets_make_nothing(hostile, target):
    command = ("snakemake", "--config", "preset=smoke", "--cores", "1", "--quiet", "all", "--", target)
    assert hostile.run(*command, check=False).returncode != 0
    around = {path.name for path in hostile.folder.parent.iterdir()}
    assert around == {hostile.folder.name}
    assert not [*hostile.folder.parent.rglob("hacked*"), *hostile.folder.parent.rglob("*escaped*")]


@pytest.mark.parametrize(
    "preset", ["../lecture", "smoke; touch hacked", "$(touch hacked)", "/etc/passwd", "smoke\n", "."]
)
def test_hostile_presets_are_refused(hostile, preset):
    result = hostile.run("snakemake", "--config", f"preset={preset!r}", "-n", check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert not list(hostile.folder.parent.rglob("hacked*"))
    with pytest.raises(InputError):
        build_plan(ROOT, preset)


def test_yaml_of_a_preset_never_runs_code(small):
    small.write("workflow/presets/smoke.yaml", "!!python/object/apply:os.system ['touch hacked']\n")
    assert small.problems("smoke")
    assert not list(small.root.rglob("hacked"))
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load("!!python/object/apply:os.system ['touch hacked']")


def texts_of(path: Path) -> bytes:
    """Return what a file holds, with the packed parts of PDF and PNG and the texts of Parquet unpacked beside it."""
    content = path.read_bytes()
    parts = [content]
    if path.suffix == ".pdf":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, flags=re.DOTALL):
            try:
                parts.append(zlib.decompress(stream))
            except zlib.error:
                continue
    elif path.suffix == ".parquet":
        table = pq.read_table(path)
        parts += [repr(table.schema.metadata).encode(), table.schema.to_string(truncate_metadata=False).encode()]
        for name, column in zip(table.column_names, table.columns, strict=True):
            if str(column.type) in ("string", "large_string") or str(column.type).startswith("dictionary"):
                parts.append("\n".join({str(value) for value in column.to_pylist()}).encode())
            parts.append(name.encode())
    return b"\n".join(parts)


def test_no_artefact_holds_a_path_of_a_machine_or_a_secret(pulled_clone, smoke, tried):
    secrets = [
        value for name, value in os.environ.items()
        if re.search("KEY|TOKEN|SECRET|PASSW|CREDENTIAL", name.upper()) and len(value) >= 8
    ]  # fmt: skip
    count = 0
    for clone in (pulled_clone, smoke):
        words = [str(clone.folder), str(clone.folder.parent), str(ROOT), str(Path.home()), platform.node(), *secrets]
        words += [getpass.getuser()] if getpass.getuser() not in ("root", "data") else []
        forbidden = [word.encode() for word in words if len(word) > 3]
        machine = re.compile(rb"/(?:home|root|Users|tmp|private|mnt|scratch)/[\w.-]{2,}|[A-Z]:\\\\Users\\\\|file://")
        for part in ARTEFACTS:
            root = clone.folder / part
            for path in [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file()):
                content = texts_of(path)
                assert not [word for word in forbidden if word in content], f"{part}: {path.name}"
                found = machine.search(content)
                assert not found, f"{part}: {path.name}: {found[0] if found else ''!r}"
                count += 1
    tried("security", "artefacts unpacked and searched for paths of a machine and secrets", count)
