"""Parameters of Snakemake's rules that come from a table."""

from collections.abc import Callable
from typing import Any


def constant(value: Any) -> Callable[[Any], Any]:
    """Return a function of the wildcards that gives the value as it is: braces in it are no wildcards."""
    return lambda wildcards: value
