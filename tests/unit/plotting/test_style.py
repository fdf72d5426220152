"""The style: colours that stay apart for the colour-blind, labels that do not meet."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from condensation.plotting.style import COLOURS, attribution, new_figure, pi_ticks, use_style

# colours that appear side by side with the same kind of mark
TOGETHER = {
    "start and end": ("start", "end", "target"),
    "curves": ("theory", "published", "ours", "linearised"),
    "regimes": ("linear", "critical", "condensed"),
    "widths": ("width_small", "width_medium", "width_large"),
    "trajectory": ("end", "static", "path"),
}
# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        use_style()
        yield


def _lab(colour: str, vision: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of an sRGB colour as seen with a given vision."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(vision @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("group", TOGETHER)
def test_colours_stay_apart(group: str, vision: str):
    for one, other in combinations(TOGETHER[group], 2):
        distance = np.linalg.norm(_lab(COLOURS[one], VISION[vision]) - _lab(COLOURS[other], VISION[vision]))
        assert distance > 15, (one, other)  # 2.3 is just noticeable; the least here is 17, blue and green in tritanopia


def test_the_lectures_colours():
    red, green, blue = to_rgb(COLOURS["start"])
    assert red < 0.2 < 0.6 < min(green, blue)  # cyan
    red, green, blue = to_rgb(COLOURS["end"])
    assert red > 0.7 > 0.3 > max(green, blue)  # red
    assert np.argmax(to_rgb(COLOURS["width_small"])) == 2  # blue
    assert np.argmax(to_rgb(COLOURS["width_medium"])) == 0  # red
    red, green, blue = to_rgb(COLOURS["width_large"])
    assert red > green > 0.6 > 0.2 > blue  # yellow


def test_the_fonts_come_with_matplotlib_and_no_latex_is_needed():
    assert not mpl.rcParams["text.usetex"]
    path = font_manager.findfont(mpl.rcParams["font.family"][0], fallback_to_default=False)
    assert mpl.get_data_path() in path


def test_the_style_forgets_the_users_own():
    mpl.rcParams["lines.linewidth"] = 17
    use_style()
    assert mpl.rcParams["lines.linewidth"] == 1.5


def test_panel_letters():
    figure, axes = new_figure(2, 2, width=4, height=4, letters=True)
    assert [panel.get_title(loc="left") for panel in axes.flat] == ["(a)", "(b)", "(c)", "(d)"]
    assert tuple(figure.get_size_inches()) == (4, 4)


def test_angle_ticks():
    figure = Figure()
    panel = figure.subplots()
    panel.plot([-3, 3], [0, 1])
    pi_ticks(panel.xaxis)
    np.testing.assert_allclose(panel.get_xticks(), np.pi * np.array([-1, -0.5, 0, 0.5, 1]))
    assert panel.get_xticklabels()[0].get_text() == r"$-\pi$"
    assert panel.get_xticklabels()[2].get_text() == "$0$"


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 3), (2, 2)])
@pytest.mark.parametrize("height", [1.8, 4.0])
def test_the_attribution_meets_nothing(rows: int, columns: int, height: float):
    figure, axes = new_figure(rows, columns, width=2.2 * columns + 1, height=height * rows)
    for panel in axes.flat:
        panel.set(xlabel=r"$\frac{\gamma}{\gamma'}$ (a tall label)", ylabel="$y$")
        panel.tick_params("x", rotation=60)
    attribution(figure, "published: somebody, 2021, CC BY 4.0")
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    (line,) = (text for text in figure.texts if text.get_text().startswith("published"))
    box = line.get_window_extent(renderer)
    assert figure.bbox.containsx(box.x0)
    assert figure.bbox.containsx(box.x1)
    assert box.y0 >= 0
    for panel in axes.flat:
        assert panel.get_tightbbox(renderer).y0 > box.y1
