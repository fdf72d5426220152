"""The network of the MNIST figure and its hand-written gradient.

x (28, 28) -> 3 x 3 convolution, C kernels, tanh -> 2 x 2 average pool -> full layer, tanh -> full layer, 10 logits;
mean cross-entropy of a batch. Full layers are matrix products in torch, the rest is in `convolution`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from condensation.models.cnn import convolution
from condensation.models.cnn.convolution import POOLED, SIDE, TAPS

CLASSES = 10
NAMES = ("kernels", "kernel_bias", "hidden", "hidden_bias", "output", "output_bias")


def shapes(channels: int, hidden: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every parameter: kernels (9, C), hidden (169 C, H), output (H, 10), and their biases."""
    sizes = ((TAPS, channels), (channels,), (POOLED**2 * channels, hidden), (hidden,), (hidden, CLASSES), (CLASSES,))
    return dict(zip(NAMES, sizes, strict=True))


def initial_parameters(
    channels: int, hidden: int, initialisation: str, std: float, *, generator: np.random.Generator
) -> dict[str, Tensor]:
    """Draw all parameters, float32.

    equal: N(0, std^2), biases included. fan_in: N(0, std^2 / fan-in), biases as their layer's weights (LeCun: std 1).
    """
    parameters, fan_in = {}, 1
    for name, shape in shapes(channels, hidden).items():
        if len(shape) == 2:
            fan_in = shape[0]
        scale = std if initialisation == "equal" else std / np.sqrt(fan_in)
        parameters[name] = torch.from_numpy((scale * generator.standard_normal(shape)).astype(np.float32))
    return parameters


@dataclass
class Network:
    """Parameters, gradients of the same shapes, and memory for batches of at most `batch` images."""

    parameters: dict[str, Tensor]
    gradients: dict[str, Tensor]
    pooled: Tensor
    activation: Tensor

    @classmethod
    def of(cls, parameters: dict[str, Tensor], batch: int) -> "Network":
        """Make the memory for parameters, which are used in place."""
        channels = parameters["kernel_bias"].numel()
        return cls(
            parameters,
            {name: torch.zeros_like(value) for name, value in parameters.items()},
            torch.empty(batch, POOLED, POOLED, channels),
            torch.empty(batch, POOLED, POOLED, 4, channels),
        )

    def logits(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n, 10) and hidden activations (n, H) of images (n, 28, 28) in [0, 1], float32."""
        n, p = len(images), self.parameters
        convolution.forward(
            images.numpy(), p["kernels"].numpy(), p["kernel_bias"].numpy(),
            self.activation[:n].numpy(), self.pooled[:n].numpy(),
        )  # fmt: skip
        hidden = torch.addmm(p["hidden_bias"], self.pooled[:n].view(n, -1), p["hidden"]).tanh_()
        return torch.addmm(p["output_bias"], hidden, p["output"]), hidden

    def backward(self, images: Tensor, labels: Tensor) -> Tensor:
        """Set the gradients of the mean cross-entropy of a batch; return its logits."""
        n, p, g = len(images), self.parameters, self.gradients
        logits, hidden = self.logits(images)
        # d loss / d logits = (softmax - one hot) / n
        d = torch.softmax(logits, dim=1)
        d[torch.arange(n), labels] -= 1
        d /= n
        torch.mm(hidden.T, d, out=g["output"])
        torch.sum(d, dim=0, out=g["output_bias"])
        d = (d @ p["output"].T).mul_(1 - hidden * hidden)
        torch.mm(self.pooled[:n].view(n, -1).T, d, out=g["hidden"])
        torch.sum(d, dim=0, out=g["hidden_bias"])
        d = d @ p["hidden"].T
        convolution.backward(
            images.numpy(), self.activation[:n].numpy(), d.view(n, POOLED, POOLED, -1).numpy(),
            g["kernels"].numpy(), g["kernel_bias"].numpy(),
        )  # fmt: skip
        return logits


def as_images(pixels: Tensor) -> Tensor:
    """Return x / 255 in float32 of pixels (n, 28, 28) in unsigned bytes."""
    assert pixels.shape[1:] == (SIDE, SIDE)
    return pixels.float().div_(255)
