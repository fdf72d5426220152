"""Relative distance RD(theta_w) against the width in the three regimes, and its slope S_w against gamma."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.relative_distance import draw_relative_distance
from condensation.measures.slopes import over_seeds, slopes
from condensation.models.two_layer.phase_diagram import slope_w
from condensation.models.two_layer.targets import TARGETS
from condensation.models.two_layer.theory import (
    condensed_relative_distance,
    kernel_relative_distance,
    minimal_path_norm,
)
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

GAMMAS = (0.5, 1.0, 1.75)
_NAMES = (
    "panel", "series", "gamma", "m", "log_m_beta2", "rd_w", "rd_w_spread", "rd_w_by_seed",
    "slope_w", "slope_w_spread", "slope_w_error", "slope_w_by_seed", "converged", "loss_increase_max",
)  # fmt: skip


def measure(data: FigureData) -> pa.Table:
    """RD against m (trained, its maximum over time, linearised, theory, published) and S_w against gamma."""
    runs = data.runs["relative_distance"]
    published = data.published["jmlr_fig3abc"].assign(panel="rd", series="published")
    published_slopes = data.published["jmlr_fig3d"].rename(columns={"log_m_beta2": "log_m_beta2"})
    rows = [
        _distances(runs),
        _theory_distances(runs),
        published[published["m"].between(runs["m"].min(), runs["m"].max())],
        _fitted(runs),
        _theory_slopes(runs),
        published_slopes.assign(panel="slope", series="published"),
    ]
    table = pd.concat(rows).reindex(columns=list(_NAMES))
    return metric_table(**{name: table[name].to_numpy() for name in _NAMES})


def _distances(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean, spread and the seeds' own values of RD at the end, its largest value, and the linearised model's."""
    frames = []
    for series, column in (("trained", "rd_w"), ("largest over time", "rd_w_max"), ("linearised", "rd_w_linear")):
        groups = runs.sort_values("seed").groupby(["gamma", "m", "log_m_beta2"])
        frame = (
            groups[column]
            .agg(rd_w="mean", rd_w_spread="std")
            .assign(
                rd_w_by_seed=groups[column].apply(lambda values: values.tolist()),
                converged=groups["status"].apply(lambda status: float((status == "converged").mean())),
                loss_increase_max=groups["loss_increase_max"].max(),
            )
        )
        frames.append(frame.reset_index().assign(panel="rd", series=series))
    return pd.concat(frames)


def _theory_distances(runs: pd.DataFrame) -> pd.DataFrame:
    """Kernel limit where it holds (gamma < 1), minimal path norm where the network condenses (gamma > 1)."""
    target = TARGETS[runs["target"].iloc[0]]
    path_norm = minimal_path_norm(target.x, target.y).value
    rows = []
    for gamma, m in sorted({*zip(runs["gamma"], runs["m"], strict=True)}):
        if gamma < 1:
            rows.append((gamma, m, kernel_relative_distance(target.x, target.y, m, gamma, 0.0)))
        if gamma > 1:
            rows.append((gamma, m, condensed_relative_distance(path_norm, m, gamma, 0.0)))
    return pd.DataFrame(rows, columns=["gamma", "m", "rd_w"]).assign(panel="rd", series="theory")


def _fitted(runs: pd.DataFrame) -> pd.DataFrame:
    """S_w of trained and linearised networks for each way of reaching gamma."""
    frames = []
    for series, column in (("trained", "rd_w"), ("linearised", "rd_w_linear")):
        table = over_seeds(slopes(runs, column, ["gamma", "log_m_beta2"]), ["gamma", "log_m_beta2"])
        frames.append(table.assign(series=series))
    names = {
        "slope": "slope_w",
        "spread": "slope_w_spread",
        "standard_error": "slope_w_error",
        "by_seed": "slope_w_by_seed",
    }
    return pd.concat(frames).rename(columns=names).assign(panel="slope")


def _theory_slopes(runs: pd.DataFrame) -> pd.DataFrame:
    gamma = np.unique(np.append(np.linspace(runs["gamma"].min(), runs["gamma"].max(), 101), 1.0))
    slope = slope_w(gamma, np.zeros_like(gamma))
    return pd.DataFrame({"gamma": gamma, "slope_w": slope, "panel": "slope", "series": "theory"})


def draw(table: pd.DataFrame) -> Figure:
    """(a-c) RD against m for gamma = 0.5, 1, 1.75; (d) S_w against gamma for three (beta1, beta2)."""
    return draw_relative_distance(table, GAMMAS)


def _select(table: pd.DataFrame, panel: str, series: str, gamma: float | None = None) -> pd.DataFrame:
    rows = table[(table["panel"] == panel) & (table["series"] == series)]
    rows = rows[rows["log_m_beta2"].isna() | (rows["log_m_beta2"] == 0)]
    return rows if gamma is None else rows[np.isclose(rows["gamma"], gamma)]


def _slope(table: pd.DataFrame, gamma: float) -> list[float]:
    return list(_select(table, "slope", "trained", gamma)["slope_w_by_seed"].iloc[0])


@quantity
def slope_linear(table: pd.DataFrame) -> list[float]:
    """S_w at gamma = 0.5."""
    return _slope(table, 0.5)


@quantity
def slope_critical(table: pd.DataFrame) -> list[float]:
    """S_w at gamma = 1."""
    return _slope(table, 1.0)


@quantity
def slope_condensed(table: pd.DataFrame) -> list[float]:
    """S_w at gamma = 1.75."""
    return _slope(table, 1.75)


@quantity
def distance_from_published(table: pd.DataFrame) -> float:
    """Largest |RD / RD published - 1| over the published (gamma, m), RD averaged over seeds."""
    ours = _select(table, "rd", "trained")[["gamma", "m", "rd_w"]]
    theirs = _select(table, "rd", "published")[["gamma", "m", "rd_w"]]
    joined = theirs.merge(ours, on=["gamma", "m"], suffixes=("_published", ""))
    if len(joined) < len(theirs) or joined.empty:
        raise ValueError("not every published width was trained")
    return float((joined["rd_w"] / joined["rd_w_published"] - 1).abs().max())


@quantity
def slopes_from_published(table: pd.DataFrame) -> float:
    """Largest |S_w - S_w published| over the 36 published points of panel (d)."""
    ours = table[(table["panel"] == "slope") & (table["series"] == "trained")][["gamma", "log_m_beta2", "slope_w"]]
    theirs = table[(table["panel"] == "slope") & (table["series"] == "published")][["gamma", "log_m_beta2", "slope_w"]]
    joined = theirs.merge(ours, on=["gamma", "log_m_beta2"], suffixes=("_published", ""))
    if len(joined) < len(theirs) or joined.empty:
        raise ValueError("not every published gamma was trained")
    return float((joined["slope_w"] - joined["slope_w_published"]).abs().max())


@quantity
def collapse(table: pd.DataFrame) -> float:
    """Largest difference of S_w between the three ways (beta1, beta2) of reaching the same gamma."""
    rows = table[(table["panel"] == "slope") & (table["series"] == "trained")]
    by_gamma = rows.groupby("gamma")["slope_w"]
    if rows["log_m_beta2"].nunique() < 3:
        raise ValueError("fewer than three ways were trained")
    return float((by_gamma.max() - by_gamma.min()).max())


@quantity
def largest_over_end(table: pd.DataFrame) -> float:
    """Largest ratio of sup_t RD to RD at the end, minus one."""
    largest, end = (_select(table, "rd", series)["rd_w"].to_numpy() for series in ("largest over time", "trained"))
    return float((largest / end).max() - 1)


def _linearised_error(table: pd.DataFrame, gamma: float) -> float:
    trained, linear = (_select(table, "rd", series, gamma).sort_values("m") for series in ("trained", "linearised"))
    return float(abs(linear["rd_w"].iloc[-1] / trained["rd_w"].iloc[-1] - 1))


@quantity
def linearised_error_linear(table: pd.DataFrame) -> float:
    """|RD linearised / RD trained - 1| at gamma = 0.5 and the largest width."""
    return _linearised_error(table, 0.5)


@quantity
def linearised_excess_condensed(table: pd.DataFrame) -> float:
    """|RD linearised / RD trained - 1| at gamma = 1.75 and the largest width: the linear model is wrong there."""
    return _linearised_error(table, 1.75)


def _theory_error(table: pd.DataFrame, gamma: float) -> float:
    trained, theory = (_select(table, "rd", series, gamma).sort_values("m") for series in ("trained", "theory"))
    return float(abs(theory["rd_w"].iloc[-1] / trained["rd_w"].iloc[-1] - 1))


@quantity
def kernel_theory_error(table: pd.DataFrame) -> float:
    """|RD of the infinite-width kernel / RD trained - 1| at gamma = 0.5 and the largest width."""
    return _theory_error(table, 0.5)


@quantity
def path_norm_theory_error(table: pd.DataFrame) -> float:
    """|RD of the minimal path norm / RD trained - 1| at gamma = 1.75 and the largest width."""
    return _theory_error(table, 1.75)


@quantity
def slope_theory_error(table: pd.DataFrame) -> float:
    """Largest |S_w - closed form| over gamma <= 1."""
    rows = _select(table, "slope", "trained")
    rows = rows[rows["gamma"] <= 1]
    return float((rows["slope_w"] - slope_w(rows["gamma"].to_numpy(), np.zeros(len(rows)))).abs().max())


@quantity
def converged_share(table: pd.DataFrame) -> float:
    """Share of runs that reached the stop loss."""
    return float(table.loc[(table["panel"] == "rd") & (table["series"] == "trained"), "converged"].mean())


@quantity
def largest_loss_increase(table: pd.DataFrame) -> float:
    """Largest relative increase of R_S in any step of any run."""
    return float(table.loc[(table["panel"] == "rd") & (table["series"] == "trained"), "loss_increase_max"].max())
