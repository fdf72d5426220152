"""Colours that stand together stay apart: in normal sight, for the three kinds of colour blindness, and in grey."""

from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib import colormaps
from matplotlib.colors import to_rgb

from condensation.drawing.palette import CATEGORIES, CLASSES, COLOURS, ORDERS, SIMILARITY_MAP, SLOPE_MAP

# One unit of CAM02-UCS is about what an eye just tells apart in two large patches side by side; thin lines and dots of
# three points, away from each other, need several times that.
APART = 10.0
BLIND = ("deuteranomaly", "protanomaly", "tritanomaly")

# colour alone tells these apart
ALONE = {
    "time": ("start", "end"),
    "regime": ("linear", "critical", "condensed"),
    "layer": ("layer_1", "layer_2"),
    "width": ("width_small", "width_medium", "width_large"),
}
# a marker, a style of line or a place tells them apart as well, so that they may be equal in grey
WITH_MARKER = {
    "measured": ("ours", "published", "fit", "linearised"),
    "function": ("end", "target", "data"),
    "function, linearised": ("end", "linearised", "data"),
    "neuron": ("end", "static", "path"),
    "solution": ("symmetric", "inferential", "neither"),
    "no meaning of their own": CATEGORIES,
}
# a word at each tells them apart as well: colour-blind readers need it
NAMED = {
    "initialisation": ("lecun_he", "xavier_mean_field", "ntk", "e_et_al"),
    "matter": ("solid", "liquid", "gas"),
    "unordered pair": CLASSES,
    "ordered pair": tuple(colour for pair in ORDERS for colour in pair),
}


def seen(colour: str | tuple, eyes: str) -> np.ndarray:
    """Return a colour in CAM02-UCS (J', a', b') as these eyes see it; grey: its lightness alone."""
    rgb = np.array(to_rgb(COLOURS.get(colour, colour) if isinstance(colour, str) else colour))
    if eyes in BLIND:
        space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
        rgb = np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)
    found = cspace_convert(rgb, "sRGB1", "CAM02-UCS")
    return found * [1, 0, 0] if eyes == "grey" else found


def nearest(colours: tuple, eyes: str) -> tuple[float, tuple]:
    """Return the smallest distance between two of the colours, and which they are."""
    return min(
        (float(np.linalg.norm(seen(one, eyes) - seen(other, eyes))), (one, other))
        for one, other in combinations(colours, 2)
    )


@pytest.mark.parametrize(
    ("groups", "sights"),
    [(ALONE, ("normal", *BLIND, "grey")), (WITH_MARKER, ("normal", *BLIND)), (NAMED, ("normal",))],
    ids=["colour alone", "with a marker", "named"],
)
def test_colours_that_stand_together_stay_apart(groups, sights):
    found = {(name, eyes): nearest(colours, eyes) for name, colours in groups.items() for eyes in sights}
    assert {place: pair for place, (distance, pair) in found.items() if distance < APART} == {}


@pytest.mark.parametrize("name", [SLOPE_MAP, SIMILARITY_MAP])
def test_the_two_signs_of_a_map_stay_apart_from_a_quarter_of_its_range(name):
    ends = tuple(tuple(colormaps[name](place)[:3]) for place in (0.375, 0.625))
    for eyes in ("normal", *BLIND):
        assert nearest(ends, eyes)[0] >= APART
