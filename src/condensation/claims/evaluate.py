"""Evaluate claims: a quantity of a figure's metrics, over all seeds, against its bounds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from condensation.plan.plan import Claim
from condensation.store.tables import call_with_tables


@dataclass(frozen=True)
class Verdict:
    """A claim with its measured value: the mean over seeds, their spread (standard deviation), smallest and largest.

    held: lower <= value <= upper (never for NaN), and so do most seeds. seeds_held: how many hold by themselves.
    """

    claim: Claim
    value: float
    spread: float
    smallest: float
    largest: float
    seeds: int
    seeds_held: int
    held: bool


def judge(claim: Claim, measured: Any) -> Verdict:
    """Compare one number, or one number a seed, with the bounds of a claim."""
    values = np.atleast_1d(np.asarray(measured, dtype=float))
    value = float(values.mean()) if values.size else float("nan")
    within = (values >= claim.lower) & (values <= claim.upper)
    held = claim.lower <= value <= claim.upper and 2 * within.sum() > values.size
    return Verdict(
        claim=claim,
        value=value,
        spread=float(values.std(ddof=1)) if values.size > 1 else 0.0,
        smallest=float(values.min()) if values.size else float("nan"),
        largest=float(values.max()) if values.size else float("nan"),
        seeds=int(values.size),
        seeds_held=int(within.sum()),
        held=bool(held),
    )


def evaluate(
    claims: Iterable[Claim],
    metrics: Mapping[str, Mapping[str, pd.DataFrame]],
    quantities: Mapping[str, Mapping[str, Callable[..., Any]]],
) -> list[Verdict]:
    """Judge every claim from its figure's metrics; a quantity that raises is a failed claim with value NaN."""
    verdicts = []
    for claim in claims:
        try:
            measured = call_with_tables(quantities[claim.figure][claim.quantity], metrics[claim.figure])
        except (ValueError, KeyError, IndexError, ZeroDivisionError):
            # the metrics lack what the claim is about (for instance every run is masked): it fails, it is not dropped
            measured = float("nan")
        verdicts.append(judge(claim, measured))
    return verdicts
