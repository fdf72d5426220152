"""Measures of trained transformers: which solution a run took, and how far each of its matrices has condensed."""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity, random_cosine, similarity_rows
from condensation.models.transformer.condensation import vectors_of
from condensation.models.transformer.parameters import count, parameter_shapes, split
from condensation.models.transformer.run import TransformerRun
from condensation.store.columns import metric_table

Array = NDArray[np.float64]

FIT = 0.9  # of the seen pairs and of (3, 4), both with test keys: a run below it has not learned its task
SAME = 0.7  # cosine above which two columns belong to one group (arXiv 2405.05409)
MAJORITY = 0.5  # of the answers to (4, 3): which solution a fitted run has
OUTCOMES = ("symmetric", "inferential", "neither", "not fit")
PHASE_COLUMNS = (
    "panel", "series", "label", "gamma", "layers", "learning_rate", "seed", "bits", "train", "seen", "exception",
    "symmetric", "inferential", "fitted", "outcome",
)  # fmt: skip
AUTHORS_SIZE = "transformer_authors_size"  # the log of our runs at the authors' size, in workflow/reference


def run_of(row: pd.Series) -> TransformerRun:
    """Return the run of a row of results."""
    return TransformerRun(**{field.name: field.type(row[field.name]) for field in fields(TransformerRun)})  # type: ignore[operator]


def with_outcome(runs: pd.DataFrame) -> pd.DataFrame:
    """Add `fitted` (0 or 1) and `outcome`, one of OUTCOMES; sorted by layers, gamma, seed."""
    fitted = (runs["seen"] >= FIT) & (runs["exception"] >= FIT)
    answered = np.where(runs["inferential"] > MAJORITY, "inferential", "neither")
    answered = np.where(runs["symmetric"] > MAJORITY, "symmetric", answered)
    named = runs.assign(fitted=fitted.astype(float), outcome=np.where(fitted, answered, "not fit"))
    return named.sort_values(["layers", "gamma", "seed"])


def phase_rows(runs: pd.DataFrame, logged: pd.DataFrame) -> pd.DataFrame:
    """One row a run, with its outcome, and the statistic of the paper's phase diagrams.

    panel `authors`: runs of two layers at the authors' size (`logged`); panel `ours`: those of the tables. series
    `best`: of the fitted runs in bfloat16 of one gamma and seed the largest accuracy over the rates, for each of the
    two answers separately (0 where none fits): the paper then takes the mean over seeds.
    """
    logged = with_outcome(logged.assign(layers=2))
    rows = [
        logged.assign(panel="authors", series="run"),
        with_outcome(runs).assign(panel="ours", series="run", bits=32),
    ]
    usual = logged[logged["bits"] == 16]
    for (gamma, seed), group in usual.groupby(["gamma", "seed"]):
        fitted = group[group["fitted"] == 1.0]
        best = {name: float(fitted[name].max()) if len(fitted) else 0.0 for name in ("symmetric", "inferential")}
        rows.append(
            pd.DataFrame([{"panel": "authors", "series": "best", "gamma": gamma, "layers": 2, "seed": seed, **best}])
        )
    return pd.concat([*rows, settings_row(runs)], ignore_index=True)


def phase_table(runs: pd.DataFrame, published: Mapping[str, pd.DataFrame]) -> pa.Table:
    """Return `phase_rows` as a figure's metrics."""
    table = phase_rows(runs, published[AUTHORS_SIZE]).reindex(columns=list(PHASE_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in PHASE_COLUMNS})


def phase_runs(table: pd.DataFrame, gamma: float, *, panel: str = "authors", layers: int = 2) -> pd.DataFrame:
    """Return the runs of one gamma and depth, sorted by seed and rate; raises ValueError if there is none."""
    chosen = (table["panel"] == panel) & (table["series"] == "run") & np.isclose(table["gamma"], gamma)
    rows = table[chosen & (table["layers"] == layers)]
    if panel == "authors":
        rows = rows[rows["bits"] == 16]
    if rows.empty:
        raise ValueError(f"no runs with gamma = {gamma} and L = {layers}")
    return rows.sort_values(["seed", "learning_rate"])


def best_over_rates(table: pd.DataFrame, gamma: float, solution: str) -> list[float]:
    """Return the statistic `best` of a solution at the authors' size, seed by seed."""
    rows = table[(table["series"] == "best") & np.isclose(table["gamma"], gamma)]
    if rows.empty:
        raise ValueError(f"no runs with gamma = {gamma}")
    return list(rows.sort_values("seed")[solution])


def typical(runs: pd.DataFrame, solution: str) -> pd.Series:
    """Return the median run of those that fit and have a solution, by its accuracy under that answer.

    Of an even number the lower one, of equals the smallest seed. Where no run has the solution, the rule is applied to
    the fitted ones, and where none fits to all, which `outcome` of the row tells.
    """
    runs = with_outcome(runs)
    for candidates in (runs[runs["outcome"] == solution], runs[runs["fitted"] == 1.0], runs):
        if len(candidates):
            order = candidates.sort_values([solution, "gamma", "seed"], ascending=[True, True, False], kind="stable")
            return order.iloc[(len(order) - 1) // 2]
    raise ValueError("there is no run")


def large_and_small(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the runs a figure shows: `large`, of the smallest gamma, and `small`, of the largest one.

    Of a gamma's seeds the typical one is taken: symmetric for the large start, inferential for the small one.
    """
    smallest, largest = runs["gamma"].min(), runs["gamma"].max()
    return {
        "large": typical(runs[runs["gamma"] == smallest], "symmetric"),
        "small": typical(runs[runs["gamma"] == largest], "inferential"),
    }


def weights(row: pd.Series, when: str = "end") -> dict[str, Array]:
    """Return the parameters of a run by name at `start` or `end`, float64."""
    run = run_of(row)
    if when == "start":
        from condensation.models.transformer.training import (
            start_of,  # imports torch: seconds that drawing does without
        )

        theta = start_of(run)
    else:
        theta = np.asarray(row["theta_end"], dtype=np.float32)
    return {name: view.astype(np.float64) for name, view in split(theta, parameter_shapes(run)).items()}


def cosine_rows(matrix: Array, order: NDArray[np.int64] | None = None) -> pd.DataFrame:
    """D between the columns of a matrix as rows (row, column, cosine), in `order` or in `block_order`."""
    order = block_order(matrix) if order is None else order
    return similarity_rows(cosine_similarity(matrix.T[order]))


def block_order(matrix: Array) -> NDArray[np.int64]:
    """Order columns into groups with cosine > SAME, the largest group first, as the paper groups neurons.

    A group is opened by the column that has most others within SAME; what no group takes comes last.
    """
    alike = cosine_similarity(matrix.T) > SAME
    left, order = np.ones(len(alike), dtype=bool), []
    while left.any():
        numbers = (alike & left).sum(axis=1) * left
        opener = int(np.argmax(numbers))
        group = np.flatnonzero((alike[opener] | (np.arange(len(alike)) == opener)) & left)
        order.append(group)
        left[group] = False
    return np.concatenate(order)


def matrix_rows(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a (run, matrix): its mean |cos| at start and end, the value of random directions, participation ratio.

    layer 0 is what belongs to no layer: key embeddings and output.
    """
    rows = []
    for _, row in with_outcome(runs).iterrows():
        run = run_of(row)
        vectors = vectors_of(run, np.zeros(count(parameter_shapes(run)), dtype=np.float32))
        labels = {"gamma": run.gamma, "layers": run.layers, "seed": run.seed, "fitted": row["fitted"]}
        for place, (name, sample) in enumerate(vectors.items()):
            matrix, _, layer = name.partition(".")
            measured = {
                "mean_cosine": float(row["cosines_end"][place]),
                "mean_cosine_start": float(row["cosines_start"][place]),
                "mean_cosine_random": random_cosine(sample.shape[1]),
                "participation": float(row["ratios_end"][place]),
            }
            rows.append({**labels, "series": matrix, "layer": int(layer or 0), **measured})
    return pd.DataFrame(rows)


def settings_text(runs: pd.DataFrame, shown: int | None = None) -> str:
    """Say how the runs differ from the paper's setting, in one line that is printed on every figure of them.

    shown: how many of the runs the figure shows, if it does not show every seed.
    """

    def values(name: str) -> str:
        return "/".join(f"{value:g}" for value in sorted(runs[name].unique()))

    last = "/".join(f"{value - 1:g}" for value in sorted(runs["key_high"].unique()))
    seeds = runs.groupby(["layers", "gamma"])["seed"].nunique()
    least, most = seeds.min(), seeds.max()
    each = f"{least} to {most} seeds" if least < most else f"{most} seed{'s' if most > 1 else ''}"
    return (
        f"Ours (authors'): d = {values('d_model')} (400), d_k = {values('d_head')} (200), "
        f"d_ff = {values('d_ff')} (1200), batch {values('batch')} (2048), at most {values('stop')} steps (77,700), "
        f"warm-up {values('warm_up')} (3,700), "
        f"rate {values('learning_rate')} (1e-4 to 3e-4), keys {values('key_low')}..{last} (20..99), "
        f"{each if shown is None else f'{shown} of {len(runs)} runs shown'}"
    )


def settings_row(runs: pd.DataFrame, shown: int | None = None) -> pd.DataFrame:
    """Return the row `settings` of a figure's table: `settings_text`."""
    return pd.DataFrame([{"series": "settings", "label": settings_text(runs, shown)}])
