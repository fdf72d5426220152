"""All parameters of a transformer in one flat array: their names, shapes and start."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.task import LENGTH

Array = NDArray[np.float32]
Shapes = Mapping[str, tuple[int, ...]]

MATRICES = ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")  # of a layer, columns are outputs


def parameter_shapes(run: TransformerRun) -> dict[str, tuple[int, ...]]:
    """Return name -> shape in the order of the flat array; matrices are (fan-in, fan-out).

    embeddings (vocabulary + 9, d_model): tokens, then positions. W_Q.1 is the query matrix of layer 1; gain_a, shift_a
    belong to the norm after attention, gain_f, shift_f to that after the feed-forward layer.
    """
    d, k, f, tokens = run.d_model, run.d_head, run.d_ff, run.vocabulary
    shapes: dict[str, tuple[int, ...]] = {"embeddings": (tokens + LENGTH, d)}
    for layer in range(1, run.layers + 1):
        matrices = {"W_Q": (d, k), "W_K": (d, k), "W_V": (d, k), "W_O": (k, d), "W_1": (d, f), "W_2": (f, d)}
        norms = dict.fromkeys(("gain_a", "shift_a", "gain_f", "shift_f"), (d,))
        shapes |= {f"{name}.{layer}": shape for name, shape in (matrices | norms).items()}
    return shapes | {"output": (d, tokens), "output_bias": (tokens,)}


def split(flat: Array, shapes: Shapes) -> dict[str, Array]:
    """Return views of the flat array by name."""
    views, start = {}, 0
    for name, shape in shapes.items():
        size = math.prod(shape)
        views[name] = flat[start : start + size].reshape(shape)
        start += size
    return views


def count(shapes: Shapes) -> int:
    """Return the number of parameters."""
    return sum(math.prod(shape) for shape in shapes.values())


def initial_parameters(run: TransformerRun, *, generator: np.random.Generator) -> Array:
    """Draw the start: every matrix N(0, d_in^(-2 gamma)), gains 1, shifts and the output bias 0; float32, flat.

    d_in of embeddings and positions is d_model, as in the authors' code.
    """
    shapes = parameter_shapes(run)
    flat = np.zeros(count(shapes), dtype=np.float32)
    for name, view in split(flat, shapes).items():
        if name.startswith("gain"):
            view[:] = 1.0
        elif view.ndim == 2:
            fan_in = run.d_model if name == "embeddings" else view.shape[0]
            view[:] = generator.standard_normal(view.shape, dtype=np.float32) * fan_in**-run.gamma
    return flat
