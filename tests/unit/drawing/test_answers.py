"""Numbers of a picture, at their places."""

import io
import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from condensation.drawing.answers import answers, plain
from condensation.drawing.save import Provenance, save_figure
from condensation.drawing.slope_map import cell_edges
from condensation.drawing.style import new_figure

X, Y = np.array([0.5, 1.0, 2.0]), np.array([-1.0, 1.0])
VALUES = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]])


@pytest.fixture
def figure() -> Figure:
    figure, axes = new_figure(1, 2, height=3)
    left, right = axes[0]
    mesh = left.pcolormesh(cell_edges(X), cell_edges(Y), VALUES)
    figure.colorbar(mesh, ax=left, label="slope $S_w$")
    left.set(xlabel=r"$\gamma$", ylabel=r"$\gamma'$")
    right.plot([1, 10, 100], [1, 2, 3], "o", label=r"$\beta_1 = 1$")
    right.plot([1, 100], [1, 3])  # a line without markers has no points
    right.set(xscale="log", xlabel="width $m$", ylabel="RD")
    figure.draw_without_rendering()
    return figure


def test_a_map_gives_the_coordinates_of_its_cells_however_wide_they_are(figure):
    found = answers(figure)[0]
    assert (found["x"], found["y"], found["z"]) == ("γ", "γ'", "slope S_w")
    assert (found["xc"], found["yc"]) == (["0.5", "1", "2"], ["-1", "1"])
    assert found["v"] == [[1.0, 2.0, None], [4.0, 5.0, 6.0]]
    np.testing.assert_allclose(found["xs"], [0, 1 / 3.5 * 0.875, 0.4286, 1], atol=0.2)
    assert found["ys"] == [1.0, 0.5, 0.0]  # from the top, as a picture is


def test_points_lie_where_they_are_drawn_and_say_what_they_are(figure):
    found = answers(figure)[1]
    assert [said for *_, said in found["p"]][1] == "width m: 10\nRD: 2\nβ_1 = 1"
    x, y, _ = found["p"][1]
    assert (x, y) == pytest.approx((0.5, 0.5), abs=1e-3)


def test_boxes_are_those_of_the_saved_picture(figure, tmp_path):
    path = tmp_path / "a.png"
    save_figure(figure, {"png": path}, Provenance("a", "slide", "0", "lecture"))
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        image.load()
        (map_, _), pixels = json.loads(image.text["Numbers"]), np.asarray(image.convert("RGB"), dtype=int)
    left, top, right, bottom = (round(share * size) for share, size in zip(map_["box"], image.size * 2, strict=True))
    inside = pixels[(top + bottom) // 2 + 20, left + 5]
    assert np.abs(inside - pixels[(top + bottom) // 2 + 20, left - 8]).sum() > 50  # the first cell's colour, and white
    assert right < pixels.shape[1] / 2


@pytest.mark.parametrize(
    ("label", "said"),
    [(r"$D_{kl}$", "D_kl"), (r"RD$(\theta_w)$", "RD(θ_w)"), (r"$1 \times 10^{-4}$", "1 × 10^-4"), ("plain", "plain")],
)
def test_labels_are_read_without_tex(label, said):
    assert plain(label) == said


def test_a_panel_answers_with_the_sentence_it_was_given(figure):
    figure.axes[1].set_label("γ = 1: N_eff 2.0")
    assert answers(figure)[1]["t"] == "γ = 1: N_eff 2.0"
