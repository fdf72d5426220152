"""A repository of a few files, valid until a test edits it."""

from pathlib import Path

from condensation.plan import InputError, build_plan
from condensation.plan.families import FAMILIES
from condensation.plan.plan import Plan
from condensation.plan.problems import Problem

REPOSITORY = Path(__file__).resolve().parents[3]
FAMILY = {"two_layer": FAMILIES["two_layer"]}
TABLE = "workflow/experiments/two_layer.tsv"
FIGURES = "workflow/figures.tsv"
CLAIMS = "workflow/claims.tsv"
LECTURE = "workflow/presets/lecture.yaml"
SMOKE = "workflow/presets/smoke.yaml"

CELLS = {
    "name": "slope_map",
    "target": "x_squared",
    "m": "100,200",
    "gamma": "0.6:1.4:0.2",
    "gamma_prime": "-0.2,0.2",
    "std": "-",
    "log_m_beta2": "0",
    "seed": "0..2",
    "antisymmetric": "yes",
    "method": "gradient_descent",
    "learning_rate": "adaptive",
    "stop_loss": "1e-8",
    "max_steps": "200000",
    "snapshots": "-",
    "keep": "summary",
    "source": "paper section 4; $5 & more",
    "notes": "",
}
COLUMNS = list(CELLS)

SCRIPTS = {
    "src/condensation/__init__.py": '"""Package."""\n',
    "src/condensation/models/two_layer/__init__.py": "",
    "src/condensation/models/two_layer/run.py": "class TwoLayerRun:\n    m: int\n",
    "src/condensation/models/two_layer/training.py": (
        '"""Train."""\n\nfrom condensation.models.two_layer.network import output\n'
        "from condensation.models.two_layer.run import TwoLayerRun\n\n\n"
        'def train(runs):\n    """Train runs."""\n    return [output(run) for run in runs]  # all of them\n'
    ),
    "src/condensation/models/two_layer/network.py": "def output(run):\n    return run.m + 1\n",
    "src/condensation/models/two_layer/theory.py": "SLOPE = 0.5\n",
    "src/condensation/measures/__init__.py": "",
    "src/condensation/measures/slopes.py": "def slope(table):\n    return 1.0\n",
    "src/condensation/drawing/__init__.py": "",
    "src/condensation/drawing/style.py": "WIDTH = 4.0\n",
    "src/condensation/drawing/condensation.mplstyle": "font.size: 9\n",
    "scripts/draw.py": "dpi = 200\n",
    "scripts/measure.py": "compression = 'zstd'\n",
    "src/condensation/claims/__init__.py": "",
    "src/condensation/claims/quantity.py": "def quantity(function):\n    return function\n",
    "src/condensation/claims/evaluate.py": "def evaluate(claims):\n    return claims\n",
    "scripts/figures/f11_slope_map.py": '''"""Slopes."""

from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.measures.slopes import slope
from condensation.drawing import style

PANELS = ("a", "b")
CUTS = 10


def measure(data):
    """Measure."""
    return _tidy(slope(data), PANELS)


def _tidy(table, panels):
    return table, panels


def draw(table):
    figure = Figure(figsize=(style.WIDTH, 3))
    return _axes(figure, PANELS)


def _axes(figure, panels):
    return figure, panels


@quantity
def slope_at_one(table):
    return _spread(table) / CUTS


def _spread(table):
    return 2.0
''',
    "scripts/figures/t01_initialisations.py": '''"""A table."""

from condensation.claims.quantity import quantity


def measure(data):
    return data


def draw(table):
    return table


def draw_text(table, fmt):
    return "text"


@quantity
def rows(table):
    return 3.0
''',
}


def line(**cells: str) -> str:
    """Return a row of the experiment table."""
    assert cells.keys() <= CELLS.keys()
    return "\t".join((CELLS | cells).values())


def row_of_each_run() -> list[str]:
    """Return ten thousand rows of one run each: 250 seeds of 40 gammas."""
    return [
        line(name=f"r{seed}_{i}", m="100", gamma=str(0.5 + i / 20), gamma_prime="0", seed=f"{seed}")
        for seed in range(250)
        for i in range(40)
    ]


def table(*lines: str) -> str:
    """Return an experiment table."""
    return "\n".join(["# comment", "\t".join(COLUMNS), *lines, ""])


FILES = {
    TABLE: table(
        line(),
        "",
        "# another comment",
        line(
            name="trajectory",
            m="100",
            gamma="4",
            gamma_prime="0",
            snapshots="10;100",
            keep="parameters",
            source="slide",
        ),
        line(name="initialisations", gamma="-", gamma_prime="-", std="m^-0.5,0.01", log_m_beta2="-", source="ours"),
    ),
    FIGURES: (
        "id\tslide\ttitle\tscript\texperiments\tformats\tcaption\n"
        "f11_slope_map\tSlopes; part 1\tSlopes\tscripts/figures/f11_slope_map.py\t"
        "two_layer:slope_map,two_layer:trajectory\tpdf,png,svg\tSlopes `S` < 0\n"
        "t01_initialisations\tTable\tTable\tscripts/figures/t01_initialisations.py\t-\tpdf,csv,tex\tTable\n"
    ),
    CLAIMS: (
        "id\tfigure\tkind\tstatement\tsource\tbasis\tquantity\tlower\tupper\tcategory\twhy\n"
        "slope_one\tf11_slope_map\tstatement\tthe slope is 0 & flat\tpaper\tpublished\tslope_at_one\t-0.03\t0.03"
        "\t-\t-\n"
        "rows\tt01_initialisations\tquality\tthree rows\tours\ttheory\trows\t3\tinf\t-\t-\n"
    ),
    LECTURE: "description: every figure\n",
    SMOKE: "description: tiny\ntwo_layer:\n  slope_map:\n    m: 10,20\n    seed: 0\n  trajectory:\n"
    "    max_steps: 1000\n",
}


class SmallRepository:
    """The files above in a folder, with edits and what the plan makes of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.restore()

    def restore(self) -> None:
        """Write every file as it was."""
        for name, text in FILES.items():
            self.write(name, text)
        for name, text in SCRIPTS.items():
            self.write(name, text)

    def write(self, name: str, content: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def table(self, *lines: str) -> None:
        """Replace the experiment table, and the figures that would miss its rows."""
        self.write(TABLE, table(*lines))
        self.write(FIGURES, FILES[FIGURES].replace("two_layer:slope_map,two_layer:trajectory", "-"))
        self.write(SMOKE, "description: tiny\n")

    def plan(self, preset: str = "lecture") -> Plan:
        return build_plan(self.root, preset, families=FAMILY)

    def problems(self, preset: str = "lecture") -> tuple[Problem, ...]:
        try:
            self.plan(preset)
        except InputError as error:
            return error.problems
        return ()

    def content(self) -> dict[str, bytes]:
        """Return every file's bytes."""
        return {str(p.relative_to(self.root)): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}
