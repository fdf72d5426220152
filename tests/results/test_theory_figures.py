"""Figures that need no training: exact coordinates, drawn from their table as the pipeline stores it."""

from io import StringIO
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from condensation.store.figure_data import FigureData
from condensation.store.figure_module import load_figure_module
from condensation.store.runs import write_table

FOLDER = Path(__file__).parents[2] / "scripts" / "figures"
FIGURES = ("f07_two_layer_network", "t01_initialisations", "f08_phase_diagram", "f08b_matter")


pytestmark = pytest.mark.usefixtures("style")


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    return {name: load_figure_module(FOLDER / f"{name}.py") for name in FIGURES}


@pytest.fixture(scope="module")
def tables(modules: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Every figure's table, written to Parquet and read back."""
    folder = tmp_path_factory.mktemp("metrics")
    for name, module in modules.items():
        write_table(module.measure(FigureData()), folder / f"{name}.parquet", {"figure": name})
    return {name: pq.read_table(folder / f"{name}.parquet").to_pandas() for name in FIGURES}


def drawn(figure: Figure) -> RendererAgg:
    """Lay the figure out and return what measures its texts."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    return renderer


def texts(figure: Figure) -> list[Text]:
    """Texts that stand free in the figure's panels, with something in them."""
    return [text for panel in figure.axes for text in panel.texts if text.get_text().strip()]


@pytest.mark.parametrize("name", FIGURES)
def test_draws_from_the_stored_table(name: str, modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    figure = modules[name].draw(tables[name])
    drawn(figure)
    assert figure.axes
    if name.startswith("f08"):  # the others are a schematic and a table
        assert all(panel.get_xlabel() and panel.get_ylabel() for panel in figure.axes)


@pytest.mark.parametrize("name", ["f07_two_layer_network", "f08_phase_diagram", "f08b_matter"])
def test_labels_neither_meet_nor_leave_the_picture(
    name: str, modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]
):
    figure = modules[name].draw(tables[name])
    renderer = drawn(figure)
    # an annotation's own extent includes its arrow
    boxes = {text.get_text(): Text.get_window_extent(text, renderer) for text in texts(figure)}
    for (one, box), (other, another) in combinations(boxes.items(), 2):
        assert not box.overlaps(another), (one, other)
    for label, box in boxes.items():
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, label
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1, label


@pytest.mark.parametrize("name", ["f08_phase_diagram", "f08b_matter"])
def test_labels_stand_clear_of_the_curves(name: str, modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    figure = modules[name].draw(tables[name])
    renderer = drawn(figure)
    (panel,) = figure.axes
    for line in panel.lines:
        corners = panel.transData.transform(np.column_stack(line.get_data()).astype(float))
        pieces = [np.linspace(one, other, 400) for one, other in pairwise(corners)] or [corners]
        for text in texts(figure):
            # padded by 2 pixels, for the width of the line
            box = Text.get_window_extent(text, renderer).padded(2)
            assert box.count_contains(np.concatenate(pieces)) == 0, text.get_text()


def test_cells_of_the_table_hold_their_text(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    figure = modules["t01_initialisations"].draw(tables["t01_initialisations"])
    renderer = drawn(figure)
    (grid,) = figure.axes[0].tables
    for place, cell in grid.get_celld().items():
        box, text = cell.get_window_extent(renderer), cell.get_text().get_window_extent(renderer)
        assert text.width < box.width, (place, cell.get_text().get_text())
        assert text.height < box.height, (place, cell.get_text().get_text())
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, place


def test_network_has_two_inputs_a_gap_and_one_output(tables: dict[str, pd.DataFrame]):
    table = tables["f07_two_layer_network"]
    assert table["series"].value_counts().to_dict() == {"hidden": 4, "input": 2, "gap": 1, "output": 1}
    assert table.groupby("series")["x"].nunique().eq(1).all()
    assert [table.loc[table["series"] == s, "x"].iloc[0] for s in ("input", "hidden", "output")] == [0, 1, 2]
    mean_height = table[table["series"] != "gap"].groupby("series")["y"].mean()
    assert mean_height["input"] == pytest.approx(mean_height["output"])
    assert not table.duplicated(["x", "y"]).any()


def test_network_connects_every_layer_to_the_next(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    figure = modules["f07_two_layer_network"].draw(tables["f07_two_layer_network"])
    assert len(figure.axes[0].lines) == 4 * (2 + 1)
    written = " ".join(text.get_text() for text in texts(figure))
    for symbol in (r"\alpha", r"\beta_1^2", r"\beta_2^2", r"\kappa", r"\gamma'"):
        assert symbol in written


def test_table_holds_the_derived_limits(tables: dict[str, pd.DataFrame]):
    table = tables["t01_initialisations"].set_index("label")
    assert list(table.index) == ["LeCun", "He", "Xavier", "NTK", "mean-field", "E et al."]
    np.testing.assert_array_equal(table["gamma"][:5], [0.5, 0.5, 1, 0.5, 1])
    np.testing.assert_array_equal(table["gamma_prime"][:5], [0.5, 0.5, 0, 0, 0])
    assert np.isnan(table.loc["E et al.", ["gamma", "gamma_prime"]].astype(float)).all()
    logarithm = np.log(1000)
    np.testing.assert_allclose(
        table["gamma_finite"][:5], [0.5, 0.5 - np.log(2) / logarithm, np.log(1001 / 2) / logarithm, 0.5, 1]
    )
    np.testing.assert_allclose(table["gamma_prime_finite"][:5], [0.5, 0.5, 0, 0, 0], atol=1e-15)
    assert set(table["m"]) == {1000}


def test_table_as_csv_reads_back(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    table = tables["t01_initialisations"]
    text = modules["t01_initialisations"].draw_text(table, "csv")
    assert "\r" not in text
    back = pd.read_csv(StringIO(text))
    pd.testing.assert_frame_equal(back[["gamma", "gamma_prime"]], table[["gamma", "gamma_prime"]])
    assert list(back["label"]) == list(table["label"])


def test_table_as_latex_is_a_tabular_of_even_rows(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    text = modules["t01_initialisations"].draw_text(tables["t01_initialisations"], "tex")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 1 + 6
    assert {line.count("&") for line in rows} == {9}
    assert text.count("$") % 2 == 0
    assert text.count("{") == text.count("}")
    assert text.startswith(r"\begin{tabular}{llllllllll}")
    assert text.endswith("\\end{tabular}\n")
    assert "$d = 1$" in rows[0]
    assert text.isascii()


def test_phase_diagram_coordinates_are_exact(tables: dict[str, pd.DataFrame]):
    table = tables["f08_phase_diagram"]
    boundary = table[table["series"] == "boundary"]
    assert list(zip(boundary["gamma"], boundary["gamma_prime"], strict=True)) == [(1, -1), (1, 0), (2, 1)]
    examples = table[table["series"] == "example"].set_index("label")
    places = {label: (row["gamma"], row["gamma_prime"]) for label, row in examples.iterrows()}
    assert places == {"LeCun, He": (0.5, 0.5), "Xavier, mean-field": (1, 0), "NTK": (0.5, 0)}
    diagonal = table[table["series"] == "diagonal"]
    assert (diagonal["gamma"] == diagonal["gamma_prime"]).all()
    assert set(diagonal["label"]) == {"E et al."}


def test_phase_diagram_draws_what_the_table_says(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    figure = modules["f08_phase_diagram"].draw(tables["f08_phase_diagram"])
    (panel,) = figure.axes
    places = {tuple(line.get_xydata()[0]) for line in panel.lines if len(line.get_xdata()) == 1}
    assert places == {(0.5, 0.5), (0.5, 0), (1, 0)}
    assert (panel.get_xlabel(), panel.get_ylabel()) == (r"$\gamma$", r"$\gamma'$")
    written = {text.get_text().replace("\n", " ").strip() for text in texts(figure)}
    assert {"linear regime", "critical regime", "condensed regime"} <= written
    pointed = {a.get_text(): a.xy for a in panel.texts if isinstance(a, Annotation)}
    assert pointed["LeCun, He"] == (0.5, 0.5)


def test_water_has_its_two_points(tables: dict[str, pd.DataFrame]):
    table = tables["f08b_matter"].set_index("series")
    np.testing.assert_allclose(table.loc["triple point", ["temperature", "pressure"]].astype(float), [273.16, 611.657])
    np.testing.assert_allclose(
        table.loc["critical point", ["temperature", "pressure"]].astype(float), [647.096, 22.064e6]
    )


# computer-program verification values of the releases: R14-08(2011) section 5, R7-97(2012) table 35 (K, Pa)
@pytest.mark.parametrize(
    ("series", "temperature", "pressure"),
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
    series: str, temperature: float, pressure: float, tables: dict[str, pd.DataFrame]
):
    curve = tables["f08b_matter"].query("series == @series")
    # between two of the stored points, on a log axis: as the figure shows it
    found = np.exp(np.interp(temperature, curve["temperature"], np.log(curve["pressure"])))
    assert found == pytest.approx(pressure, rel=2e-3)


def test_melting_curves_join(tables: dict[str, pd.DataFrame]):
    table = tables["f08b_matter"]
    curves = {name: table[table["series"] == f"melting, ice {name}"] for name in ("Ih", "III", "V", "VI", "VII")}
    ends = [(curves["Ih"].iloc[0], curves["III"].iloc[0])]
    ends += [(curves[a].iloc[-1], curves[b].iloc[0]) for a, b in (("III", "V"), ("V", "VI"), ("VI", "VII"))]
    for one, other in ends:
        assert one["temperature"] == pytest.approx(other["temperature"], abs=1e-5)
        assert one["pressure"] == pytest.approx(other["pressure"], rel=1e-3)


@pytest.mark.parametrize("name", FIGURES)
def test_quantities_are_single_finite_numbers(
    name: str, modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]
):
    quantities = [f for f in vars(modules[name]).values() if getattr(f, "is_quantity", False)]
    assert 1 <= len(quantities) <= 4
    assert all(np.isfinite(float(function(tables[name]))) for function in quantities)


def test_a_moved_example_is_noticed(modules: dict[str, ModuleType], tables: dict[str, pd.DataFrame]):
    module, moved = modules["t01_initialisations"], tables["t01_initialisations"].copy()
    moved.loc[moved["label"] == "Xavier", "gamma"] += 0.01
    assert module.xavier_and_mean_field(moved) == pytest.approx(0.01)
    module, moved = modules["f08_phase_diagram"], tables["f08_phase_diagram"].copy()
    moved.loc[moved["label"] == "NTK", "gamma"] = 1.5
    assert module.examples_in_linear_regime(moved) == 1
