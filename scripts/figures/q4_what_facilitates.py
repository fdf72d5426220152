"""What facilitates condensation: initialisation, learning rate, weight decay, dropout, activation."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.levers import PANELS, draw_levers
from condensation.measures.lines import number_of_lines
from condensation.measures.orientation import amplitude, number_of_directions, orientation
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_PARAMETERS = {
    "initialisation": "std",
    "learning_rate": "learning_rate",
    "weight_decay": "weight_decay",
    "dropout": "dropout",
}
_NAMES = (
    "panel", "series", "x", "seed", "n_eff", "n_lines", "loss", "orientation", "amplitude", *PANELS,
)  # fmt: skip


def _weights(run: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return output weights (m,) and input weights with bias (m, d + 1) at the end."""
    a = np.asarray(run["a_end"], dtype=float)
    return a, np.asarray(run["w_end"], dtype=float).reshape(a.size, -1)


def measure(data: FigureData) -> pa.Table:
    """One row a run with its number of directions or lines; features of the baseline and of the smallest start."""
    rows = []
    for name in ("baseline", *_PARAMETERS):
        runs = data.runs[name].sort_values(["std", "learning_rate", "weight_decay", "dropout", "seed"])
        for number, (_, run) in enumerate(runs.iterrows()):
            a, w = _weights(run)
            angle, size = orientation(w[:, 0], w[:, 1]), amplitude(a, w[:, 0], w[:, 1])
            settings = {panel: run[parameter] for panel, parameter in _PARAMETERS.items()}
            labels = {"panel": name, "seed": run["seed"], "loss": run["loss_end"], **settings}
            labels["x"] = run[_PARAMETERS[name]] if name in _PARAMETERS else np.nan
            rows.append(pd.DataFrame([{**labels, "n_eff": number_of_directions(angle, size)}]))
            if number == 0 and name in ("baseline", "initialisation"):
                shown = {"panel": "features", "series": name, "orientation": angle, "amplitude": size}
                rows.append(pd.DataFrame(shown))
    for _, run in data.runs["activation"].sort_values(["activation", "seed"]).iterrows():
        a, w = _weights(run)
        lines = number_of_lines(w, np.abs(a) * np.linalg.norm(w, axis=1))
        labels = {"panel": "activation", "series": run["activation"], "seed": run["seed"], "loss": run["loss_end"]}
        rows.append(pd.DataFrame([{**labels, "n_lines": lines}]))
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def draw(table: pd.DataFrame) -> Figure:
    """Four levers against the baseline, lines by activation, features of two runs."""
    return draw_levers(table)


def _by_seed(table: pd.DataFrame, panel: str, x: float | None = None) -> np.ndarray:
    rows = table[table["panel"] == panel]
    rows = rows if x is None else rows[np.isclose(rows["x"], x, rtol=1e-6)]
    if rows.empty:
        raise ValueError(f"no run of {panel} at {x}")
    return rows.sort_values("seed")["n_eff"].to_numpy()


def _ratio(table: pd.DataFrame, panel: str, x: float) -> list[float]:
    """N_eff at a setting of a lever over the baseline's, seed by seed."""
    return [float(ratio) for ratio in _by_seed(table, panel, x) / _by_seed(table, "baseline")]


def _lines(table: pd.DataFrame, activation: str) -> list[float]:
    rows = table[(table["panel"] == "activation") & (table["series"] == activation)]
    return list(rows.sort_values("seed")["n_lines"])


@quantity
def baseline_directions(table: pd.DataFrame) -> list[float]:
    """N_eff of the baseline, seed by seed."""
    return [float(value) for value in _by_seed(table, "baseline")]


@quantity
def small_initialisation(table: pd.DataFrame) -> list[float]:
    """N_eff from a start of standard deviation .01 over the baseline's."""
    return _ratio(table, "initialisation", 0.01)


@quantity
def large_learning_rate(table: pd.DataFrame) -> list[float]:
    """N_eff with learning rate .5 over the baseline's."""
    return _ratio(table, "learning_rate", 0.5)


@quantity
def strong_weight_decay(table: pd.DataFrame) -> list[float]:
    """N_eff with weight decay .001 over the baseline's."""
    return _ratio(table, "weight_decay", 0.001)


@quantity
def strong_dropout(table: pd.DataFrame) -> list[float]:
    """N_eff with dropout .5 over the baseline's."""
    return _ratio(table, "dropout", 0.5)


@quantity
def lines_tanh(table: pd.DataFrame) -> list[float]:
    """Lines at epoch 100 with tanh x."""
    return _lines(table, "tanh")


@quantity
def lines_x_tanh(table: pd.DataFrame) -> list[float]:
    """Lines at epoch 100 with x tanh x."""
    return _lines(table, "x_tanh")


@quantity
def lines_x2_tanh(table: pd.DataFrame) -> list[float]:
    """Lines at epoch 100 with x^2 tanh x."""
    return _lines(table, "x2_tanh")


@quantity
def largest_loss(table: pd.DataFrame) -> float:
    """Largest loss at the end over the runs of the four levers and the baseline."""
    return float(table.loc[table["panel"].isin(["baseline", *_PARAMETERS]), "loss"].max())
