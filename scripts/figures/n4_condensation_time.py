"""Time of condensation over the phase diagram, and the mean-field limit on the critical line."""

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.condensation_time import draw_condensation_time
from condensation.measures.condensation_time import courses, crossing, falls, stages_of_zero_output
from condensation.measures.mean_field import orientation_distance, random_distance, shares
from condensation.measures.slopes import log_log_slope
from condensation.models.two_layer.phase_diagram import regime, slope_w
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData

_GROUP = 12  # seeds of one estimate of a spread
_ALIGNED, _LATE, _EARLY = 4.0, 2.0, -2.0  # X beyond which a limit is claimed: growth, and kernel


def measure(data: FigureData) -> dict[str, pa.Table]:
    """The first fall of the loss over the diagram with both limits, its course at gamma' = 0, and the deviations."""
    runs, followed = data.runs["condensation_time"], data.runs["condensation_course"]
    target = TARGETS[runs["target"].iloc[0]]
    narrow = data.runs["mean_field"].sort_values(["m", "seed"])
    widest = data.runs["condensation_map"].query("gamma == 1 and gamma_prime == 0")
    widest = widest[widest["m"] == widest["m"].max()]
    fallen, limits = falls(runs[runs["status"] == "converged"], target.x, target.y)
    reference, rd = shares(widest).mean(axis=0), widest["rd_w"].mean()
    return {
        "falls": metric_table(**fallen),
        "limits": metric_table(**limits),
        "courses": metric_table(**courses(followed, target.x, target.y)),
        "linear_stage": metric_table(**stages_of_zero_output(followed, target.x, target.y)),
        "mean_field": metric_table(
            m=narrow["m"],
            seed=narrow["seed"],
            deviation_rd=narrow["rd_w"] / rd - 1,
            deviation_orientation=[orientation_distance(share, reference) for share in shares(narrow)],
            deviation_start=random_distance(narrow["m"].to_numpy()),
        ),
    }


def draw(
    falls: pd.DataFrame,
    limits: pd.DataFrame,
    courses: pd.DataFrame,
    linear_stage: pd.DataFrame,
    mean_field: pd.DataFrame,
    failed: dict[str, str] | None = None,
) -> Figure:
    """(a) Time of the first fall over the diagram; (b, c) RD and N_eff on the way; (d) deviations from m = infinity."""
    return draw_condensation_time(falls, limits, courses, linear_stage, mean_field, failed or {})


def _fit(rows: pd.DataFrame, value: pd.Series) -> float:
    """Return the slope of a value against X, one line a gamma' (each has a constant of its own)."""
    x = rows["growth_needed"] - rows.groupby("gamma_prime")["growth_needed"].transform("mean")
    y = value - value.groupby(rows["gamma_prime"]).transform("mean")
    return float((x * y).sum() / (x * x).sum())


def _by_seed(table: pd.DataFrame) -> list[pd.DataFrame]:
    return [rows for _, rows in table.groupby("seed")]


@quantity
def growth_slope(falls: pd.DataFrame) -> list[float]:
    """Slope of 2 lambda s against X where X is large, seed by seed."""
    late = falls[falls["growth_needed"] > _ALIGNED]
    return [_fit(rows, 2 * rows["growth_rate"] * rows["time_flow"]) for rows in _by_seed(late)]


@quantity
def growth_level(falls: pd.DataFrame) -> list[float]:
    """Time of the first fall over that of theory where X is large, mean over the points, seed by seed."""
    late = falls[falls["growth_needed"] > _ALIGNED]
    return [float((rows["time_flow"] / rows["time_growth"]).mean()) for rows in _by_seed(late)]


@quantity
def kernel_slope(falls: pd.DataFrame) -> list[float]:
    """Slope of ln s against X where X is far below zero, seed by seed."""
    early = falls[falls["growth_needed"] < _EARLY]
    return [_fit(rows, np.log(rows["time_flow"])) for rows in _by_seed(early)]


@quantity
def critical_slope(falls: pd.DataFrame) -> list[float]:
    """Slope of ln s against ln m on the line X = 0, mean over its points, seed by seed."""
    line = falls[falls["growth_needed"].abs() < 1e-9]
    slopes = line.groupby(["seed", "gamma_prime"])[["m", "time_flow"]].apply(
        lambda rows: log_log_slope(rows["m"].to_numpy(float), rows["time_flow"].to_numpy())[0]
    )
    return [float(value) for value in slopes.groupby("seed").mean()]


@quantity
def wedge_slope(falls: pd.DataFrame) -> list[float]:
    """Slope of ln s against X in the condensed regime where X < 0: frozen output weights, no wait, seed by seed."""
    wedge = falls[(regime(falls["gamma"], falls["gamma_prime"]) == "condensed") & (falls["growth_needed"] < -1e-9)]
    return [_fit(rows, np.log(rows["time_flow"])) for rows in _by_seed(wedge)]


@quantity
def fall_exponent(falls: pd.DataFrame) -> list[float]:
    """Slope of ln RD at the first fall against ln m minus the closed form of S_w, mean absolute over X > 2."""
    late = falls[falls.groupby(["gamma", "gamma_prime"])["growth_needed"].transform("min") > _LATE]
    slopes = late.groupby(["seed", "gamma", "gamma_prime"])[["m", "rd_w"]].apply(
        lambda rows: log_log_slope(rows["m"].to_numpy(float), rows["rd_w"].to_numpy())[0]
    )
    index = slopes.index
    theory = slope_w(index.get_level_values("gamma"), index.get_level_values("gamma_prime"))
    return [float(value) for value in (slopes - theory).abs().groupby("seed").mean()]


def _smallest(table: pd.DataFrame, place: int = -1) -> list[pd.DataFrame]:
    """Return the courses of the smallest start (place -2: the next larger one), seed by seed."""
    return _by_seed(table[table["gamma"] == sorted(table["gamma"].unique())[place]])


def _alignments(tables: list[pd.DataFrame]) -> list[float]:
    """Return the times at which N_eff has fallen half-way from its start to one direction."""
    return [
        crossing(rows["time"].to_numpy(), rows["n_eff"].to_numpy(), (1 + rows["n_eff"].iloc[0]) / 2) for rows in tables
    ]


def _at_fall(tables: list[pd.DataFrame], column: str) -> list[float]:
    """Return a column at the first fall of the loss."""
    return [float(np.interp(rows["time_flow"].iloc[0], rows["time"], rows[column])) for rows in tables]


@quantity
def alignment_theory(courses: pd.DataFrame, linear_stage: pd.DataFrame) -> list[float]:
    """Time of alignment of the smallest start over that of its own neurons in the linear stage."""
    measured, theory = _alignments(_smallest(courses)), _alignments(_by_seed(linear_stage))
    return [one / other for one, other in zip(measured, theory, strict=True)]


@quantity
def alignment_of_start(courses: pd.DataFrame) -> list[float]:
    """Time of alignment of the smallest start over that of the next larger one."""
    small, large = _alignments(_smallest(courses)), _alignments(_smallest(courses, -2))
    return [one / other for one, other in zip(small, large, strict=True)]


@quantity
def directions_at_fall(courses: pd.DataFrame) -> list[float]:
    """N_eff of the smallest start when its loss falls."""
    return _at_fall(_smallest(courses), "n_eff")


@quantity
def order_of_directions(courses: pd.DataFrame) -> list[float]:
    """N_eff at the first fall of a start over that of the next larger one, largest, seed by seed."""
    places = range(courses["gamma"].nunique())
    found = np.array([_at_fall(_smallest(courses, place), "n_eff") for place in places])  # (starts, seeds)
    return [float(value) for value in (found[1:] / found[:-1]).max(axis=0)]


@quantity
def directions_at_fall_critical(courses: pd.DataFrame) -> list[float]:
    """N_eff on the critical line when the loss falls, over its value at the start."""
    tables = _smallest(courses, 0)
    return [now / rows["n_eff"].iloc[0] for now, rows in zip(_at_fall(tables, "n_eff"), tables, strict=True)]


@quantity
def course_of_distance(courses: pd.DataFrame, linear_stage: pd.DataFrame) -> list[float]:
    """RD over that of the linear stage when half the time to the first fall is over, smallest start."""
    theory, ratios = linear_stage.set_index(["seed", "time"])["rd_w"], []
    for rows in _smallest(courses):
        line, end = theory[rows["seed"].iloc[0]], rows["time_flow"].iloc[0]
        ratios.append(float(np.interp(end / 2, rows["time"], rows["rd_w"]) / np.interp(end / 2, line.index, line)))
    return ratios


def _deviation_slopes(mean_field: pd.DataFrame, column: str) -> list[float]:
    """Return the slope of ln(root mean square) against ln m, one estimate a group of seeds."""
    places = mean_field.groupby("m").cumcount() // _GROUP
    square = (mean_field[column] ** 2).groupby([places, mean_field["m"]]).mean()
    return [
        log_log_slope(rows.index.get_level_values("m").to_numpy(float), np.sqrt(rows.to_numpy()))[0]
        for _, rows in square.groupby(level=0)
    ]


@quantity
def deviation_slope_orientation(mean_field: pd.DataFrame) -> list[float]:
    """Slope of the distance of distributions of orientation from the widest network's against m."""
    return _deviation_slopes(mean_field, "deviation_orientation")


@quantity
def deviation_slope_rd(mean_field: pd.DataFrame) -> list[float]:
    """Slope of |RD over that of the widest network - 1| against m."""
    return _deviation_slopes(mean_field, "deviation_rd")
