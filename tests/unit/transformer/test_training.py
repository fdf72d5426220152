"""Training: the optimiser against torch's, independence of mates, resuming, the schedule."""

import numpy as np
import pytest
import torch

from condensation.models.cell_error import CellError
from condensation.models.transformer import training
from condensation.models.transformer.accuracy import ACCURACIES
from condensation.models.transformer.data import TrainingData
from condensation.models.transformer.optimiser import adamw
from condensation.models.transformer.run import EVALUATIONS
from condensation.models.transformer.schedule import rate
from condensation.models.transformer.state import State
from condensation.models.transformer.training import settled, train, train_run
from condensation.store.checkpoint import Checkpoint, Checkpoints
from tests.unit.transformer.examples import make_run


def same(one, two):
    assert one.keys() == two.keys()
    for name, value in one.items():
        np.testing.assert_array_equal(value, two[name], err_msg=name)


@pytest.mark.parametrize("clip", [1.0, 1e3])
def test_the_optimiser_is_torchs(clip):
    rng = np.random.default_rng(0)
    theta = rng.standard_normal(500).astype(np.float32)
    reference = torch.from_numpy(theta.copy()).requires_grad_()
    optimizer = torch.optim.AdamW([reference], lr=1e-3, weight_decay=0.3)
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, 200):
        gradient = (rng.standard_normal(500) * 10 ** rng.uniform(-3, 1)).astype(np.float32)
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * step / 200
        reference.grad = torch.from_numpy(gradient.copy())
        length = torch.nn.utils.clip_grad_norm_([reference], clip)
        optimizer.step()
        found = adamw(theta, gradient, m, v, step, 1e-3 * step / 200, 0.3, clip)
        assert found == pytest.approx(float(length), rel=1e-5)
    np.testing.assert_allclose(theta, reference.detach().numpy(), rtol=2e-5, atol=2e-6)


def test_result_does_not_depend_on_mates_order_or_threads():
    runs = [make_run(seed=seed, gamma=gamma) for seed in (0, 1) for gamma in (0.5, 0.8)]
    together, reverse = train(runs), train(runs[::-1], threads=2)
    for index, run in enumerate(runs):
        alone = train([run])
        same({name: values[index] for name, values in together.items()}, {n: v[0] for n, v in alone.items()})
        same({name: values[3 - index] for name, values in reverse.items()}, {n: v[0] for n, v in alone.items()})


class Stopped(Checkpoint):
    """Checkpoint of a run that is interrupted after a step; remembers the steps it was written at."""

    stop = 0

    def write(self, tensors):
        super().write(tensors)
        self.written = [*getattr(self, "written", []), int(tensors["step"])]
        if self.written[-1] == self.stop:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("stop", "precision"), [(1, "float32"), (23, "bfloat16"), (59, "float32")])
def test_resuming_changes_no_bit(stop, precision, tmp_path, monkeypatch):
    run = make_run(
        seed=4, batch=128, precision=precision
    )  # 32 steps of data at a time: the three stops lie at odd places of them
    whole = train_run(run)
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0.0)
    checkpoint = Stopped(tmp_path / "state.safetensors")
    checkpoint.stop = stop
    with pytest.raises(KeyboardInterrupt):
        train_run(run, checkpoint)
    assert int(checkpoint.read()["step"]) == stop
    checkpoint.stop = 0
    same(train_run(run, checkpoint), whole)
    assert checkpoint.written == list(range(1, run.steps + 1))  # it went on, it did not begin again
    same(train_run(run, checkpoint), whole)  # from the last state, which a finished run leaves for its batch
    assert len(checkpoint.written) == run.steps
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]


def test_a_batch_keeps_a_state_of_every_run(tmp_path):
    runs = [make_run(seed=seed, gamma=gamma, steps=40, stop=40) for seed in (0, 1) for gamma in (0.5, 0.8)]
    first, again = (train(runs, checkpoints=Checkpoints(tmp_path)) for _ in range(2))
    assert len(list(tmp_path.iterdir())) == len(runs)
    for name, values in train(runs).items():
        for one, two, three in zip(values, first[name], again[name], strict=True):
            np.testing.assert_array_equal(one, two)
            np.testing.assert_array_equal(one, three)


@pytest.mark.parametrize(
    "tensors", [{}, {"theta": torch.zeros(3)}, State.start(np.zeros(3, np.float32), make_run()).tensors(7)]
)
def test_a_checkpoint_of_another_shape_is_passed_over(tensors, tmp_path):
    run = make_run(seed=5)
    checkpoint = Checkpoint(tmp_path / "state.safetensors")
    checkpoint.write(tensors)
    same(train_run(run, checkpoint), train_run(run))


def test_rate_warms_up_and_falls():
    run = make_run(steps=100, stop=100, warm_up=20, learning_rate=2e-4, lowest_rate=1e-5)
    assert rate(run, 0) == pytest.approx(1e-5)
    assert rate(run, 20) == pytest.approx(2e-4)
    assert rate(run, 60) == pytest.approx((2e-4 + 1e-5) / 2)
    assert rate(run, 99) == pytest.approx(1e-5, rel=0.02)
    rates = [rate(run, step) for step in range(100)]
    assert np.argmax(rates) == 20


def test_a_run_that_stops_early_is_the_first_part_of_the_whole_one():
    whole, part = train_run(make_run(steps=80, stop=80)), train_run(make_run(steps=80, stop=40))
    place = list(whole["step"]).index(40)
    assert part["step"][-1] == 40
    assert [part[f"{name}_course"][-1] for name in ACCURACIES] == [
        whole[f"{name}_course"][place] for name in ACCURACIES
    ]
    np.testing.assert_array_equal(part["eigenvalues_course"][-8:], whole["eigenvalues_course"].reshape(-1, 8)[place])


def test_a_run_is_settled_when_it_fits_and_its_answers_stay():
    run = make_run(steps=400, stop=400, patience=100)
    marks, state = run.marks, State.start(np.zeros(3, np.float32), run)
    state.accuracies[:] = 1.0
    state.answers[:] = 0.0
    assert not settled(run, state, 90)  # younger than its patience
    assert settled(run, state, 200)
    assert not settled(run, state, 201)  # no evaluation
    state.answers[marks.index(150), 3] = 0.03
    assert not settled(run, state, 200)
    assert settled(run, state, 270)
    state.accuracies[marks.index(270), ACCURACIES.index("exception")] = 0.89
    assert not settled(run, state, 270)
    assert not settled(make_run(steps=400, stop=400), state, 400)


def test_every_step_has_its_own_data_and_the_start_is_independent_of_them():
    fresh = TrainingData(make_run())
    assert fresh.steps == 128
    one, two = fresh.sequences(0), fresh.sequences(1)
    assert len(one[0]) == 4096
    assert (one[0] != two[0]).any()
    assert (TrainingData(make_run(seed=1)).sequences(0)[0] != one[0]).any()
    np.testing.assert_array_equal(TrainingData(make_run(gamma=0.9)).sequences(0)[0], one[0])


def test_fixed_sequences_come_in_a_new_order_every_epoch_each_once():
    run = make_run(sequences=150, batch=32)
    data = TrainingData(run)
    assert data.steps == 4  # whole batches of an epoch
    one, two = data.order(0), data.order(1)
    assert len(np.unique(one)) == len(np.unique(two)) == 128
    assert (one != two).any()
    tokens, answers = data.sequences(0)
    np.testing.assert_array_equal(data.sequences(7)[0], tokens)
    pairs = tokens[np.arange(150), np.argmax(tokens < 20, axis=1)] * 10
    pairs = pairs + tokens[np.arange(150), np.argmax(tokens < 20, axis=1) + 1]
    assert set(np.unique(pairs, return_counts=True)[1]) == {10}  # 15 pairs, each as often as the others
    steps = data.batches(5)
    np.testing.assert_array_equal(next(steps)[1], answers[two[32:64]])
    for _ in range(2):
        next(steps)
    np.testing.assert_array_equal(next(steps)[0], tokens[data.order(2)[:32]])


def test_a_small_network_learns_its_task():
    run = make_run(
        d_model=32, d_head=16, d_ff=64, batch=64, steps=1200, stop=1200, warm_up=100, learning_rate=2e-3, key_high=30
    )
    result = train_run(run)
    assert result["train"] > 0.5
    assert result["loss"] < 1.6
    assert result["train_course"][0] < 0.3
    assert result["status"] == "completed"
    assert len(result["step"]) == EVALUATIONS
    assert result["answers"].sum() <= 1 + 1e-6
    assert np.nanmean(result["by_position"].reshape(7, 4)[:, 0]) == pytest.approx(result["seen"], abs=0.02)
    assert len(result["theta_end"]) == len(training.start_of(run))


def test_weights_are_kept_only_where_asked():
    result = train_run(make_run(keep="measures"))
    assert result["theta_end"] is None
    assert np.isfinite(result["cosines_end"]).all()


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"key_high": 28}, "key_high"),
        ({"vocabulary": 49}, "vocabulary"),
        ({"batch": 200}, "batch"),
        ({"sequences": 31}, "sequences"),
        ({"warm_up": 61}, "warm_up"),
        ({"stop": 61}, "stop"),
        ({"lowest_rate": 2e-3}, "lowest_rate"),
    ],
)
def test_settings_that_cannot_be_are_refused(changes, column):
    with pytest.raises(CellError) as error:
        make_run(**changes)
    assert error.value.column == column
