"""Relative distance RD(theta_w) against the width in the three regimes, its slope, and the linearised model."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.relative_distance import draw_relative_distance
from condensation.measures.linearised import trained_and_linearised
from condensation.measures.slope_map import beside_published
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

LINEAR, CRITICAL, CONDENSED = GAMMAS = (0.5, 1.0, 1.75)
INPUTS = np.linspace(-1.0, 1.0, 201)  # where the functions are drawn; the data lie within 1/2
_WAY = ["gamma", "log_m_beta2"]


def measure(data: FigureData) -> dict[str, pa.Table]:
    """RD against m and S_w against gamma beside theory and published values; f and f_lin of every seed."""
    cases = data.runs["typical_cases"]
    runs = pd.concat([rows for name, rows in data.runs.items() if name != "typical_cases"])
    distances, published_slopes = data.published["jmlr_fig3abc"], data.published["jmlr_fig3d"]
    distances = distances[distances["m"].between(runs["m"].min(), runs["m"].max())]
    target = TARGETS[runs["target"].iloc[0]]
    return {
        "distances": _distances(runs),
        "slopes": _slopes(runs),
        "functions": _functions(cases),
        "samples": metric_table(x=target.x, y=target.y),
        "published_distances": metric_table(**{name: distances[name] for name in ("gamma", "m", "rd_w")}),
        "published_slopes": metric_table(**{name: published_slopes[name] for name in (*_WAY, "slope_w")}),
    }


def _distances(runs: pd.DataFrame) -> pa.Table:
    """RD at the end over all seeds, its largest value, the linearised model's and theory's."""
    groups = runs.sort_values("seed").groupby(["gamma", "m"])
    table = groups.agg(
        rd_w=("rd_w", "mean"), rd_w_spread=("rd_w", "std"), rd_w_by_seed=("rd_w", list), rd_w_max=("rd_w_max", "mean"),
        rd_w_linear=("rd_w_linear", "mean"), loss_increase_max=("loss_increase_max", "max"),
        converged=("status", lambda status: float((status == "converged").mean())),
    ).reset_index()  # fmt: skip
    target = TARGETS[runs["target"].iloc[0]]
    path_norm = minimal_path_norm(target.x, target.y).value
    theory = []
    for gamma, m in zip(table["gamma"], table["m"], strict=True):
        if gamma < 1:
            theory.append(kernel_relative_distance(target.x, target.y, m, gamma, 0.0))
        else:  # on the line neither holds
            theory.append(condensed_relative_distance(path_norm, m, gamma, 0.0) if gamma > 1 else float("nan"))
    return metric_table(**{str(name): table[name] for name in table}, rd_theory=theory)


def _slopes(runs: pd.DataFrame) -> pa.Table:
    """S_w of trained and linearised networks for each way of reaching gamma."""
    trained, linear = (over_seeds(slopes(runs, column, _WAY), _WAY) for column in ("rd_w", "rd_w_linear"))
    return metric_table(
        gamma=trained["gamma"],
        log_m_beta2=trained["log_m_beta2"],
        slope_w=trained["slope"],
        slope_w_spread=trained["spread"],
        slope_w_error=trained["standard_error"],
        slope_w_by_seed=trained["by_seed"],
        slope_w_linear_by_seed=linear["by_seed"],
        slope_w_theory=slope_w(trained["gamma"], np.zeros(len(trained))),
    )


def _functions(cases: pd.DataFrame) -> pa.Table:
    frames = []
    for _, run in cases.sort_values(["gamma", "seed"]).iterrows():
        target = TARGETS[run["target"]]
        trained, linear = trained_and_linearised(run, target.x, target.y, INPUTS)
        case = {"gamma": run["gamma"], "seed": run["seed"]}
        frames.append(pd.DataFrame({**case, "x": INPUTS, "y": trained, "y_linear": linear}))
    table = pd.concat(frames)
    return metric_table(**{str(name): table[name] for name in table})


def draw(
    distances: pd.DataFrame,
    slopes: pd.DataFrame,
    functions: pd.DataFrame,
    samples: pd.DataFrame,
    published_distances: pd.DataFrame,
    published_slopes: pd.DataFrame,
    failed: dict[str, str] | None = None,
) -> Figure:
    """(a-c) RD against m for gamma = 0.5, 1, 1.75; (d) S_w against gamma; (e-g) f and f_lin of the first seed."""
    shown = functions[functions["seed"] == functions["seed"].min()]
    return draw_relative_distance(
        distances, slopes, shown, samples, published_distances, published_slopes, gammas=GAMMAS, failed=failed or {}
    )


def _slope(slopes: pd.DataFrame, gamma: float, column: str = "slope_w_by_seed") -> list[float]:
    """Return S_w at a gamma of every seed of every (beta1, beta2)."""
    return [float(value) for values in slopes.loc[np.isclose(slopes["gamma"], gamma), column] for value in values]


def _widest(distances: pd.DataFrame, gamma: float) -> pd.Series:
    return distances[np.isclose(distances["gamma"], gamma)].sort_values("m").iloc[-1]


def _theory_errors(distances: pd.DataFrame, gamma: float) -> list[float]:
    """|RD in theory / RD trained - 1| at the largest width, seed by seed."""
    row = _widest(distances, gamma)
    return [abs(float(row["rd_theory"] / value - 1)) for value in row["rd_w_by_seed"]]


@quantity
def linearised_error_linear(distances: pd.DataFrame) -> float:
    """|RD linearised / RD trained - 1| at gamma = 0.5 and the largest width."""
    row = _widest(distances, LINEAR)
    return abs(float(row["rd_w_linear"] / row["rd_w"] - 1))


@quantity
def distance_from_published(distances: pd.DataFrame, published_distances: pd.DataFrame) -> float:
    """Largest |RD / RD published - 1| over the published (gamma, m), RD averaged over seeds."""
    joined = beside_published(distances, published_distances, ["gamma", "m"])
    if len(joined) < len(published_distances):
        raise ValueError("not every published width was trained")
    return float((joined["rd_w"] / joined["rd_w_published"] - 1).abs().max())


@quantity
def slopes_from_published(slopes: pd.DataFrame, published_slopes: pd.DataFrame) -> float:
    """Largest |S_w - S_w published| over the 36 published points of panel (d)."""
    joined = beside_published(slopes, published_slopes, _WAY)
    if len(joined) < len(published_slopes):
        raise ValueError("not every published gamma was trained")
    return float((joined["slope_w"] - joined["slope_w_published"]).abs().max())


@quantity
def collapse(slopes: pd.DataFrame) -> float:
    """Largest difference of S_w between the three ways (beta1, beta2) of reaching the same gamma."""
    if slopes["log_m_beta2"].nunique() < 3:
        raise ValueError("fewer than three ways were trained")
    by_gamma = slopes.groupby("gamma")["slope_w"]
    return float((by_gamma.max() - by_gamma.min()).max())


@quantity
def largest_over_end(distances: pd.DataFrame) -> float:
    """Largest ratio of sup_t RD to RD at the end, minus one."""
    return float((distances["rd_w_max"] / distances["rd_w"]).max() - 1)


@quantity
def linearised_slope_excess(slopes: pd.DataFrame) -> list[float]:
    """S_w of the linearised model minus that of the trained one at gamma = 1.75."""
    linear, trained = _slope(slopes, CONDENSED, "slope_w_linear_by_seed"), _slope(slopes, CONDENSED)
    return [one - other for one, other in zip(linear, trained, strict=True)]


@quantity
def linearised_function_error(functions: pd.DataFrame) -> list[float]:
    """Largest |f_lin - f| over the largest |f| at gamma = 0.5, seed by seed."""
    linear = functions[np.isclose(functions["gamma"], LINEAR)].groupby("seed")
    return [float((of["y_linear"] - of["y"]).abs().max() / of["y"].abs().max()) for _, of in linear]


slope_linear = quantity_of(_slope, gamma=LINEAR)
slope_critical = quantity_of(_slope, gamma=CRITICAL)
slope_condensed = quantity_of(_slope, gamma=CONDENSED)
kernel_theory_error = quantity_of(_theory_errors, gamma=LINEAR)
path_norm_theory_error = quantity_of(_theory_errors, gamma=CONDENSED)


@quantity
def slope_theory_error(slopes: pd.DataFrame) -> list[float]:
    """Largest |S_w - closed form| over gamma <= 1, for every seed of every (beta1, beta2)."""
    rows = slopes[slopes["gamma"] <= 1]
    errors = [[abs(slope - row["slope_w_theory"]) for slope in row["slope_w_by_seed"]] for _, row in rows.iterrows()]
    largest = pd.DataFrame(errors).groupby(rows["log_m_beta2"].to_numpy()).max()
    return [float(value) for value in largest.to_numpy().ravel()]


@quantity
def converged_share(distances: pd.DataFrame) -> float:
    """Share of runs that reached the stop loss."""
    return float(distances["converged"].mean())


@quantity
def largest_loss_increase(distances: pd.DataFrame) -> float:
    """Largest relative increase of R_S in any step of any run."""
    return float(distances["loss_increase_max"].max())
