"""One training of a two-layer network: everything that decides its result."""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from condensation.models.cell_error import CellError

GAMMA_RANGE = (-2.0, 8.0)  # the range of the column gamma, which a standard deviation must not leave either
DECIMALS = 12  # of derived exponents: far below any effect, and the same on every machine


@dataclass(frozen=True)
class TwoLayerRun:
    """Parameters of a run of f = (1/alpha) sum_k a_k relu(w_k . (x, 1)).

    gamma = -log(beta1 beta2 / alpha) / log m, gamma_prime = -log(beta1 / beta2) / log m, beta2 = m^log_m_beta2.
    learning_rate: None for adaptive steps. stop_loss: R_S at which the run ends, None to run to max_steps.
    snapshots: steps whose parameters are kept. keep: summary, histogram or parameters.
    """

    family: ClassVar[str] = "two_layer"

    target: str
    m: int
    gamma: float
    gamma_prime: float
    log_m_beta2: float
    seed: int
    antisymmetric: bool
    method: str
    learning_rate: float | None
    stop_loss: float | None
    max_steps: int
    snapshots: tuple[int, ...]
    keep: str

    @classmethod
    def from_cells(cls, cells: Mapping[str, Any]) -> "Self":
        """Build a run from one value a column; the cell `-` is None, and `std` stands for the three exponents.

        Raises CellError with every rule between columns that the row breaks.
        """
        problems = tuple(_problems(cells))
        if problems:
            (column, reason), *further = problems
            raise CellError(column, reason, *further)
        values = dict(cells)
        std = values.pop("std")
        if std is not None:
            values["log_m_beta2"] = _exponent(std, values["m"])
            values["gamma"] = -2 * values["log_m_beta2"]
            values["gamma_prime"] = 0.0
        for name in ("gamma", "gamma_prime", "log_m_beta2"):
            values[name] = round(float(values[name]), DECIMALS) + 0.0  # + 0.0 makes -0.0 and 0.0 the same run
        return cls(**values)

    @property
    def label(self) -> str:
        """What the runs of a batch share, for its file name."""
        return f"{self.target}-m{self.m}-seed{self.seed}"

    @property
    def size(self) -> int:
        """Neurons of the network, which decide how many runs share a batch."""
        return self.m


def _exponent(std: float | str, m: int) -> float:
    """Return log(std) / log m; exactly p for the text `m^p`."""
    if isinstance(std, str):
        return float(std.removeprefix("m^"))
    return round(math.log(std) / math.log(m), DECIMALS)


def _problems(cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (column, reason) of every rule between columns that is broken."""
    if cells["std"] is None:
        if cells["gamma"] is None:
            yield "gamma", "is missing: give gamma, or std"
        for name in ("gamma_prime", "log_m_beta2"):
            if cells[name] is None and cells["gamma"] is not None:
                yield name, "needs a number when gamma is given (`-` goes with std)"
    else:
        if cells["gamma"] is not None:
            yield "std", "gamma and std are both given: one decides the other, write `-` in one of them"
        for name in ("gamma_prime", "log_m_beta2"):
            if cells[name] is not None:
                yield name, "must be `-` when std is given, which decides it"
        gamma = -2 * _exponent(cells["std"], cells["m"])
        if not GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]:
            yield "std", f"gives gamma = {gamma:.4g}, outside {GAMMA_RANGE[0]:g} to {GAMMA_RANGE[1]:g}"
    if cells["learning_rate"] is not None and cells["method"] != "gradient_descent":
        yield "learning_rate", f"must be adaptive: {cells['method']} chooses its own steps"
    snapshots = cells["snapshots"]
    if snapshots:
        if cells["keep"] != "parameters":
            yield "snapshots", f"need keep = parameters, found {cells['keep']}"
        if cells["method"] != "gradient_descent":
            yield "snapshots", f"need method = gradient_descent, found {cells['method']}"
        if any(later <= earlier for earlier, later in itertools.pairwise(snapshots)):
            yield "snapshots", "must increase"
        if max(snapshots) > cells["max_steps"]:
            yield "snapshots", f"step {max(snapshots)} is after the last step, max_steps = {cells['max_steps']}"
