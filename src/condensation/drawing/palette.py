"""One colour a meaning, for every figure."""

from matplotlib.colors import to_hex, to_rgb

COLOURS = {
    # points and curves
    "start": "#00B4D8",  # cyan and red as on the slides
    "end": "#D62728",
    "data": "#000000",
    "target": "#8A8A8A",
    "theory": "#000000",
    "ours": "#000000",
    "fit": "#B0B0B0",
    "published": "#E69F00",
    "linearised": "#C23B94",
    "static": "#8A8A8A",
    "path": "#8FC1E3",
    "guide": "#BDBDBD",  # frames, zero lines, reference values
    # regimes: pale blue and pale green with a blue line between them, as on the slides
    "linear": "#3A86C8",
    "critical": "#14148C",
    "condensed": "#7CB518",
    # phases of matter
    "solid": "#8E7CC3",
    "liquid": "#3A86C8",
    "gas": "#F2B701",
    # layers of a network
    "layer_1": "#B5651D",
    "layer_2": "#5E3C99",
    # widths, small to large, as on the slides
    "width_small": "#0B3AA4",
    "width_medium": "#C8102E",
    "width_large": "#F2B701",
    # solutions of the composite task
    "symmetric": "#2F4B9A",
    "inferential": "#D95F9B",
    "neither": "#CFCFCF",
    # the usual initialisations, as on the slides
    "lecun_he": "#1B9E3E",
    "xavier_mean_field": "#7B2CBF",
    "ntk": "#C23B94",
    "e_et_al": "#E0232E",
}
# four things without a meaning of their own (directions of neurons, anchors), always labelled or drawn in order
CATEGORIES = ("#0072B2", "#E69F00", "#3FAE8A", "#9B2D6F")
# light and dark of six hues: unordered pairs of two different anchors, light for a1 < a2
ORDERS = (
    ("#A6CEE3", "#1F78B4"), ("#B2DF8A", "#33A02C"), ("#FB9A99", "#E31A1C"), ("#FDBF6F", "#E08214"),
    ("#CAB2D6", "#6A3D9A"), ("#CFCFCF", "#4D4D4D"),
)  # fmt: skip
# the ten unordered pairs (1, 1), (1, 2), ... (4, 4): those of two different anchors as above
_12, _13, _14, _23, _24, _34 = (light for light, _ in ORDERS)
CLASSES = ("#FFFF99", _12, _13, _14, "#F4CAE4", _23, _24, "#9FE0D0", _34, "#B59B7A")
SLOPE_MAP = "RdBu"  # red for S < 0, blue for S > 0, as on the slides
SIMILARITY_MAP = "RdBu_r"  # D: -1 blue, 1 red


def tint(name: str, strength: float = 0.25) -> str:
    """Return a pale opaque version of a colour of the palette (or of any colour): strength 0 is white, 1 the colour."""
    return to_hex(tuple([1 - strength * (1 - channel) for channel in to_rgb(COLOURS.get(name, name))]))  # type: ignore[arg-type]
