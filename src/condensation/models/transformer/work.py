"""How much work a training is, for the forecast of its time."""

from condensation.models.transformer.run import TransformerRun

# how many times as fast as a core of a CPU: 1.6 ms a step at the authors' size on an H200
CUDA = 2500


def work(run: TransformerRun) -> int:
    """Return the millions of multiplications of all forward passes, about: 9 tokens a layer, in the last layer one.

    On a GPU so many fewer that a CPU would take the same time.
    """
    from condensation.models.transformer.task import LENGTH

    layer = 4 * run.d_model * run.d_head + 2 * run.d_model * run.d_ff
    sequence = LENGTH * (run.layers - 1) * layer + layer + run.d_model * run.vocabulary
    speed = CUDA if run.device == "cuda" else 1
    return max(1, round(run.stop * run.batch * sequence / 1e6 / speed))
