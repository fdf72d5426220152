"""One training of a two-layer network on a target of your own: everything that decides its result."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, ClassVar, Self

from condensation.models.cell_error import CellError
from condensation.models.custom.expression import ExpressionError, number_at, parse
from condensation.models.two_layer.run import TwoLayerRun

_OWN = ("target", "low", "high", "n")
_METHOD = "gradient_descent"


@dataclass(frozen=True)
class CustomRun:
    """A run on y_i = target(x_i) at n even points x_i of [low, high]; the rest as in TwoLayerRun.

    target: an expression such as `relu(x) - 0.5*sin(4*x)`.
    """

    family: ClassVar[str] = "custom"

    target: str
    low: float
    high: float
    n: int
    m: int
    gamma: float
    gamma_prime: float
    log_m_beta2: float
    seed: int
    antisymmetric: bool
    learning_rate: float | None
    stop_loss: float | None
    max_steps: int
    snapshots: tuple[int, ...]
    keep: str

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column.

        Raises CellError with every rule that the row breaks, those of two-layer networks among them.
        """
        problems = list(_problems(cells))
        shared = {name: value for name, value in cells.items() if name not in _OWN}
        try:
            run = TwoLayerRun.from_cells({**shared, "target": "", "method": _METHOD})
        except CellError as error:
            problems += error.problems
        if problems:
            (column, reason), *further = problems
            raise CellError(column, reason, *further)
        values = {
            field.name: getattr(run, field.name) for field in fields(run) if field.name not in ("target", "method")
        }
        return cls(
            target="".join(cells["target"].split()),
            low=float(cells["low"]),
            high=float(cells["high"]),
            n=cells["n"],
            **values,
        )

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name; the expression by its hash."""
        content = f"{self.target} {self.low!r} {self.high!r} {self.n}"
        return f"own{blake2b(content.encode(), digest_size=4).hexdigest()}-m{self.m}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons of the network, which decide how many runs share a batch."""
        return self.m

    def two_layer(self, target: str) -> TwoLayerRun:
        """Return the same run with the name of a known target."""
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _OWN}
        return TwoLayerRun(target=target, method=_METHOD, **own)


def _problems(cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (column, reason) of what is wrong with the target and its points."""
    if cells["low"] >= cells["high"]:
        yield "low", f"must be below high, {cells['high']:g}"
        return
    try:
        tree = parse(cells["target"])
    except ExpressionError as error:
        yield "target", str(error)
        return
    last = cells["n"] - 1
    points = [cells["low"] + (cells["high"] - cells["low"]) * i / last for i in range(last + 1)]
    values = [number_at(tree, x) for x in points]
    wrong = next((x for x, y in zip(points, values, strict=True) if math.isnan(y)), None)
    if wrong is not None:
        yield "target", f"is not a finite number at x = {wrong:.4g}"
    elif not any(values):
        yield "target", "is zero at every point: there is nothing to learn"
