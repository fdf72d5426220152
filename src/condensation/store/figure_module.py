"""Load the module of a figure: its `measure`, `draw`, optional `draw_text`, and the quantities claims may name."""

import importlib.util
from pathlib import Path
from types import ModuleType


def load_figure_module(path: Path) -> ModuleType:
    """Import scripts/figures/<id>.py from its file (figure ids are not package members).

    Raises FileNotFoundError if the file is missing and AttributeError if it lacks `measure` or `draw`.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    spec = importlib.util.spec_from_file_location(f"figure_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("measure", "draw"):
        if not callable(getattr(module, name, None)):
            raise AttributeError(f"{path.name} has no function {name}")
    return module
