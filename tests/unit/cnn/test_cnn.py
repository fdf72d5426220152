"""The convolutional network: gradient and Adam against torch, resuming, determinism, refused input."""

import itertools
import logging
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import condensation.models.cnn.training as training_module
from condensation.datasets.mnist import data
from condensation.geometry import random_cosine
from condensation.measures.kernels import mean_similarity
from condensation.measures.lines import cosine_similarity
from condensation.models.cell_error import CellError
from condensation.models.cnn.network import NAMES, Network, as_images, initial_parameters, shapes
from condensation.models.cnn.run import CnnRun
from condensation.models.cnn.training import Training, train
from condensation.store.checkpoint import Checkpoints

ROOT = Path(__file__).resolve().parents[3]
RUN = CnnRun(
    channels=4, hidden=12, initialisation="fan_in", std=1.0, images=500, held_out="validation", held_out_images=100,
    batch=50, epochs=3, learning_rate=2e-3, gentle_rate=1e-3, gentle_epochs=1, kernel_rate=0.5, seed=3,
)  # fmt: skip


read = lru_cache(data.load)  # decompress once for all tests


@pytest.fixture(autouse=True)
def _images(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(training_module, "load", lambda split, count=None: tuple(a[:count] for a in read(split)))


def network(channels=5, hidden=7, initialisation="fan_in", std=1.0, batch=6, seed=0) -> Network:
    generator = np.random.default_rng(seed)
    return Network.of(initial_parameters(channels, hidden, initialisation, std, generator=generator), batch)


def batch(n=6, seed=1):
    generator = np.random.default_rng(seed)
    images = torch.from_numpy(generator.random((n, 28, 28), dtype=np.float32))
    return images, torch.from_numpy(generator.integers(0, 10, n))


def reference_loss(parameters, images, labels):
    """The loss in torch's own operations, in the precision of the parameters."""
    p = parameters
    kernels = p["kernels"].T.reshape(-1, 1, 3, 3)
    x = torch.tanh(nn.functional.conv2d(images[:, None], kernels, p["kernel_bias"]))
    x = nn.functional.avg_pool2d(x, 2).permute(0, 2, 3, 1).flatten(1)
    logits = torch.tanh(x @ p["hidden"] + p["hidden_bias"]) @ p["output"] + p["output_bias"]
    return nn.functional.cross_entropy(logits, labels), logits


def assert_same(one, two):
    assert one.keys() == two.keys()
    for name in one:
        for a, b in zip(one[name], two[name], strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


@pytest.mark.parametrize(("channels", "hidden", "n"), [(2, 3, 1), (5, 7, 6), (16, 20, 9), (33, 5, 2)])
@pytest.mark.parametrize("std", [1.0, 3.0, 1e-2])
def test_the_gradient_is_autograds(channels, hidden, n, std):
    ours = network(channels, hidden, std=std, batch=n)
    images, labels = batch(n)
    # of the longest sum in either direction, whatever its order: over pooled activations, over positions of images
    round_off = max(169 * channels, 676 * n) * torch.finfo(torch.float32).eps
    exact = {name: value.double().requires_grad_() for name, value in ours.parameters.items()}
    loss, logits = reference_loss(exact, images.double(), labels)
    loss.backward()
    error = (ours.backward(images, labels).double() - logits.detach()).abs().max()
    assert error <= round_off * logits.abs().max()
    for name in NAMES:
        expected = exact[name].grad
        error = (ours.gradients[name].double() - expected).abs().max()
        assert error <= round_off * expected.abs().max(), name


def test_small_activations_keep_their_relative_precision():
    """tanh z of z about 1e-5 must not be rounded to multiples of 1e-7: condensation starts there."""
    ours = network(std=1e-5, initialisation="equal")
    images, _ = batch()
    ours.logits(images)
    p = ours.parameters
    z = nn.functional.conv2d(images[:, None].double(), p["kernels"].T.reshape(-1, 1, 3, 3).double())
    z = nn.functional.avg_pool2d(z + p["kernel_bias"].double()[:, None, None], 2).permute(0, 2, 3, 1)
    torch.testing.assert_close(ours.pooled.double(), z, rtol=1e-4, atol=1e-11)


def test_large_activations_saturate():
    ours = network(std=1e3)
    ours.logits(batch()[0])
    assert float(ours.activation.abs().max()) == pytest.approx(1, abs=1e-6)
    assert torch.isfinite(ours.activation).all()


def test_a_smaller_last_batch_uses_part_of_the_memory():
    one, two = network(batch=6), network(batch=50)
    images, labels = batch(6)
    torch.testing.assert_close(one.backward(images, labels), two.backward(images, labels), rtol=0, atol=0)


def test_initialisations_have_their_scale():
    generator = np.random.default_rng(0)
    equal = initial_parameters(64, 100, "equal", 1e-5, generator=generator)
    fan_in = initial_parameters(64, 100, "fan_in", 1.0, generator=generator)
    sizes = {"kernels": 9, "hidden": 169 * 64, "output": 100}
    for name in NAMES:
        assert equal[name].shape == fan_in[name].shape == shapes(64, 100)[name]
        assert equal[name].dtype == torch.float32
        if name in sizes:
            assert float(equal[name].std()) == pytest.approx(1e-5, rel=0.1)
            assert float(fan_in[name].std()) == pytest.approx(sizes[name] ** -0.5, rel=0.1)


@pytest.mark.parametrize(("initialisation", "std"), [("equal", 1e-5), ("fan_in", 1.0)])
def test_kernels_start_in_random_directions(initialisation, std):
    start = initial_parameters(400, 5, initialisation, std, generator=np.random.default_rng(0))["kernels"].T.numpy()
    assert mean_similarity(cosine_similarity(start.astype(float))) == pytest.approx(random_cosine(9), rel=0.02)


def test_a_small_start_has_an_output_of_zero():
    training = Training(replace(RUN, initialisation="equal", std=1e-5))
    training.record()
    assert training.history["train_loss"][0] == pytest.approx(math.log(10), rel=1e-6)


def test_the_trainer_is_a_loop_of_torchs_adam():
    """Every epoch equals autograd and torch.optim.Adam over the same batches with the same rates."""
    run = replace(RUN, epochs=2)
    ours = Training(run)
    parameters = {name: value.double().requires_grad_() for name, value in ours.network.parameters.items()}
    groups = [{"params": [parameters[n] for n in NAMES[:2]]}, {"params": [parameters[n] for n in NAMES[2:]]}]
    optimizer = torch.optim.Adam(groups, lr=1.0)
    pixels, labels = ours.train_images
    for epoch in range(2):
        order = torch.from_numpy(np.random.default_rng([run.seed, epoch]).permutation(run.images))
        for number, chosen in enumerate(order.split(run.batch)):
            for group, rate in zip(optimizer.param_groups, run.rates(epoch * 10 + number), strict=True):
                group["lr"] = rate
            optimizer.zero_grad()
            reference_loss(parameters, as_images(pixels[chosen]).double(), labels[chosen])[0].backward()
            optimizer.step()
        ours.train_epoch()
    for name in NAMES:
        torch.testing.assert_close(
            ours.network.parameters[name].double(), parameters[name].detach(), rtol=1e-3, atol=2e-5
        )


def test_rates_are_gentle_first_and_fall_to_zero():
    rates = [RUN.rates(step) for step in range(30)]
    assert rates[0] == rates[9] == (1e-3, 1e-3)
    assert rates[10] == (1e-3, 2e-3)
    assert rates[20] == pytest.approx((0.5e-3, 1e-3))
    assert all(a > b for a, b in itertools.pairwise(rates[10:]))
    assert rates[29][1] < 0.02 * 2e-3
    plain = replace(RUN, gentle_epochs=0)
    assert plain.rates(0) == (1e-3, 2e-3)
    assert plain.rates(15)[1] == pytest.approx(2e-3 * (1 + math.cos(math.pi / 2)) / 2)


def test_history_has_a_row_an_epoch_and_learning_shows():
    result = train([replace(RUN, epochs=15, learning_rate=1e-2)])
    assert result["status"] == ["completed"]
    assert result["steps"] == [150]
    for name in ("train_loss", "held_out_loss", "train_right", "held_out_right"):
        assert len(result[name][0]) == 16
    kernels = result["kernels"][0]
    assert kernels.dtype == np.float32
    start = initial_parameters(4, 12, "fan_in", 1.0, generator=np.random.default_rng(3))["kernels"]
    np.testing.assert_array_equal(kernels.reshape(16, 4, 9)[0], start.T.numpy())
    assert result["train_loss"][0][0] == pytest.approx(math.log(10), abs=0.5)
    assert result["train_right"][0][-1] > 350
    assert result["held_out_right"][0].max() <= 100


def test_a_run_that_diverges_says_so(monkeypatch):
    training = Training(RUN)
    training.record()
    training.history["train_loss"][-1] = math.nan
    monkeypatch.setattr(training, "record", lambda *_: None)
    assert training.finish()["status"] == "diverged"


def test_result_does_not_depend_on_batch_order_or_threads():
    runs = [replace(RUN, epochs=2, seed=seed) for seed in range(2)]
    together, reverse = train(runs), train(runs[::-1], threads=2)
    assert_same(together, {name: values[::-1] for name, values in reverse.items()})


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_resumed_run_is_the_same_to_the_bit(tmp_path, stop_after, monkeypatch, caplog):
    whole = train([RUN])
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    epoch = Training.train_epoch

    def interrupted(training):
        if training.epoch == stop_after:
            raise KeyboardInterrupt
        return epoch(training)

    monkeypatch.setattr(Training, "train_epoch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train([RUN], checkpoints=checkpoints)
    assert len(list(checkpoints.folder.iterdir())) == 1
    monkeypatch.setattr(Training, "train_epoch", epoch)
    with caplog.at_level(logging.INFO):
        assert_same(train([RUN], checkpoints=checkpoints), whole)
    assert f"goes on after epoch {stop_after} of 3" in caplog.text
    monkeypatch.delattr(Training, "train_epoch")
    assert_same(train([RUN], checkpoints=checkpoints), whole)  # a finished run is not trained again


def test_a_killed_process_goes_on_where_it_was(tmp_path):
    """SIGKILL, as often as it takes to finish, each time after one more checkpoint."""
    code = (
        "import pathlib, sys; from condensation.models.cnn.run import CnnRun;"
        "from condensation.models.cnn.training import train;"
        "from condensation.store.checkpoint import Checkpoints;"
        f"train([{RUN!r}], checkpoints=Checkpoints(pathlib.Path(sys.argv[1])))"
    )
    folder, changes = tmp_path / "checkpoints", 0
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if list(folder.glob("*.safetensors")):
            os.kill(process.pid, signal.SIGKILL)
            changes += 1
            break
        time.sleep(0.001)
    process.wait()
    assert changes == 1
    assert_same(train([RUN], checkpoints=Checkpoints(folder)), train([RUN]))


def test_a_damaged_checkpoint_starts_the_training_anew(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    checkpoint = checkpoints.of(RUN)
    checkpoint.write({"epoch": torch.tensor(1)})
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:-3])
    assert checkpoint.read() is None
    assert_same(train([RUN], checkpoints=checkpoints), train([RUN]))


def test_progress_says_what_is_left(caplog):
    with caplog.at_level(logging.INFO):
        train([replace(RUN, epochs=2)])
    assert "epoch 1 of 2: loss" in caplog.text
    assert "s left" in caplog.text
    assert "of 500 right, held out" in caplog.text


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("gentle_epochs", {"gentle_epochs": 3}),
        ("batch", {"batch": 501}),
        ("held_out_images", {"images": 60_000}),
        ("held_out_images", {"held_out": "test", "held_out_images": 10_001}),
    ],
)
def test_contradicting_cells_are_refused(column, changes):
    with pytest.raises(CellError) as error:
        CnnRun.from_cells(vars(RUN) | changes)
    assert error.value.column == column


def test_validation_images_are_none_of_the_training_images():
    training = Training(replace(RUN, images=59_900, held_out_images=100))
    whole = Training(replace(RUN, images=60_000, held_out="test"))
    torch.testing.assert_close(whole.train_images[0][-100:], training.held_out[0], rtol=0, atol=0)
    torch.testing.assert_close(whole.train_images[0][:-100], training.train_images[0], rtol=0, atol=0)
