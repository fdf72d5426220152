"""Before, during and after a run."""

import io
import json
import logging
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from condensation.plan import build_plan
from condensation.progress.forecast import Forecast
from condensation.progress.handler import ProgressHandler
from condensation.progress.hooks import only_problems
from condensation.progress.job_times import JobTimes, parsed_batches, parsed_counts
from condensation.progress.summary import summary_text
from condensation.progress.training_times import (
    TimeEstimate,
    experiments_of_runs,
    recorded_seconds,
    run_seconds,
    times_text,
)

ROOT = Path(__file__).resolve().parents[3]
PRESET = yaml.safe_load((ROOT / "params.yaml").read_text())["preset"]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def finished(job: int) -> logging.LogRecord:
    record = logging.LogRecord("snakemake", logging.INFO, "", 0, None, None, None)
    record.event, record.job_id = "job_finished", job
    return record


def test_time_left_follows_the_speed_of_the_machine():
    clock, stream = Clock(), io.StringIO()
    expected = {job: (f"job {job}", 100.0) for job in range(4)}
    handler = ProgressHandler(stream, expected, cores=2, clock=clock)
    assert handler.seconds_left() == pytest.approx(200.0)  # as expected, on two cores
    clock.now = 200.0
    handler.handle(finished(0))
    assert 300 * (220 / 120) > handler.seconds_left() > 300 * 1.5  # a job took twice as long, alone
    clock.now = 800.0
    for job in (1, 2):
        handler.handle(finished(job))
    handler.handle(finished(2))  # told twice
    handler.handle(finished(77))  # not ours
    assert handler.seconds_left() == pytest.approx(100 * 2.5, rel=0.1)
    handler.handle(finished(3))
    assert stream.getvalue().splitlines()[0].startswith("1 of 4 jobs, about 9 min left, 3 min so far: job 0")
    assert stream.getvalue().splitlines()[-1] == "4 of 4 jobs, done, 13 min so far: job 3"


def test_a_log_gets_a_line_every_few_seconds_only():
    clock, stream = Clock(), io.StringIO()
    handler = ProgressHandler(stream, dict.fromkeys(range(100), ("x", 1.0)), cores=1, clock=clock)
    for job in range(100):
        clock.now += 1.0
        handler.handle(finished(job))
    assert 10 <= len(stream.getvalue().splitlines()) <= 12


def test_a_terminal_gets_one_line_that_changes():
    stream = io.StringIO()
    stream.isatty = lambda: True
    handler = ProgressHandler(stream, {0: ("one", 1.0), 1: ("two", 1.0)}, cores=1)
    handler.handle(finished(0))
    handler.handle(finished(1))
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 2


def test_only_problems_pass():
    logger, stream = logging.Logger("test"), io.StringIO()
    logger.addHandler(logging.StreamHandler(stream))
    only_problems(logger)
    logger.info("Building DAG of jobs...")
    logger.error("a job failed")
    assert stream.getvalue() == "a job failed\n"


def test_times_come_from_the_records(tmp_path):
    folder = tmp_path / ".snakemake/metadata/deep"
    folder.mkdir(parents=True)
    records = {
        "a": {"rule": "train", "log": ["logs/train/two_layer/b1.log"], "starttime": 10.0, "endtime": 14.0},
        "b": {"rule": "measure", "log": ["logs/x.log"], "starttime": 0.0, "endtime": 2.0},
        "c": {"rule": "train"},
    }
    for name, record in records.items():
        (folder / name).write_text(json.dumps(record))
    (folder / "half").write_text('{"rule": "tra')
    (folder / "binary").write_bytes(b"\xff\xfe\x00")
    assert recorded_seconds(tmp_path) == {"two_layer/b1": 4.0}
    benchmark = tmp_path / "benchmarks/train/two_layer/b1.tsv"
    benchmark.parent.mkdir(parents=True)
    benchmark.write_text("s\th:m:s\n3.5\t0:00:03\n")
    assert recorded_seconds(tmp_path) == {"two_layer/b1": 3.5}


def test_estimates_follow_a_power_law_of_the_width():
    estimate = TimeEstimate({("f", "a", 100): 1.0, ("f", "a", 1000): 10.0, ("f", "b", 400): 7.0, ("g", "c", 10): 3.0})
    assert estimate.of_run("f", "a", 100) == 1.0
    assert estimate.of_run("f", "a", 10_000) == pytest.approx(100.0)
    assert estimate.of_run("f", "a", 300) == pytest.approx(3.0)
    assert estimate.of_run("f", "new", 400) == 7.0
    assert estimate.of_run("f", "new", 50) > 0
    assert estimate.of_run("g", "c", 100) == pytest.approx(30.0)
    assert estimate.of_run("h", "c", 10) is None


def test_the_committed_times_know_most_runs_of_the_tables():
    plan = build_plan(ROOT, "lecture")
    times = JobTimes(ROOT, plan)
    timed = [batch for batch in plan.batches.values() if times.of_batch(batch) is not None]
    assert len(timed) > 100


def test_a_batch_is_shared_among_its_runs_without_the_start_of_its_job():
    """Evenly, or by their work where operations are counted."""
    plan = build_plan(ROOT, "lecture")
    families = plan.families
    seconds = {name: families[batch.family].start + len(batch.runs) for name, batch in plan.batches.items()}
    times = run_seconds(plan, seconds)
    even = {round(mean, 9) for (family, *_), (_, mean) in times.items() if not families[family].counts_operations}
    assert even == {1.0}
    rates = {round(mean / work, 12) for (_, name, work), (_, mean) in times.items() if name == "learning_rate"}
    assert len(rates) == 1
    assert sum(count for count, _ in times.values()) == sum(len(e.run_ids) for e in plan.experiments.values())
    assert "two_layer:trajectory:100\t3\t1\n" in times_text(times)


@pytest.mark.parametrize("preset", ["lecture", "smoke", "paper"])
def test_forecasts_are_true_within_a_factor_of_two(preset):
    """Of jobs that start in a time of their family and then take a time proportional to what their runs compute."""
    lecture, plan = build_plan(ROOT, "lecture"), build_plan(ROOT, preset)

    def true_seconds(batch) -> float:
        family = plan.families[batch.family]
        return 1.2 * family.start + 1e-3 * sum(map(family.work, batch.runs))

    recorded = {name: true_seconds(batch) for name, batch in lecture.batches.items()}
    known = {key: seconds for key, (_, seconds) in run_seconds(lecture, recorded).items()}
    counted = {name for name, family in plan.families.items() if family.counts_operations}
    estimate, experiments = TimeEstimate(known, counted), experiments_of_runs(plan)
    for family in plan.families:
        batches = [batch for batch in plan.batches.values() if batch.family == family]
        told = sum(estimate.of_runs(batch, plan, experiments) for batch in batches)
        assert 0.5 < told / sum(map(true_seconds, batches)) < 2, family


def test_the_work_of_a_network_counts_its_images_and_of_a_gpu_its_speed():
    plan = build_plan(ROOT, "lecture")
    run = plan.experiments["cnn:condensed"].runs[0]
    work = plan.families["cnn"].work
    assert work(replace(run, epochs=2 * run.epochs)) == 2 * work(run)
    assert work(replace(run, images=run.images // 2)) < 0.6 * work(run)
    assert work(replace(run, channels=2 * run.channels)) == work(run)
    run = build_plan(ROOT, "paper").experiments["transformer:two_layers"].runs[0]
    assert run.device == "cuda"
    work = plan.families["transformer"].work
    assert work(replace(run, device="cpu")) > 1000 * work(run)


def test_the_work_of_a_transformer_follows_its_training():
    plan = build_plan(ROOT, "paper")
    work = plan.families["transformer"].work
    runs = {
        run.layers: run
        for name in ("two_layers", "three_layers")
        for run in plan.experiments[f"transformer:{name}"].runs
    }
    assert work(replace(runs[2], stop=2 * runs[2].stop)) == pytest.approx(2 * work(runs[2]), rel=1e-4)
    assert work(runs[3]) / work(runs[2]) == pytest.approx(19 / 10, rel=0.01)
    estimate = TimeEstimate({("transformer", "two_layers", work(runs[2])): 10.0}, {"transformer"})
    assert estimate.of_run("transformer", "three_layers", work(runs[3])) == pytest.approx(19, rel=0.01)
    assert plan.families["transformer"].counts_operations
    assert not plan.families["two_layer"].counts_operations


def test_what_is_counted_in_operations_is_proportional_up_and_down():
    """A power law through two close works, the larger by chance the faster, would tell nonsense of a far one."""
    estimate = TimeEstimate({("f", "a", 1000): 160.0, ("f", "b", 1050): 140.0}, {"f"})
    assert estimate.of_run("f", "new", 10) == pytest.approx(300 / 2050 * 10)
    assert estimate.of_run("f", "new", 10**6) == pytest.approx(300 / 2050 * 10**6)
    assert estimate.of_run("f", "new", 1000) == 160.0


def test_the_table_of_jobs_is_read():
    said = "Job stats:\njob      count\n-----  -------\nmeasure      2\nf10          1\ntotal        3\n\nReasons:\n"
    assert parsed_counts(said) == {"measure": 2, "f10": 1}
    said = "[date]\nJob 3: train two_layer x_squared-m10-seed0-all-1-2\nReason: Missing output files\n"
    assert parsed_batches(said) == {"two_layer/x_squared-m10-seed0-all-1-2"}
    assert parsed_counts("Nothing to be done (all requested files are present and up to date).") == {}


def test_the_forecast_counts_what_is_missing(tmp_path):
    """With no stored results everything is to be trained; a run that another batch of the same code holds is not."""
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    plan = build_plan(ROOT, "smoke")
    forecast = Forecast(tmp_path, plan, JobTimes(tmp_path, plan))
    total = forecast.table().splitlines()[-1].split()
    runs = len(plan.batch_of_run)
    assert total[2:6] == [f"{runs:,}", f"{len(plan.batches):,}", "0", f"{runs:,}"]
    said = forecast.jobs({"train": len(plan.batches), "f08_phase_diagram": 1, "all": 1}, plan.batches, brief=False)
    assert f"{len(plan.batches) + 1} jobs, {runs:,} runs to train: about" in said
    assert "1 draw" in said
    assert forecast.jobs({}, (), brief=True) == "nothing to be done\n"


def test_the_summary_names_what_failed_and_where_to_look(tmp_path):
    plan = build_plan(ROOT, "lecture")
    for folder in ("figures/lecture", "data/metrics/lecture"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "figures/lecture/f08_phase_diagram.png").touch()
    (tmp_path / "figures/lecture/index.html").touch()
    record = {"claims": 2, "held": 1, "checks": 3, "passed": 3, "failed": "f11 1/4"}
    (tmp_path / "data/metrics/lecture/claims.json").write_text(json.dumps(record))
    said = summary_text(tmp_path, plan, seconds=90, since=0).splitlines()
    assert said[0] == f"1 of {len(plan.figures)} figures drawn in 90 s (preset lecture): f08_phase_diagram"
    assert said[1] == "1 of 2 claims held, 3 of 3 quality checks; failed: f11 1/4"
    assert "figures/lecture/index.html" in said[2]


def test_plan_says_what_would_run_before_anything_starts():
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "scripts/plan.py", "--preset", "smoke"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment).stdout
    assert "all together" in said
    assert "would run: " in said
    assert "runs to train: about" in said
