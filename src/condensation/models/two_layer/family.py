"""The family `two_layer` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.models.column import GAMMA, GAMMA_PRIME, MAX_STEPS, SEED, STOP_LOSS, TARGET, Column
from condensation.models.family import Family
from condensation.models.two_layer.run import TwoLayerRun

COLUMNS = {
    "target": TARGET,
    "m": Column("width of the hidden layer", 2, 10_000_000),
    "gamma": GAMMA.or_dash("with std"),
    "gamma_prime": GAMMA_PRIME.or_dash("with std"),
    "std": Column(
        "standard deviation beta1 = beta2 with alpha = 1, or a power of m; `-` with gamma",
        above=0,
        words=("-",),
        pattern=r"^m\^-?[0-9]{1,3}(\.[0-9]{1,12})?$",
        hint="a number, a power of m such as m^-0.5, or `-`",
        type=float,
    ),
    "log_m_beta2": Column("exponent of beta2 = m^value; 0 unless there is a reason", -4, 4).or_dash("with std"),
    "seed": SEED,
    "antisymmetric": Column("start with a second copy of opposite sign, so that the output is zero"),
    "method": Column("how the gradient flow is followed", choices=("gradient_descent", "exponential_midpoint")),
    "learning_rate": Column(
        "step of gradient descent; adaptive: the largest safe one at every step", above=0, words=("adaptive",)
    ),
    "stop_loss": STOP_LOSS.or_dash("runs to max_steps"),
    "max_steps": MAX_STEPS,
    "snapshots": Column(
        "steps whose parameters are kept, joined by `;`, beside the start and the end", 1, words=("-",)
    ),
    "keep": Column("what is stored of a run", choices=("summary", "histogram", "parameters")),
}

FAMILY = Family(
    start=1.0,
    name="two_layer",
    run=TwoLayerRun,
    columns=COLUMNS,
    training="condensation.models.two_layer.training",
    cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
    seeds_together=True,
)
