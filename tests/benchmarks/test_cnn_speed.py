"""The hand-written trainer against a plain nn.Module with torch.optim.Adam: same batches and result, one thread."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from condensation.models.cnn.run import CnnRun
from condensation.models.cnn.training import Training

ROOT = Path(__file__).resolve().parents[2]
RUN = CnnRun(
    channels=16, hidden=100, initialisation="fan_in", std=1.0, images=5000, held_out="test", held_out_images=100,
    batch=100, epochs=100, learning_rate=1e-3, gentle_rate=1e-3, gentle_epochs=99, kernel_rate=1.0, seed=0,
)  # fmt: skip
GOAL = 1.8  # times as many steps a second


class PlainNetwork(nn.Module):
    """The network as one would write it first."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, channels, 3)
        self.hidden = nn.Linear(169 * channels, hidden)
        self.output = nn.Linear(hidden, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.avg_pool2d(torch.tanh(self.convolution(x)), 2)
        return self.output(torch.tanh(self.hidden(x.flatten(1))))


class PlainTraining:
    """The plain loop, from the same start and over the same batches as `Training`."""

    def __init__(self, run: CnnRun) -> None:
        ours = Training(run)
        self.run, self.images, self.labels = run, ours.train_images[0], ours.train_images[1]
        self.network = PlainNetwork(run.channels, run.hidden)
        p = ours.network.parameters
        pixels_last = p["hidden"].view(13, 13, run.channels, run.hidden).permute(3, 2, 0, 1)
        values = (p["kernels"].T, p["kernel_bias"], pixels_last, p["hidden_bias"], p["output"].T, p["output_bias"])
        with torch.no_grad():
            for parameter, value in zip(self.network.parameters(), values, strict=True):
                parameter.copy_(value.reshape(parameter.shape))
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=run.learning_rate)

    def train_epoch(self) -> None:
        order = torch.from_numpy(np.random.default_rng([self.run.seed, 0]).permutation(self.run.images))
        for chosen in order.split(self.run.batch):
            x = self.images[chosen].float().unsqueeze(1) / 255
            self.optimizer.zero_grad()
            nn.functional.cross_entropy(self.network(x), self.labels[chosen]).backward()
            self.optimizer.step()


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    monkeypatch.chdir(ROOT)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_steps_against_a_plain_loop(benchmark, report, seconds):
    ours, plain = Training(RUN), PlainTraining(RUN)

    def epoch(training: Training | PlainTraining) -> None:
        training.epoch = 0  # the same batches again
        training.train_epoch()

    fast, slow = seconds(lambda: epoch(ours), lambda: epoch(plain))
    kernels = plain.network.convolution.weight.detach().reshape(RUN.channels, 9).T
    torch.testing.assert_close(ours.network.parameters["kernels"], kernels, rtol=0.02, atol=2e-3)
    each = 1e6 / RUN.images
    report(
        f"convolutional network: {fast * each:.0f} us a sample, plain nn.Module and Adam {slow * each:.0f} us,"
        f" ratio {slow / fast:.2f} (goal {GOAL})"
    )
    benchmark.pedantic(epoch, args=(ours,), rounds=1)
