"""What facilitates condensation: initialisation, learning rate, weight decay, dropout, activation."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.levers import draw_levers
from condensation.measures.direction_field import attractors, sign_descent
from condensation.measures.lines import cosine_similarity, number_of_lines, similarity_rows
from condensation.measures.orientation import amplitude, number_of_directions, orientation
from condensation.models.regularised.tasks import MULTIPLICITY, task_data
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

LEVERS = ("initialisation", "learning_rate", "weight_decay")
_STARTS = 100  # of the search for attractors of the direction field

Array = np.ndarray


def measure(data: FigureData) -> dict[str, pa.Table]:
    """N_eff of every run of the levers, lines by activation in one and five dimensions, D and features of some."""
    levers = pd.concat(
        [_directions(pd.concat([data.runs["baseline"], data.runs[name]])).assign(series=name) for name in LEVERS]
    )
    return {
        "levers": metric_table(**levers),
        "baseline": metric_table(**_directions(data.runs["baseline"])),
        "dropout": metric_table(**_directions(data.runs["dropout"])),
        "features": metric_table(**_features(data.runs)),
        "lines": metric_table(**_lines(data.runs["activation"])),
        "matrices": metric_table(**_matrices(data.runs["activation"])),
        "five": metric_table(**_five_dimensions(data.runs["activation_five"])),
    }


def _weights(run: pd.Series, when: str = "end") -> tuple[Array, Array]:
    """Return output weights (m,) and input weights with bias (m, d + 1) at the start or the end."""
    a = np.asarray(run[f"a_{when}"], dtype=float)
    return a, np.asarray(run[f"w_{when}"], dtype=float).reshape(a.size, -1)


def _feature(run: pd.Series) -> tuple[Array, Array]:
    a, w = _weights(run)
    return orientation(w[:, 0], w[:, 1]), amplitude(a, w[:, 0], w[:, 1])


def _directions(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a run: its activation, settings, N_eff and loss."""
    return pd.DataFrame(
        {
            "activation": runs["activation"],
            "initialisation": runs["std"],
            "learning_rate": runs["learning_rate"],
            "weight_decay": runs["weight_decay"],
            "dropout": runs["dropout"],
            "seed": runs["seed"],
            "n_eff": [number_of_directions(*_feature(run)) for _, run in runs.iterrows()],
            "loss": runs["loss_end"],
        }
    )


def _features(runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Orientation and amplitude of every neuron of the baseline and of the smallest start, first seed."""
    shown = pd.concat([runs["baseline"], runs["initialisation"]]).sort_values("seed")
    rows = []
    for std in (runs["baseline"]["std"].iloc[0], runs["initialisation"]["std"].min()):
        angle, size = _feature(shown[shown["std"] == std].iloc[0])
        rows.append(pd.DataFrame({"initialisation": std, "orientation": angle, "amplitude": size}))
    return pd.concat(rows)


def _number_of_lines(a: Array, w: Array) -> float:
    return number_of_lines(w, np.abs(a) * np.linalg.norm(w, axis=1))


def _lines(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a run: its activation and the lines on which its neurons gather."""
    lines = [_number_of_lines(*_weights(run)) for _, run in runs.iterrows()]
    return pd.DataFrame({"activation": runs["activation"], "seed": runs["seed"], "n_lines": lines})


def _matrices(runs: pd.DataFrame) -> pd.DataFrame:
    """D of each activation, of the seed with the median number of lines."""
    rows = []
    for name, own in _lines(runs).groupby("activation"):
        median = own.sort_values("n_lines").index[len(own) // 2]
        rows.append(similarity_rows(cosine_similarity(_weights(runs.loc[median])[1])).assign(activation=name))
    return pd.concat(rows)


def _five_dimensions(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a run: its lines, those of sign descent from the same start, and the attractors of its flow."""
    rows = []
    for _, run in runs.iterrows():
        generator = np.random.default_rng(int(run["seed"]))
        x, y = task_data(run["task"], generator=generator)  # drawn first in the training too
        x = np.hstack((x, np.ones((len(x), 1))))
        p = MULTIPLICITY[run["activation"]]
        a, w = _weights(run, "start")
        w, a = sign_descent(w, a, x, y, p, rate=run["learning_rate"], steps=run["steps"])
        flow = attractors(x, y, p, starts=_STARTS, generator=generator)
        lines = {"n_lines": _number_of_lines(*_weights(run)), "n_lines_sign": _number_of_lines(a, w)}
        rows.append({"activation": run["activation"], "seed": run["seed"], **lines, "n_attractors": len(flow)})
    return pd.DataFrame(rows)


def draw(
    levers: pd.DataFrame,
    baseline: pd.DataFrame,
    dropout: pd.DataFrame,
    features: pd.DataFrame,
    lines: pd.DataFrame,
    matrices: pd.DataFrame,
    five: pd.DataFrame,
    failed: dict[str, str] | None = None,
) -> Figure:
    """Four levers, features of two runs, lines in one and five dimensions, D of the three activations."""
    return draw_levers(levers, baseline, dropout, features, lines, matrices, five, failed or {})


def _ratio(runs: pd.DataFrame, setting: str, value: float, usual: pd.DataFrame) -> list[float]:
    """N_eff at a setting over that of the usual runs, seed by seed."""
    own = runs[np.isclose(runs[setting], value, rtol=1e-6)]
    if own.empty:
        raise ValueError(f"no run with {setting} {value}")
    ratio = own.set_index("seed")["n_eff"] / usual.set_index("seed")["n_eff"]
    return [float(value) for value in ratio.sort_index()]


def _lever(levers: pd.DataFrame, baseline: pd.DataFrame, name: str, value: float) -> list[float]:
    """Return N_eff with a lever at a value over the baseline's, seed by seed."""
    return _ratio(levers[levers["series"] == name], name, value, baseline)


@quantity
def baseline_directions(baseline: pd.DataFrame) -> list[float]:
    """N_eff of the baseline, seed by seed."""
    return list(baseline.sort_values("seed")["n_eff"])


def _dropout(dropout: pd.DataFrame, activation: str) -> list[float]:
    """Return N_eff with dropout .5 over that without, seed by seed."""
    own = dropout[dropout["activation"] == activation]
    return _ratio(own, "dropout", 0.5, own[own["dropout"] == 0])


def _lines_of(lines: pd.DataFrame, activation: str) -> list[float]:
    """Return the lines at epoch 200 with one input, seed by seed."""
    return list(lines[lines["activation"] == activation].sort_values("seed")["n_lines"])


def _over_sign(five: pd.DataFrame, activation: str) -> list[float]:
    """Return the lines of Adam over those of sign descent from the same start, five inputs, seed by seed."""
    rows = five[five["activation"] == activation].sort_values("seed")
    return list(rows["n_lines"] / rows["n_lines_sign"])


small_initialisation = quantity_of(_lever, name="initialisation", value=0.01)
large_learning_rate = quantity_of(_lever, name="learning_rate", value=0.5)
strong_weight_decay = quantity_of(_lever, name="weight_decay", value=0.001)
dropout_relu = quantity_of(_dropout, activation="relu")
dropout_tanh = quantity_of(_dropout, activation="tanh")
lines_tanh = quantity_of(_lines_of, activation="tanh")
lines_x_tanh = quantity_of(_lines_of, activation="x_tanh")
lines_x2_tanh = quantity_of(_lines_of, activation="x2_tanh")
five_over_sign_x_tanh = quantity_of(_over_sign, activation="x_tanh")
five_over_sign_x2_tanh = quantity_of(_over_sign, activation="x2_tanh")


@quantity
def five_attractors(five: pd.DataFrame) -> list[float]:
    """Attractors of gradient flow minus p, five inputs, the largest over activations, seed by seed."""
    excess = five["n_attractors"] - five["activation"].map(MULTIPLICITY)
    return [float(value) for value in excess.groupby(five["seed"]).max()]


@quantity
def largest_loss(levers: pd.DataFrame, dropout: pd.DataFrame) -> float:
    """Largest loss at the end over the runs of the levers."""
    return float(max(levers["loss"].max(), dropout["loss"].max()))
