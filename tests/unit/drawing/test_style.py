"""The style: the lecture's colours, fonts, letters, titles, widths, legends and tags."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from condensation.drawing.palette import COLOURS, tint
from condensation.drawing.similarity import block_order, draw_similarity, mean_off_diagonal
from condensation.drawing.style import (
    attribution,
    current_width,
    failed_tag,
    figure_width,
    fitting_columns,
    legend_outside,
    new_figure,
    panel_title,
    pi_ticks,
    use_style,
)


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        use_style()
        yield


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
    assert Path(mpl.get_data_path()).resolve() in Path(path).resolve().parents


def test_the_style_forgets_the_users_own():
    mpl.rcParams["lines.linewidth"] = 17
    use_style()
    assert mpl.rcParams["lines.linewidth"] == 1.4


def test_panel_letters():
    figure, axes = new_figure(2, 2, width=4, height=4, letters=True)
    assert [panel.get_title(loc="left") for panel in axes.flat] == [rf"$\mathbf{{({letter})}}$" for letter in "abcd"]
    assert tuple(figure.get_size_inches()) == (4, 4)


def test_angle_ticks():
    figure = Figure()
    panel = figure.subplots()
    panel.plot([-3, 3], [0, 1])
    pi_ticks(panel.xaxis)
    np.testing.assert_allclose(panel.get_xticks(), np.pi * np.array([-1, -0.5, 0, 0.5, 1]))
    assert panel.get_xticklabels()[0].get_text() == r"$-\pi$"
    assert panel.get_xticklabels()[2].get_text() == "$0$"


def test_a_title_follows_its_letter():
    _, axes = new_figure(1, 2, height=2, letters=True)
    panel_title(axes[0, 1], "what it shows")
    assert axes[0, 1].get_title(loc="left") == r"$\mathbf{(b)}$  what it shows"


def test_the_width_of_a_figure():
    assert current_width(5.0) == 5.0
    with figure_width(3.25):
        figure, _ = new_figure(1, 1, height=2, width=5.0)
        assert figure.get_size_inches()[0] == 3.25
        assert fitting_columns(4, least=1.6) == 2
        assert fitting_columns(3, least=1.6) == 2
    assert fitting_columns(4, least=1.6) == 4
    assert new_figure(1, 1, height=2, width=5.0)[0].get_size_inches()[0] == 5.0


@pytest.mark.parametrize("width", [2.0, 3.25, 7.0])
def test_a_legend_outside_stays_inside_the_figure(width: float):
    figure, axes = new_figure(1, 1, width=width, height=3)
    handles = [axes[0, 0].plot([0, 1], [0, n], label=f"curve {n} with a name")[0] for n in range(5)]
    legend = legend_outside(figure, handles)
    FigureCanvasAgg(figure).draw()
    assert legend.get_window_extent().width <= figure.bbox.width


def test_a_failed_claim_has_a_tag():
    _, axes = new_figure(1, 1, height=2)
    assert failed_tag(axes[0, 0]).get_text() == "not reproduced"


def test_a_tint_is_paler():
    assert tint("linear", 1.0).lower() == COLOURS["linear"].lower()
    assert min(to_rgb(tint("linear", 0.2))) > min(to_rgb(COLOURS["linear"]))


def test_blocks_of_neurons_come_out_together():
    angle = np.array([0.0, 1.5, 0.1, np.pi, 1.6, 0.05])
    cosine = np.cos(angle[:, None] - angle[None, :])
    order = block_order(cosine)
    assert sorted(order) == list(range(6))
    assert set(order[:3]) == {0, 2, 5}  # the block of most neurons, those opposite to it after
    assert order[3] == 3
    assert set(order[4:]) == {1, 4}
    assert mean_off_diagonal(np.eye(3)) == 0


def test_a_similarity_matrix_is_drawn_in_blocks():
    _, axes = new_figure(1, 1, height=2)
    cosine = np.array([[1, 0, 0.9], [0, 1, 0], [0.9, 0, 1]])
    row, column = np.indices(cosine.shape)
    rows = pd.DataFrame({"row": row.ravel(), "column": column.ravel(), "cosine": cosine.ravel()})
    image = draw_similarity(axes[0, 0], rows, "neuron", random=0.64, title="end")
    np.testing.assert_allclose(image.get_array(), [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    assert axes[0, 0].get_title(loc="left") == "end\nmean $|D|$ = 0.30 (random 0.64)"


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
