"""The model families: every folder of condensation.models with a `family.py`."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from condensation import models
from condensation.models.family import Family, Run

__all__ = ["FAMILIES", "Family", "Run"]


def _found() -> Mapping[str, Family]:
    names = sorted(path.parent.name for folder in models.__path__ for path in Path(folder).glob("*/family.py"))
    families = (import_module(f"condensation.models.{name}.family").FAMILY for name in names)
    return {family.name: family for family in families}


FAMILIES: Mapping[str, Family] = _found()
