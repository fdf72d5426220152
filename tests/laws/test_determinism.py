"""Law 4: a run's result depends on its row and the code only: not on threads, batch mates, order, restart or folder."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from condensation.plan import build_plan, run_id
from condensation.plan.manifests import of_batch
from condensation.store.runs import batch_table, write_table
from condensation.store.training import train_batch
from tests.clones import ROOT

PLAN = build_plan(ROOT, "smoke")
MEMBERS = 4  # runs of a batch that are trained in every way: enough to differ in order and company


def smallest_batch(family: str):
    """Return the family's batch of the smallest runs among those with company, and that company."""
    batches = [batch for batch in PLAN.batches.values() if batch.family == family]
    company = [batch for batch in batches if len(batch.runs) > 1] or batches
    return min(company, key=lambda batch: (batch.runs[0].size, batch.name))


def trained(family: str, runs, threads: int):
    results = importlib.import_module(PLAN.families[family].training).train(list(runs), threads=threads)
    return batch_table({run_id(run): run for run in runs}, results)


def same(first, second) -> bool:
    """Equal bit by bit: NaN equals NaN, and -0 is not 0."""
    if first.schema != second.schema or first.num_rows != second.num_rows:
        return False
    return all(
        first[name].combine_chunks().to_pylist().__repr__() == second[name].combine_chunks().to_pylist().__repr__()
        for name in first.column_names
    )


@pytest.mark.parametrize("family", PLAN.families)
def test_threads_company_order_and_restart_change_no_bit(family, tmp_path, tried):
    batch = smallest_batch(family)
    runs = batch.runs[:MEMBERS]
    whole = trained(family, runs, 1)
    assert same(whole, trained(family, runs, 1)), "the same again"
    assert same(whole, trained(family, runs, 2)), "two threads"
    assert same(whole, trained(family, runs[::-1], 1)), "another order"
    for number, run in enumerate(runs[:2]):
        alone = trained(family, [run], 1)
        name = alone["run_id"][0].as_py()
        assert same(alone, whole.filter([other.as_py() == name for other in whole["run_id"]])), f"run {number} alone"
    tried("determinism", f"{family}: again, two threads, other order, alone: runs bit-identical", 3 * len(runs) + 2)


@pytest.mark.parametrize("family", PLAN.families)
def test_a_batch_that_goes_on_from_a_part_has_the_same_bytes(family, tmp_path, monkeypatch, tried):
    batch = smallest_batch(family)
    manifest = of_batch(PLAN, batch)
    fresh, resumed = tmp_path / "fresh", tmp_path / "zurück gekehrt"
    write_table(train_batch(manifest, fresh, 1), fresh / f"{batch.name}.parquet", {"batch": batch.name})
    part = batch.runs[: len(batch.runs) // 2 + 1]
    write_table(trained(family, part, 2), resumed / f"part-{batch.code}.parquet", {"batch": "part"})
    if len(part) == len(batch.runs):
        monkeypatch.setenv("CONDENSATION_FORBID_TRAINING", "yes")
    write_table(train_batch(manifest, resumed, 1), resumed / f"{batch.name}.parquet", {"batch": batch.name})
    first, second = ((folder / f"{batch.name}.parquet").read_bytes() for folder in (fresh, resumed))
    assert first == second
    tried("determinism", f"{family}: resumed from half a batch in another folder: file byte-identical", 1)


def test_no_training_asks_for_the_time_or_the_folder():
    """A static look at what no comparison of two runs could show."""
    for path in (Path(ROOT) / "src/condensation").rglob("*.py"):
        text = path.read_text()
        for word in ("random.seed(", "np.random.seed", "torch.manual_seed(", "datetime.now", "getpass", "gethostname"):
            assert word not in text, f"{path.name}: {word}"


TRAIN = """
from condensation.models.custom.run import CustomRun
from condensation.models.custom.training import train
own, rules = ("0.5*sin(4*x)+0.3*abs(x)", -1.0, 1.0, 24, 200), (True, None, 1e-5, 100_000, (), "summary")
print(repr(train([CustomRun(*own, gamma, 0.0, 0.0, 1, *rules) for gamma in (1.0, 1.75)])))
"""


def test_a_process_that_compiles_and_one_that_loads_compiled_code_agree(tmp_path, tried):
    """Copies of a function in two compiled modules may add in another order: once the ninth digit was another."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", TRAIN]
    told = [subprocess.run(command, env=environment, capture_output=True, check=True).stdout for _ in range(2)]
    assert any(tmp_path.rglob("*.nbc")), "the first process left its compiled code"
    assert told[0] == told[1]
    tried("determinism", "custom: compiled and loaded: results bit-identical", 1)
