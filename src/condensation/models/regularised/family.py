"""The family `regularised` as the plan sees it: columns of its table, and how its runs are trained."""

from operator import attrgetter

from condensation.models.column import SEED, Column
from condensation.models.family import Family
from condensation.models.regularised.run import RegularisedRun

COLUMNS = {
    "task": Column(
        "data the network is trained on",
        choices=("x_squared", "two_kinks", "four_kinks", "two_sines", "sum_of_sines"),
    ),
    "activation": Column(
        "sigma of the hidden layer", choices=("relu", "leaky_relu", "relu2", "tanh", "x_tanh", "x2_tanh")
    ),
    "m": Column("width of the hidden layer", 2, 100_000),
    "std": Column("standard deviation of all parameters at the start", above=0),
    "log_m_alpha": Column("exponent of the scale of the output, alpha = m^value; 0 unless there is a reason", -4, 8),
    "optimizer": Column(
        "optimiser of torch, full batch; flow: the gradient flow from an antisymmetric start until the loss is 1e-6",
        choices=("sgd", "adam", "flow"),
    ),
    "learning_rate": Column("learning rate; of the flow in units of 1 / trace K", above=0),
    "duration": Column("learning rate times epochs (of the flow, times the most steps)", above=0),
    "weight_decay": Column("weight decay of the optimiser (L2)", 0),
    "dropout": Column("probability with which a hidden neuron is silent in a step", 0, below=1),
    "seed": SEED,
}

FAMILY = Family(
    name="regularised",
    run=RegularisedRun,
    columns=COLUMNS,
    training="condensation.models.regularised.training",
    cheap_axes=("activation", "std", "log_m_alpha", "learning_rate", "weight_decay", "dropout"),
    seeds_together=True,
    work=attrgetter("epochs"),
)
