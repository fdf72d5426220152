"""How much work a training is, for the forecast of its time."""

from condensation.models.transformer.run import TransformerRun


def work(run: TransformerRun) -> int:
    """Return the millions of multiplications of all forward passes, about: 9 tokens a layer, in the last layer one."""
    from condensation.models.transformer.task import LENGTH

    layer = 4 * run.d_model * run.d_head + 2 * run.d_model * run.d_ff
    sequence = LENGTH * (run.layers - 1) * layer + layer + run.d_model * run.vocabulary
    return max(1, round(run.stop * run.batch * sequence / 1e6))
