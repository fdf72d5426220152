import ast
import subprocess
import sys
from pathlib import Path

import pytest

from condensation.plan import InputError
from condensation.plan.code_hash import SourceTree, serialise
from tests.unit.plan.small_repository import SCRIPTS, SmallRepository

TRAINING = "condensation.models.two_layer.training"


def _text(source: str) -> str:
    return serialise(ast.parse(source))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = 1", "x  =  1  # one\n\n"),
        ("def f():\n    return 1", 'def f():\n    """Doc."""\n    return 1'),
        ("class A:\n    x: int", 'class A:\n    """Doc."""\n    x: int\n    """Attribute."""'),
        ("x = 'a'", 'x = "a"'),
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("x = 1000", "x = 1_000"),
        ("x = f'a{{{y}b'", 'x = f"a{{" f"{y}" "b"'),
    ],
)
def test_layout_does_not_count(first, second):
    assert _text(first) == _text(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = '1'", "x = 1"),
        ("x = None", "x = 0"),
        ("x = {**a}", "x = {a: a}"),
        ("f(a, b)", "f((a, b))"),
        ("f(a)(b)", "f(a, b)"),
        ("def f(a, b): pass", "def f(a, *, b): pass"),
        ("def f(*, a, b=1): pass", "def f(*, a=1, b): pass"),
        ("if a:\n    b\nelse:\n    c", "if a:\n    b\nc"),
        ("x = a < b", "x = a <= b"),
        ("x = a - b", "x = b - a"),
        ("x = f'{a!r}'", "x = f'{a!s}'"),
        ("x = f'{a:.2f}'", "x = f'{a:.3f}'"),
        ("x = 'é'", "x = 'è'"),
        ("from a import b", "from .a import b"),
        ("x = a[1:]", "x = a[:1]"),
    ],
)
def test_meaning_counts(first, second):
    assert _text(first) != _text(second)


def test_serialisation_never_changes():
    """It is in the names of stored results, and must be the same on Python 3.11, 3.12 and 3.13."""
    source = (
        "@d\ndef f(a: int, *b, c=1, **k) -> None:\n    x = f'{a!r:>{c}} {{'\n    return {**k, 1: lambda: ...}[a][::2]\n"
    )
    assert _text(source) == (
        "Module(body=[FunctionDef(name=fargs=arguments(args=[arg(arg=aannotation=Name(id=int)),]vararg=arg(arg=b)"
        "kwonlyargs=[arg(arg=c),]kw_defaults=[Constant(value=1),]kwarg=arg(arg=k))body=[Assign(targets=[Name(id=x),]"
        "value=JoinedStr(values=[FormattedValue(value=Name(id=a)conversion=114format_spec=JoinedStr(values=["
        "Constant(value='>'),FormattedValue(value=Name(id=c)conversion=-1),])),Constant(value=' {'),])),"
        "Return(value=Subscript(value=Subscript(value=Dict(keys=[None,Constant(value=1),]values=[Name(id=k),"
        "Lambda(args=arguments()body=Constant(value=Ellipsis)),])slice=Name(id=a))slice=Slice(step=Constant(value=2)))),]"
        "decorator_list=[Name(id=d),]returns=Constant(value=None)),])"
    )


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_other_python_versions_agree(version):
    script = """
import sys, types, ast, hashlib, pathlib
src = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(src))
package = types.ModuleType("condensation.plan")  # without its imports, which need installed packages
package.__path__ = [str(src / "condensation" / "plan")]
sys.modules["condensation.plan"] = package
from condensation.plan.code_hash import serialise
files = sorted((src / "condensation" / "plan").glob("*.py"))
print(hashlib.sha256("".join(serialise(ast.parse(f.read_bytes())) for f in files).encode()).hexdigest())
"""
    command = [f"python{version}", "-c", script, str(Path(__file__).parents[3] / "src")]
    try:
        other = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if "condensation" in str(getattr(error, "stderr", "")):
            raise
        pytest.skip(f"no Python {version} here")
    here = subprocess.run([sys.executable, *command[1:]], capture_output=True, text=True, check=True)
    assert other.stdout == here.stdout


def test_closure_holds_what_is_imported_in_turn(small: SmallRepository):
    assert set(SourceTree(small.root).closure([TRAINING])) == {
        "condensation",
        "condensation.models.two_layer",
        "condensation.models.two_layer.training",
        "condensation.models.two_layer.network",
        "condensation.models.two_layer.run",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import condensation.models.two_layer.theory",
        "from condensation.models.two_layer import theory",
        "from condensation.models.two_layer.theory import SLOPE",
        "from . import theory",
        "from .theory import SLOPE",
        "def late():\n    from ..two_layer import theory as t",
    ],
)
def test_every_form_of_import_is_followed(small: SmallRepository, statement):
    small.write("src/condensation/models/two_layer/network.py", f"{statement}\n")
    assert "condensation.models.two_layer.theory" in SourceTree(small.root).closure([TRAINING])


def test_imports_may_be_circular(small: SmallRepository):
    small.write("src/condensation/models/two_layer/network.py", "from condensation.models.two_layer import training\n")
    assert len(SourceTree(small.root).closure([TRAINING])) == 5


def _code(small: SmallRepository) -> str:
    codes = {batch.name.rsplit("-", 1)[1] for batch in small.plan().batches.values()}
    assert len(codes) == 1
    return codes.pop()


@pytest.mark.parametrize("name", ["training", "network", "run", "__init__"])
def test_code_of_the_training_counts(small: SmallRepository, name):
    before = _code(small)
    path = f"src/condensation/models/two_layer/{name}.py"
    small.write(path, SCRIPTS[path] + "\n# a comment\n")
    assert _code(small) == before
    small.write(path, SCRIPTS[path] + "\nx = 1\n")
    assert _code(small) != before


@pytest.mark.parametrize("name", ["two_layer/theory", "measures/slopes", "plotting/style", "claims/evaluate"])
def test_other_code_does_not_count(small: SmallRepository, name):
    before = small.plan().batches
    small.write(f"src/condensation/{name}.py", "x = 12\n")
    assert small.plan().batches == before


def test_code_that_cannot_be_hashed_is_a_problem_with_a_place(small: SmallRepository):
    path = "src/condensation/models/two_layer/network.py"
    small.write(path, "\nfrom condensation.models.two_layer.nothing import x\n")
    with pytest.raises(InputError, match=rf"{path}:2: code: there is no module condensation.models.two_layer.nothing"):
        small.plan()
    small.write(path, "x = 1\ny = (\n")
    with pytest.raises(InputError, match=rf"{path}:2: code: is not Python"):
        small.plan()
    (small.root / "src/condensation/models/two_layer/training.py").unlink()
    with pytest.raises(InputError, match=r"training.py:1: code: does not exist"):
        small.plan()


def test_what_a_package_offers_lazily_is_no_part_of_its_modules(tmp_path):
    """`condensation.draw` must not train anything again: nothing imports it by importing the package."""
    package = tmp_path / "src/condensation"
    package.mkdir(parents=True)
    (package / "model.py").write_text("x = 1\n")
    (package / "drawing.py").write_text("y = 1\n")
    (package / "__init__.py").write_text('"""Nothing else."""\n')
    plain = SourceTree(tmp_path).closure_hash(["condensation.model"])
    lazy = '__all__ = ["draw"]\n\n\ndef __getattr__(name):\n    from condensation import drawing\n    return drawing\n'
    (package / "__init__.py").write_text(lazy)
    assert SourceTree(tmp_path).closure_hash(["condensation.model"]) == plain
    (package / "__init__.py").write_text("z = 1\n")
    assert SourceTree(tmp_path).closure_hash(["condensation.model"]) != plain
