import ast

import pytest

from condensation.plan.code_hash import serialise
from condensation.plan.slices import needed_part, quantities
from tests.unit.plan.small_repository import CLAIMS, FIGURES, SMOKE, TABLE, SmallRepository

SCRIPT = "scripts/figures/f11_slope_map.py"
PACKAGE = "src/condensation"


def _hashes(small: SmallRepository) -> dict[str, str]:
    plan = small.plan()
    hashes = {"claims": plan.claims_hash(), "batches": ",".join(plan.batches)}
    for figure, label in (("f11_slope_map", ""), ("t01_initialisations", "other ")):
        hashes[f"{label}measure"] = plan.measure_hash(figure)
        hashes[f"{label}draw"] = plan.draw_hash(figure)
        hashes[f"{label}runs"] = plan.run_table_hash(figure)
    return hashes


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        (SCRIPT, "CUTS = 10", "CUTS = 10  # a comment", set()),
        (SCRIPT, '"""Measure."""', '"""Measure it."""', set()),
        (SCRIPT, "return _tidy(slope(data), PANELS)", "return _tidy(2 * slope(data), PANELS)", {"measure"}),
        (SCRIPT, "return table, panels", "return panels, table", {"measure"}),
        (SCRIPT, "WIDTH, 3", "WIDTH, 4", {"draw"}),
        (SCRIPT, "return figure, panels", "return panels, figure", {"draw"}),
        (SCRIPT, "import Figure\n", "import Axes, Figure\n", set()),
        (SCRIPT, "_spread(table) / CUTS", "_spread(table) * CUTS", {"claims"}),
        (SCRIPT, "return 2.0", "return 3.0", {"claims"}),
        (SCRIPT, "CUTS = 10", "CUTS = 11", {"claims"}),
        (SCRIPT, "slope_at_one(table)", "slope_at_one(table, scale=1)", {"claims"}),
        (SCRIPT, '("a", "b")', '("a", "c")', {"measure", "draw"}),
        (SCRIPT, "CUTS = 10", "CUTS = 10\nprint(PANELS)", {"measure", "draw", "claims"}),
        ("scripts/figures/t01_initialisations.py", '"text"', '"txt"', {"other draw"}),
        ("scripts/figures/t01_initialisations.py", "return data", "return [data]", {"other measure"}),
        (f"{PACKAGE}/measures/slopes.py", "return 1.0", "return 1.5", {"measure"}),
        (f"{PACKAGE}/measures/slopes.py", "return 1.0", "return 1.0  # slope", set()),
        (f"{PACKAGE}/drawing/style.py", "4.0", "5.0", {"draw", "other draw"}),
        (f"{PACKAGE}/drawing/condensation.mplstyle", "font.size: 9", "font.size: 8", {"draw", "other draw"}),
        ("scripts/draw.py", "dpi = 200", "dpi = 300", {"draw", "other draw"}),
        ("scripts/draw.py", "dpi = 200", "dpi = 200  # dots", set()),
        ("scripts/measure.py", "zstd", "lz4", {"measure", "other measure"}),
        (f"{PACKAGE}/claims/evaluate.py", "return claims", "return [claims]", {"claims"}),
        (f"{PACKAGE}/claims/quantity.py", "return function", "return 1 and function", {"claims"}),
        (f"{PACKAGE}/models/two_layer/network.py", "run.m + 1", "run.m + 2", {"batches"}),
        (f"{PACKAGE}/models/two_layer/theory.py", "0.5", "0.6", set()),
        (TABLE, "0.6:1.4:0.2", "0.6:1.4:0.1", {"batches", "runs"}),
        (TABLE, "m^-0.5,0.01", "m^-0.5,0.02", {"batches"}),
        (TABLE, "another comment", "yet another comment", set()),
        (SMOKE, "10,20", "10,30", set()),
        (FIGURES, "Slopes; part 1", "Slopes; part 2", set()),
        (CLAIMS, "\t0.03\t-", "\t0.04\t-", set()),
    ],
)
def test_an_edit_changes_exactly_the_hashes_it_should(small: SmallRepository, file, old, new, changed):
    before = _hashes(small)
    small.edit(file, old, new)
    after = _hashes(small)
    assert {name for name in before if before[name] != after[name]} == changed


def _needed(source: str, *names: str) -> str:
    return serialise(needed_part(ast.parse(source), names))


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("a = 1\nb = 2\ndef f(): return a", "a = 1\ndef f(): return a"),
        ("a = 1\nb = a\ndef f(): return b", "a = 1\nb = a\ndef f(): return b"),
        ("import os, sys\ndef f(): return sys", "import sys\ndef f(): return sys"),
        ("from x import y as f, z", "from x import y as f"),
        ("import a.b\nimport c\ndef f(): return a.b.d", "import a.b\ndef f(): return a.b.d"),
        ("from x import *\nimport os\ndef f(): return 1", "from x import *\ndef f(): return 1"),
        ("d = {}\nd[1] = 2\ne = 3\ndef f(): return 1", "d = {}\nd[1] = 2\ndef f(): return 1"),
        ("a = 1\na += 1\nb = 1\nb += 1\ndef f(): return a", "a = 1\na += 1\ndef f(): return a"),
        ("use()\nimport use\nimport os\ndef f(): return 1", "use()\nimport use\ndef f(): return 1"),
        (
            "if x:\n    import a\nelse:\n    a = 1\nx = 2\ndef f(): return a",
            "if x:\n    import a\nelse:\n    a = 1\nx = 2\ndef f(): return a",
        ),
        (
            "class A:\n    pass\nclass B(A):\n    pass\ndef f(x: B): return x",
            "class A:\n    pass\nclass B(A):\n    pass\ndef f(x: B): return x",
        ),
        ("def f(): return f()\ndef g(): return f()", "def f(): return f()"),
    ],
)
def test_needed_part(source, kept):
    assert _needed(source, "f") == serialise(ast.parse(kept))


def test_quantities_are_found_without_importing():
    source = "raise SystemExit\n@quantity\ndef a(t): ...\n@claims.quantity\ndef b(t): ...\n@other\ndef c(t): ..."
    source += "\nd = quantity_of(c, x=1)\ne = other(c)"
    assert quantities(ast.parse(source)) == ["a", "b", "d"]
