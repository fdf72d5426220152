"""Trained runs in Parquet: round trip, order, missing runs, bytes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from condensation.models.two_layer.run import TwoLayerRun
from condensation.plan import run_id
from condensation.store.columns import COLUMNS, metric_table
from condensation.store.figure_module import load_figure_module
from condensation.store.runs import batch_table, read_runs, write_table
from condensation.store.snapshots import snapshots


def make_run(**changes) -> TwoLayerRun:
    values = {
        "target": "x_squared", "m": 3, "gamma": 1.0, "gamma_prime": 0.0, "log_m_beta2": 0.0, "seed": 0,
        "antisymmetric": False, "method": "gradient_descent", "learning_rate": None, "stop_loss": 1e-8,
        "max_steps": 10, "snapshots": (4,), "keep": "parameters",
    }  # fmt: skip
    return TwoLayerRun(**(values | changes))


RUNS = [make_run(seed=seed) for seed in range(5)]
RESULTS = {
    "rd_w": [0.1 * seed for seed in range(5)],
    "steps": [7] * 5,
    "snapshot_step": [[0, 4, -1]] * 5,
    **{f"snapshot_{name}": [np.arange(9, dtype=np.float32) + seed for seed in range(5)] for name in "awb"},
    "histogram": [None, *[np.ones(2, dtype=np.float32)] * 4],
}


def written(path: Path) -> Path:
    write_table(batch_table({run_id(run): run for run in RUNS}, RESULTS), path)
    return path


def test_what_is_written_is_read(tmp_path):
    frame = read_runs([written(tmp_path / "a.parquet")], [run_id(run) for run in RUNS])
    assert frame["run_id"].is_monotonic_increasing
    by_seed = frame.set_index("seed").sort_index()
    assert by_seed["rd_w"].tolist() == RESULTS["rd_w"]
    assert by_seed["snapshot_a"][2].dtype == np.float32
    np.testing.assert_array_equal(by_seed["snapshot_a"][2], RESULTS["snapshot_a"][2])
    assert by_seed["histogram"][0] is None
    assert by_seed["gamma"].tolist() == [1.0] * 5


def test_only_the_runs_that_are_asked_for_are_read(tmp_path):
    wanted = run_id(RUNS[3])
    assert read_runs([written(tmp_path / "a.parquet")], [wanted])["seed"].tolist() == [3]


def test_a_missing_run_is_an_error_that_names_the_files(tmp_path):
    path = written(tmp_path / "a.parquet")
    with pytest.raises(ValueError, match=r"1 of 2 runs are in none of .*a\.parquet"):
        read_runs([path], [run_id(RUNS[0]), "0123456789abcdef"])


def test_bytes_depend_on_nothing_but_the_content(tmp_path):
    first, second = written(tmp_path / "a.parquet"), tmp_path / "b.parquet"
    order = [4, 0, 2, 1, 3]
    shuffled = {name: [values[k] for k in order] for name, values in RESULTS.items()}
    write_table(batch_table({run_id(RUNS[k]): RUNS[k] for k in order}, shuffled), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_flipped_byte_of_the_data_is_found_on_reading(tmp_path):
    path = written(tmp_path / "a.parquet")
    content = bytearray(path.read_bytes())
    content[pq.read_metadata(path).row_group(0).column(0).data_page_offset + 60] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"(?i)crc|corrupt|verification|decompress"):
        read_runs([path], [run_id(run) for run in RUNS])


def test_snapshots_are_unpacked_with_the_step_of_the_end():
    run = pd.Series({name: values[1] for name, values in RESULTS.items()})
    kept = snapshots(run)
    assert kept.step.tolist() == [0, 4, 7]
    a, w, b = kept.at(-1)
    np.testing.assert_array_equal(a, [7, 8, 9])
    assert w.shape == b.shape == (3,)


def test_metrics_carry_symbol_unit_and_meaning_to_the_file(tmp_path):
    write_table(metric_table(gamma=[1.0], slope_w_by_seed=[[0.1, 0.2]]), tmp_path / "f.parquet", {"figure": "f"})
    schema = pa.parquet.read_schema(tmp_path / "f.parquet")
    assert schema.metadata[b"figure"] == b"f"
    field = schema.field("gamma").metadata
    assert field[b"symbol"].decode() == "γ"
    assert field[b"unit"] == b"1"
    assert b"log m" in field[b"description"]


def test_a_column_outside_the_vocabulary_is_refused():
    with pytest.raises(KeyError, match="gama"):
        metric_table(gama=[1.0])


def test_the_vocabulary_explains_every_column():
    for name, column in COLUMNS.items():
        assert column.description, name
        # a number has a unit, unless it is a name in disguise or a claim's, whose unit is its quantity's
        if pa.types.is_floating(column.type) and name not in {
            "lower", "upper", "value", "spread", "smallest", "largest"
        }:  # fmt: skip
            assert column.unit, name


def test_a_figure_module_must_exist_and_have_both_functions(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_figure_module(tmp_path / "f01.py")
    (tmp_path / "f01.py").write_text("def measure(data): ...\n")
    with pytest.raises(AttributeError, match=r"f01\.py has no function draw"):
        load_figure_module(tmp_path / "f01.py")


def test_trained_parameters_are_stored_without_a_dictionary(tmp_path):
    theta = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)
    table = pa.table({"run_id": ["a", "b"], "steps": pa.array([[1, 2], [3]]), "theta_end": pa.array([theta, None])})
    path = tmp_path / "runs.parquet"
    write_table(table, path, {"batch": "x"})
    read = pq.read_table(path)
    assert read.equals(table)
    assert path.stat().st_size < 1.05 * theta.nbytes
    write_table(pa.table({"theta_end": pa.nulls(2)}), path, {})  # a batch that keeps none
    assert pq.read_table(path)["theta_end"].null_count == 2
