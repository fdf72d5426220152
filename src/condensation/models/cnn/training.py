"""Train convolutional networks on MNIST with Adam; keep the kernels, loss and accuracy of every epoch."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from condensation.datasets.mnist.data import load
from condensation.models.checkpoint import Checkpoint, Checkpoints
from condensation.models.cnn.network import NAMES, Network, as_images, initial_parameters
from condensation.models.cnn.run import CnnRun

log = logging.getLogger(__name__)

_EVALUATED_AT_ONCE = 100
Images = tuple[Tensor, Tensor]  # pixels (n, 28, 28) in unsigned bytes, labels (n,)


def train(runs: Sequence[CnnRun], *, threads: int = 1, checkpoints: Checkpoints | None = None) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    status (completed, or diverged where the loss is not finite), steps; for the start and every epoch, each
    (epochs + 1,): train_loss and held_out_loss (mean cross-entropy), train_right and held_out_right (images classified
    right); kernels (epochs + 1) x C x 9 in float32, row by row. All are of the network at the end of the epoch but
    train_loss and train_right, which (except for the start and the last epoch) count each image in the step that used
    it. checkpoints: from which an interrupted run goes on, to the same bits. Raises DataError if MNIST is missing or
    damaged.
    """
    torch.set_num_threads(1)  # sums in one order, whatever `threads` is
    results = [Training(run).finish(checkpoints.of(run) if checkpoints else None) for run in runs]
    return {name: [result[name] for result in results] for name in results[0]}


class Training:
    """A training between two epochs. Its state is parameters, Adam's moments, and the history of epochs."""

    def __init__(self, run: CnnRun) -> None:
        self.run = run
        self.train_images, self.held_out = data(run)
        parameters = initial_parameters(
            run.channels, run.hidden, run.initialisation, run.std, generator=np.random.default_rng(run.seed)
        )
        self.network = Network.of(parameters, max(run.batch, _EVALUATED_AT_ONCE))
        for name, value in parameters.items():
            value.grad = self.network.gradients[name]
        # kernels apart, because they may learn at their own rate; betas and eps are Adam's defaults
        kernels, others = [parameters[name] for name in NAMES[:2]], [parameters[name] for name in NAMES[2:]]
        self.optimizer = torch.optim.Adam([{"params": kernels}, {"params": others}], fused=True)
        self.history: dict[str, list[Any]] = {}
        self.epoch = 0

    def finish(self, checkpoint: Checkpoint | None = None) -> dict[str, Any]:
        """Train from the checkpoint, or from the start, to the last epoch; return the run's results."""
        run = self.run
        if checkpoint and (state := checkpoint.read()):
            self.load(state)
            log.info("goes on after epoch %d of %d", self.epoch, run.epochs)
        else:
            self.record()
        started, first = time.perf_counter(), self.epoch
        while self.epoch < run.epochs and np.isfinite(self.history["train_loss"][-1]):
            self.record(*self.train_epoch())
            if checkpoint:
                checkpoint.write(self.state())
            left = (time.perf_counter() - started) / (self.epoch - first) * (run.epochs - self.epoch)
            last = {name: values[-1] for name, values in self.history.items()}
            log.info(
                "epoch %d of %d: loss %.5f, %d of %d right, held out %d of %d; about %.0f s left",
                self.epoch, run.epochs, last["train_loss"], last["train_right"], run.images,
                last["held_out_right"], run.held_out_images, left,
            )  # fmt: skip
        status = "completed" if np.isfinite(self.history["train_loss"][-1]) else "diverged"
        arrays = {name: np.array(values, dtype=_TYPES[name]).ravel() for name, values in self.history.items()}
        return {"status": status, "steps": self.epoch * run.steps_per_epoch} | arrays

    def train_epoch(self) -> tuple[float, int]:
        """Take a step a batch, and return mean loss and images classified right of the batches before their steps.

        The order is drawn from seed and epoch alone, so that a resumed run draws the same.
        """
        run, (pixels, labels) = self.run, self.train_images
        loss, right = 0.0, 0
        order = torch.from_numpy(np.random.default_rng([run.seed, self.epoch]).permutation(run.images))
        for number, chosen in enumerate(order.split(run.batch)):
            rates = run.rates(self.epoch * run.steps_per_epoch + number)
            for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
                group["lr"] = rate
            logits = self.network.backward(as_images(pixels[chosen]), labels[chosen])
            self.optimizer.step()
            total, correct = score(logits, labels[chosen])
            loss, right = loss + total, right + correct
        self.epoch += 1
        return loss / run.images, right

    def record(self, train_loss: float = 0.0, train_right: int = 0) -> None:
        """Append loss, images right, and kernels (C, 9) of the present network to the history.

        At the start and the end the training images are classified anew; between, what the epoch counted is enough.
        """
        if self.epoch in (0, self.run.epochs):
            train_loss, train_right = evaluate(self.network, self.train_images)
        held_out_loss, held_out_right = evaluate(self.network, self.held_out)
        now = {
            "train_loss": train_loss, "held_out_loss": held_out_loss, "train_right": train_right,
            "held_out_right": held_out_right, "kernels": self.network.parameters["kernels"].T.numpy().copy(),
        }  # fmt: skip
        for name, value in now.items():
            self.history.setdefault(name, []).append(value)

    def state(self) -> dict[str, Tensor]:
        """Return everything that the rest of the training depends on."""
        parameters = self.network.parameters
        moments = {
            f"{name}.{key}": value
            for name, parameter in parameters.items()
            for key, value in self.optimizer.state[parameter].items()
        }
        history = {f"history.{name}": torch.from_numpy(np.array(values)) for name, values in self.history.items()}
        return {"epoch": torch.tensor(self.epoch), **parameters, **moments, **history}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take over a state that `state` returned."""
        self.epoch = int(state["epoch"])
        for name, parameter in self.network.parameters.items():
            parameter.copy_(state[name])
            self.optimizer.state[parameter] = {key: state[f"{name}.{key}"] for key in _MOMENTS}
        self.history = {name: list(state[f"history.{name}"].numpy()) for name in _TYPES}


_MOMENTS = ("step", "exp_avg", "exp_avg_sq")  # Adam's state of a parameter
_TYPES = {
    "train_loss": np.float64, "held_out_loss": np.float64, "train_right": np.int64, "held_out_right": np.int64,
    "kernels": np.float32,
}  # fmt: skip


def data(run: CnnRun) -> tuple[Images, Images]:
    """Return the training images and the held-out images of a run."""
    pixels, labels = load("train")
    train_images = pixels[: run.images], labels[: run.images]
    if run.held_out == "test":
        held_out = load("t10k", run.held_out_images)
    else:
        held_out = pixels[-run.held_out_images :], labels[-run.held_out_images :]
    return _tensors(*train_images), _tensors(*held_out)


def _tensors(pixels: np.ndarray, labels: np.ndarray) -> Images:
    return torch.from_numpy(pixels.copy()), torch.from_numpy(labels.astype(np.int64))


def evaluate(network: Network, images: Images) -> tuple[float, int]:
    """Return the mean cross-entropy and the number of images classified right."""
    loss, right = 0.0, 0
    for pixels, labels in zip(*(part.split(_EVALUATED_AT_ONCE) for part in images), strict=True):
        total, correct = score(network.logits(as_images(pixels))[0], labels)
        loss, right = loss + total, right + correct
    return loss / len(images[1]), right


def score(logits: Tensor, labels: Tensor) -> tuple[float, int]:
    """Return the sum of the cross-entropy and the number of labels that have the largest logit."""
    loss = torch.nn.functional.cross_entropy(logits, labels, reduction="sum")
    return float(loss), int((logits.argmax(dim=1) == labels).sum())
