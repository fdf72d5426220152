"""The first MNIST training images as inputs, their labels as targets."""

import numpy as np
from numpy.typing import NDArray

from condensation.datasets.mnist.data import load

Array = NDArray[np.float64]


def inputs(images: int) -> tuple[Array, Array]:
    """Return x, rows (pixels / 255, 1) of shape (images, 785), and y, the labels 0 to 9 as real numbers."""
    pixels, labels = load("train", images)
    x = pixels.reshape(images, -1) / 255.0
    return np.hstack((x, np.ones((images, 1)))), labels.astype(np.float64)
