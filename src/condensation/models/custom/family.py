"""The family `custom` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.models.column import Column
from condensation.models.custom.run import CustomRun
from condensation.models.family import Family
from condensation.models.two_layer.family import COLUMNS as TWO_LAYER

COLUMNS = {
    "target": Column(
        "function of x the network is trained on: numbers, x, pi, + - * / **, relu sin cos tanh exp log sqrt abs sign"
        " max min",
        pattern="^[0-9a-zA-Z_+*/(), .-]{1,200}$",
        hint="an expression of x such as relu(x - 1/3) + 0.2*sin(3*x)",
    ),
    "low": Column("smallest input", -1000, 1000, kind="value"),
    "high": Column("largest input", -1000, 1000, kind="value"),
    "n": Column("number of training points, even between low and high", 2, 1000),
    **{name: column for name, column in TWO_LAYER.items() if name not in ("target", "method")},
}

FAMILY = Family(
    start=1.0,
    name="custom",
    run=CustomRun,
    columns=COLUMNS,
    training="condensation.models.custom.training",
    cheap_axes=("gamma", "gamma_prime", "log_m_beta2"),
    seeds_together=True,
)
