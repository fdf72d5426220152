"""Figures that need no training: exact coordinates, drawn from their table as the pipeline stores it."""

from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from condensation.models.two_layer.phase_diagram import phase_boundary, regime
from condensation.store.figure_data import FigureData
from condensation.store.figure_module import load_figure_module
from condensation.store.runs import write_table
from condensation.store.tables import join_tables, read_tables

FOLDER = Path(__file__).parents[2] / "scripts" / "figures"
Tables = dict[str, dict[str, pd.DataFrame]]
FIGURES = ("f07_two_layer_network", "t01_initialisations", "f08_phase_diagram", "f08b_matter")


pytestmark = pytest.mark.usefixtures("style")


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    return {name: load_figure_module(FOLDER / f"{name}.py") for name in FIGURES}


@pytest.fixture(scope="module")
def tables(modules: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Every figure's tables, written to Parquet and read back."""
    folder = tmp_path_factory.mktemp("metrics")
    for name, module in modules.items():
        write_table(join_tables(module.measure(FigureData())), folder / f"{name}.parquet", {"figure": name})
    return {name: read_tables(folder / f"{name}.parquet") for name in FIGURES}


def drawn(figure: Figure) -> RendererAgg:
    """Lay the figure out and return what measures its texts."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    return renderer


def texts(figure: Figure) -> list[Text]:
    """Texts that stand free in the figure's panels, with something in them."""
    return [text for panel in figure.axes for text in panel.texts if text.get_text().strip()]


@pytest.mark.parametrize("name", ["f08_phase_diagram", "f08b_matter"])
def test_labels_stand_clear_of_the_curves(name: str, modules: dict[str, ModuleType], tables: Tables):
    figure = modules[name].draw(**tables[name])
    renderer = drawn(figure)
    panel = figure.axes[0]
    for line in panel.lines:
        corners = panel.transData.transform(np.column_stack(line.get_data()).astype(float))
        pieces = [np.linspace(one, other, 400) for one, other in pairwise(corners)] or [corners]
        for text in panel.texts:
            if text.get_rotation() in (0, 90):
                box = Text.get_window_extent(text, renderer).padded(1)  # for the width of the line
                assert box.count_contains(np.concatenate(pieces)) == 0, text.get_text()


def test_the_network_has_d_inputs_and_the_constant_and_connects_every_layer_to_the_next(
    modules: dict[str, ModuleType], tables: Tables
):
    nodes = tables["f07_two_layer_network"]["nodes"]
    named = nodes[~nodes["label"].str.contains("dots")]
    assert list(named.loc[named["layer"] == 0, "label"]) == ["$x_1$", "$x_d$", "$1$"]
    assert named["layer"].value_counts().to_dict() == {0: 3, 1: 4, 2: 1}
    figure = modules["f07_two_layer_network"].draw(nodes)
    assert len(figure.axes[0].lines) == 3 * 4 + 4
    written = " ".join(text.get_text() for text in texts(figure))
    for symbol in (r"\alpha", r"\beta_1^2", r"\beta_2^2", r"\kappa", r"\gamma\prime"):
        assert symbol in written


def test_table_holds_the_derived_limits(tables: Tables):
    table = tables["t01_initialisations"]["initialisations"].set_index("label")
    assert list(table.index) == ["LeCun", "He", "Xavier", "NTK", "mean-field", "E et al."]
    np.testing.assert_array_equal(table["gamma"][:5], [0.5, 0.5, 1, 0.5, 1])
    np.testing.assert_array_equal(table["gamma_prime"][:5], [0.5, 0.5, 0, 0, 0])
    assert table.loc["E et al.", "gamma_limit"] == table.loc["E et al.", "gamma_prime_limit"]  # on gamma' = gamma
    assert np.isnan(table.loc["E et al.", ["gamma", "gamma_prime"]].astype(float)).all()
    logarithm = np.log(1000)
    np.testing.assert_allclose(
        table["gamma_finite"][:5], [0.5, 0.5 - np.log(2) / logarithm, np.log(1001 / 2) / logarithm, 0.5, 1]
    )
    np.testing.assert_allclose(table["gamma_prime_finite"][:5], [0.5, 0.5, 0, 0, 0], atol=1e-15)
    assert set(table["m"]) == {1000}


def test_formulas_take_their_roots_together(tables: Tables):
    table = tables["t01_initialisations"]["initialisations"].set_index("label")
    assert list(table["kappa"]) == [
        r"\sqrt{1/(m d)}", r"\sqrt{4/(m d)}", r"\sqrt{4/((m + d) (m + 1))}", r"\sqrt{1/m}", "1/m", r"\beta",
    ]  # fmt: skip
    assert list(table["kappa_prime"])[:3] == [r"\sqrt{d/m}", r"\sqrt{d/m}", r"\sqrt{(m + d)/(m + 1)}"]
    assert table.loc["E et al.", "gamma_limit"].replace(" ", "") == r"-\log\beta/\logm"


def test_table_as_csv_and_as_latex(modules: dict[str, ModuleType], tables: Tables):
    table = tables["t01_initialisations"]["initialisations"]
    text = modules["t01_initialisations"].draw_text(table, "csv")
    assert "\r" not in text
    pd.testing.assert_frame_equal(pd.read_csv(StringIO(text))[["gamma", "label"]], table[["gamma", "label"]])
    text = modules["t01_initialisations"].draw_text(table, "tex")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 1 + 6
    assert {line.count("&") for line in rows} == {10}
    assert text.count("$") % 2 == 0
    assert text.count("{") == text.count("}")
    assert text.startswith(r"\begin{tabular}{lllllllllll}")
    assert text.isascii()


def test_phase_diagram_coordinates_are_exact(tables: Tables):
    boundary, examples = (tables["f08_phase_diagram"][name] for name in ("boundary", "examples"))
    assert list(zip(boundary["gamma"], boundary["gamma_prime"], strict=True)) == [(1, -1), (1, 0), (2, 1)]
    places = {row.label: (row.gamma, row.gamma_prime) for row in examples.itertuples()}
    assert places == {"LeCun, He": (0.5, 0.5), "Xavier, mean-field": (1, 0), "NTK": (0.5, 0)}
    assert list(regime(examples["gamma"], examples["gamma_prime"])) == ["linear", "critical", "linear"]
    diagonal = tables["f08_phase_diagram"]["diagonal"]
    assert (diagonal["gamma"] == diagonal["gamma_prime"]).all()
    assert set(diagonal["label"]) == {"E et al."}


def test_the_two_half_planes_make_the_linear_regime(tables: Tables):
    lines = dict(tuple(tables["f08_phase_diagram"]["half_planes"].groupby("label", sort=False)))
    first, second = lines.values()
    gamma, prime = np.meshgrid(np.linspace(0.01, 1.99, 61), np.linspace(-0.99, 0.99, 61))
    left = gamma < first["gamma"].iloc[0]
    above = prime > np.interp(gamma, second["gamma"], second["gamma_prime"])
    np.testing.assert_array_equal(left | above, gamma < phase_boundary(prime))


def test_phase_diagram_draws_what_the_tables_say(modules: dict[str, ModuleType], tables: Tables):
    figure = modules["f08_phase_diagram"].draw(**tables["f08_phase_diagram"])
    panel = figure.axes[0]
    places = {tuple(line.get_xydata()[0]): line.get_marker() for line in panel.lines if len(line.get_xdata()) == 1}
    assert places == {(0.5, 0.5): "v", (0.5, 0): "^", (1, 0): "o"}
    assert panel.get_aspect() == 1
    written = " ".join(text.get_text().replace("\n", " ") for text in panel.texts)
    for words in ("linear regime", "critical regime", "condensed regime", r"\to 0", "O(1)", r"\to \infty"):
        assert words in written


def test_the_boundaries_of_water_meet_in_its_two_points(tables: Tables):
    curves = tables["f08b_matter"]["curves"]
    triple, critical = tables["f08b_matter"]["points"][["temperature", "pressure"]].to_numpy()
    np.testing.assert_allclose(triple, [273.16, 611.657])  # IAPWS R14-08
    np.testing.assert_allclose(critical, [647.096, 22.064e6])  # IAPWS R2-83
    for label, end in (("sublimation", -1), ("saturation", 0), ("melting, ice Ih", -1)):
        assert curves.loc[curves["label"] == label, "pressure"].iloc[end] == pytest.approx(triple[1], rel=1e-3)
    assert curves.loc[curves["label"] == "saturation", "pressure"].iloc[-1] == pytest.approx(critical[1], rel=1e-3)


# computer-program verification values of the releases: R14-08(2011) section 5, R7-97(2012) table 35 (K, Pa)
@pytest.mark.parametrize(
    ("label", "temperature", "pressure"),
    [
        ("sublimation", 230.0, 8.94735),
        ("melting, ice Ih", 260.0, 138.268e6),
        ("melting, ice III", 254.0, 268.685e6),
        ("melting, ice V", 265.0, 479.640e6),
        ("melting, ice VI", 320.0, 1356.76e6),
        ("melting, ice VII", 550.0, 6308.71e6),
        ("saturation", 300.0, 3536.58941),
        ("saturation", 500.0, 2.63889776e6),
        ("saturation", 600.0, 12.3443146e6),
    ],
)
def test_curves_of_water_pass_through_the_published_values(
    label: str, temperature: float, pressure: float, tables: Tables
):
    curve = tables["f08b_matter"]["curves"].query("label == @label")
    # between two of the stored points, on a log axis: as the figure shows it
    found = np.exp(np.interp(temperature, curve["temperature"], np.log(curve["pressure"])))
    assert found == pytest.approx(pressure, rel=2e-3)


def test_melting_curves_join(tables: Tables):
    table = tables["f08b_matter"]["curves"]
    curves = {name: table[table["label"] == f"melting, ice {name}"] for name in ("Ih", "III", "V", "VI", "VII")}
    ends = [(curves["Ih"].iloc[0], curves["III"].iloc[0])]
    ends += [(curves[a].iloc[-1], curves[b].iloc[0]) for a, b in (("III", "V"), ("V", "VI"), ("VI", "VII"))]
    for one, other in ends:
        assert one["temperature"] == pytest.approx(other["temperature"], abs=1e-5)
        assert one["pressure"] == pytest.approx(other["pressure"], rel=1e-3)
