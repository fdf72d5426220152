"""One-dimensional example: output and features before and after training, for three initialisations m^-g."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity, quantity_of
from condensation.drawing.features import Case, draw_cases
from condensation.measures.features import by_seed, cases_tables, directions_kept, number_by_seed
from condensation.measures.orientation import directions
from condensation.store.figure_data import FigureData

KINK = 1 / 3  # the target vanishes between -1/3 and 1/3
SMALL, LARGE = 2.0, 0.2  # gamma = 2 g of the standard deviations m^-1 and m^-0.1
LEAST_BENDING = 0.4  # of any function through the four points: slopes -.2, 0 and .2
# E[|a| |w| 1(|b| < |w|)] for standard normal a, w, b: what a random neuron bends f by between -1 and 1
RANDOM_BENDING = 2**0.5 / np.pi
NAMES = {0.2: "large", 1.0: "intermediate", 2.0: "small"}
CONCERNS = {"f02_jagged": LARGE, "f02_no_condensation": LARGE}  # the other claims are about the small start


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Outputs on a grid and features of every seed; gamma = 2 g for standard deviations m^-g."""
    return cases_tables(data.runs["one_dimensional_example"])


def draw(
    data: pd.DataFrame,
    target: pd.DataFrame,
    outputs: pd.DataFrame,
    start: pd.DataFrame,
    end: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """Top: f and the data; bottom: features at the start (cyan) and at the end (red), one column an initialisation."""
    tags = {CONCERNS.get(claim, SMALL): category for claim, category in (failed or {}).items()}

    def case(gamma: float) -> Case:
        power = "" if gamma == 2 else f"{gamma / 2:g}"
        name = NAMES.get(round(gamma, 6), "")
        return Case(rf"$\sigma = m^{{-{power or 1}}}$: {name}".rstrip(": "), failed=tags.get(round(gamma, 6), ""))

    return draw_cases(data, target, outputs, start, end, case=case)


def _direction(end: pd.DataFrame, place: int) -> list[float]:
    """Return the smaller (place 0) or larger (1) orientation of the two directions with most amplitude at g = 1."""
    found = [
        directions(rows["orientation"].to_numpy(), rows["amplitude"].to_numpy())[0] for rows in by_seed(end, SMALL)
    ]
    return [float(np.sort(angle[:2])[place]) for angle in found]


right_direction = quantity_of(_direction, place=-1)
left_direction = quantity_of(_direction, place=0)
directions_small_initialisation = quantity_of(number_by_seed, column="n_eff", gamma=SMALL)
directions_kept_large_initialisation = quantity_of(directions_kept, gamma=LARGE)


@quantity
def flat_between_kinks(outputs: pd.DataFrame, target: pd.DataFrame) -> list[float]:
    """Largest |f| between the kinks relative to the largest target value, g = 1."""
    scale = target["y"].max()
    return [float(rows.loc[rows["x"].abs() < KINK, "y"].abs().max() / scale) for rows in by_seed(outputs, SMALL)]


@quantity
def bending_of_the_random_start(networks: pd.DataFrame) -> list[float]:
    """Total variation of f' at g = 0.1 over that of the random start, (sqrt 2 / pi) m^(1 - gamma)."""
    m = networks["m"].iloc[0]
    return [bent / (RANDOM_BENDING * m ** (1 - LARGE)) for bent in number_by_seed(networks, "bending", LARGE)]


@quantity
def bending_of_the_simplest(networks: pd.DataFrame) -> list[float]:
    """Total variation of f' at g = 1 over the least that passes through the data, 0.4."""
    return [bent / LEAST_BENDING for bent in number_by_seed(networks, "bending", SMALL)]
