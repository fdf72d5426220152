"""Laws 4 and 5: results depend on the tables and the code only, and stored results are enough for every figure."""

import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.clones import documented_commands, hashes


def test_two_smoke_runs_from_nothing_are_byte_identical(smoke, make_clone, tried):
    """In other folders, with other numbers of threads in a job; every rule and every figure runs.

    The second one is made by the command of docs/using.md that test_documented_commands.py leaves to this test.
    """
    first, second = smoke, make_clone("zweiter Ördner", pulled=False)
    (command,) = documented_commands("run by")
    assert command == "make reproduce PRESET=smoke"
    second.run(*command.split())
    made, again = (hashes(clone.folder, "data", "figures", "docs", "metrics.json") for clone in (first, second))
    assert made == again
    formats = {name.rsplit(".", 1)[1] for name in made if name.startswith("figures/")}
    assert formats == {"pdf", "png", "svg", "gif", "csv", "tex", "html"}
    root = str(first.folder).encode()
    for name in made:
        assert root not in (first.folder / name).read_bytes(), f"{name} holds a path of this machine"
    tried("determinism", "smoke preset twice from nothing, other folder and threads: files byte-identical", len(made))


def same_table(first, second):
    """Equal in everything but the last digits, which another processor's linear algebra may round otherwise."""
    first, second = pq.read_table(first), pq.read_table(second)
    assert first.schema.equals(second.schema, check_metadata=True)
    for name in first.column_names:
        one, two = first[name].to_pandas(), second[name].to_pandas()
        if pa.types.is_floating(first.schema.field(name).type):
            np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-9, err_msg=name)
        elif not pa.types.is_list(first.schema.field(name).type):
            pd.testing.assert_series_equal(one, two)


def test_every_figure_is_rebuilt_from_stored_results_without_training(make_clone, tried):
    clone, stored = make_clone("cache hit", pulled=True), make_clone("stored", pulled=True)
    for part in ("data/metrics", "data/raw", "figures"):
        shutil.rmtree(clone.folder / part)
    clone.run("snakemake", "--quiet", "all", "--", "data")  # no figure needs the images again: their runs are there
    clone.run("snakemake", "--quiet", "all", CONDENSATION_FORBID_TRAINING="yes")
    made, recorded = (
        hashes(folder, "data/metrics", "data/runs", "data/raw", "figures") for folder in (clone.folder, stored.folder)
    )
    assert made.keys() == recorded.keys()
    differing = [name for name in recorded if made[name] != recorded[name]]
    tables = [name for name in differing if name.endswith(".parquet")]
    for name in tables:
        same_table(clone.folder / name, stored.folder / name)
    tried("cache hit", "files rebuilt from stored runs with a poison against training", len(recorded))
    if not tables:  # the same processor as the one that stored them: then every byte is the same
        assert differing == []


def test_forbidden_training_is_refused(make_clone):
    clone = make_clone("poison", pulled=False)
    result = clone.run("snakemake", "--quiet", "all", "--", "runs", check=False, CONDENSATION_FORBID_TRAINING="yes")
    assert result.returncode != 0
    assert not list((clone.folder / "data").rglob("*.parquet"))
