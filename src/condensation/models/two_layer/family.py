"""The family `two_layer` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.models.column import SEED, Column
from condensation.models.family import Family
from condensation.models.two_layer.run import TwoLayerRun

COLUMNS = {
    "target": Column("function the network is trained on", choices=("x_squared", "two_kinks", "four_kinks")),
    "m": Column("width of the hidden layer", 2, 10_000_000),
    "gamma": Column("-log(beta1 beta2 / alpha) / log m; `-` with std", -2, 8, words=("-",)),
    "gamma_prime": Column("-log(beta1 / beta2) / log m; `-` with std", -4, 4, words=("-",)),
    "std": Column(
        "standard deviation beta1 = beta2 with alpha = 1, or a power of m; `-` with gamma",
        above=0,
        words=("-",),
        pattern=r"^m\^-?[0-9]{1,3}(\.[0-9]{1,12})?$",
        hint="a number, a power of m such as m^-0.5, or `-`",
        type=float,
    ),
    "log_m_beta2": Column("exponent of beta2 = m^value; 0 unless there is a reason; `-` with std", -4, 4, words=("-",)),
    "seed": SEED,
    "antisymmetric": Column("start with a second copy of opposite sign, so that the output is zero"),
    "method": Column("how the gradient flow is followed", choices=("gradient_descent", "exponential_midpoint")),
    "learning_rate": Column(
        "step of gradient descent; adaptive: the largest safe one at every step", above=0, words=("adaptive",)
    ),
    "stop_loss": Column("loss at which a run ends; `-` runs to max_steps", above=0, words=("-",)),
    "max_steps": Column("most steps of a run", 1, 2**53 - 1),
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
