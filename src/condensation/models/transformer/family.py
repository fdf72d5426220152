"""The family `transformer` as the plan sees it: columns of its table, and how its runs are trained."""

from condensation.models.column import Column
from condensation.models.family import Family
from condensation.models.transformer.run import TransformerRun
from condensation.models.transformer.work import work

COLUMNS = {
    "gamma": Column("initialisation rate: every matrix starts from N(0, d_in^(-2 gamma))", 0, 3),
    "layers": Column("depth L", 2, 12),
    "d_model": Column("width of embeddings and states", 2, 4096),
    "d_head": Column("width of queries, keys and values of the one head", 1, 4096),
    "d_ff": Column("width of the feed-forward layer", 1, 16_384),
    "key_low": Column("smallest key and noise token", 20, 1000),
    "key_high": Column("keys and noise tokens are below it", 29, 10_000),
    "vocabulary": Column("number of tokens; answers reach key_high + 9", 39, 20_000),
    "batch": Column("sequences a step", 1, 65_536),
    "sequences": Column(
        "number of fixed training sequences, in a new order every epoch; 0: drawn afresh for every step", 0, 100_000_000
    ),
    "steps": Column("steps of the learning rate's schedule", 40, 10_000_000),
    "stop": Column("step after which the training ends, at most steps", 40, 10_000_000),
    "patience": Column(
        "a run that fits ends when no share of its answers to (4, 3) has moved by more than .02 for so many steps;"
        " 0: never",
        0,
        10_000_000,
    ),
    "warm_up": Column(
        "steps of linear growth of the learning rate from lowest_rate; a cosine back to it follows", 0, 10_000_000
    ),
    "learning_rate": Column("largest learning rate", above=0),
    "lowest_rate": Column("learning rate at the first step and at the end of the schedule", above=0),
    "weight_decay": Column("decoupled weight decay of AdamW", 0),
    "clip": Column("largest length of the gradient", above=0),
    "precision": Column(
        "of the factors of matrix products with weights: float32, or rounded to bfloat16; all else is float32",
        choices=("float32", "bfloat16"),
    ),
    "device": Column("cpu, or cuda: a GPU (results differ by round-off)", choices=("cpu", "cuda")),
    "keep": Column(
        "what the results hold beside accuracies and measures: nothing, or the trained weights",
        choices=("measures", "weights"),
    ),
    "seed": Column("seed of the run's generators: start, data, evaluation", 0, 2**32 - 1),
}

FAMILY = Family(
    name="transformer",
    run=TransformerRun,
    columns=COLUMNS,
    training="condensation.models.transformer.training",
    cheap_axes=("gamma", "learning_rate", "weight_decay", "clip"),
    checkpoints=True,
    work=work,
)
