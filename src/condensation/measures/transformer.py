"""Measures of trained transformers: which solution a run took, and how far each of its matrices has condensed."""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.geometry import random_cosine
from condensation.measures.lines import cosine_similarity, similarity_rows
from condensation.models.transformer.condensation import vectors_of
from condensation.models.transformer.parameters import count, parameter_shapes, split
from condensation.models.transformer.run import TransformerRun
from condensation.store.columns import metric_table

Array = NDArray[np.float64]

FIT = 0.9  # of the seen pairs and of (3, 4), both with test keys: a run below it has not learned its task
MAJORITY = 0.5  # of the answers to (4, 3): which solution a fitted run has
OUTCOMES = ("symmetric", "inferential", "neither", "not fit")
AUTHORS_SIZE = "transformer_authors_size"  # the log of our runs at the authors' size, in workflow/reference
KEPT = ("authors_large", "authors_small")  # experiments at that size that keep their weights
CONTROL = "authors_large_float32"  # one run of them in float32
AUTHORS_WIDTH = 400  # d, of the embeddings


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


def phase_tables(experiments: Mapping[str, pd.DataFrame], published: Mapping[str, pd.DataFrame]) -> dict[str, pa.Table]:
    """Return the runs of the phase diagrams with their outcomes, and the statistic of the paper's.

    authors: logged runs of two layers at the authors' size, in bfloat16; control: `in_both_precisions`;
    ours: the narrower runs of the tables; best: `best_over_rates` of both.
    """
    logged = logged_runs(published)
    authors, ours = logged[logged["bits"] == 16], with_outcome(narrow(experiments))
    best = pd.concat([best_over_rates(authors), best_over_rates(ours)])
    names = ("d_model", "gamma", "layers", "learning_rate", "seed", "symmetric", "inferential", "fitted", "outcome")
    control = ("gamma", "learning_rate", "seed", "bits", "train", "seen", "exception", "symmetric", "inferential")
    return {
        "authors": metric_table(**authors[list(names)]),
        "control": metric_table(**in_both_precisions(logged, experiments)[list(control)]),
        "ours": metric_table(**ours[list(names)]),
        "best": metric_table(**best),
    }


def in_both_precisions(logged: pd.DataFrame, experiments: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the runs made with products in float32 and in bfloat16: those of the log, and those of the tables."""
    names = [name for name in (*KEPT, CONTROL) if name in experiments]
    tables = pd.concat([experiments[name] for name in names]) if names else pd.DataFrame(columns=["precision"])
    found = []
    for runs in (logged, tables.assign(bits=tables["precision"].map({"bfloat16": 16, "float32": 32}))):
        found.append(runs[runs.duplicated(["gamma", "learning_rate", "seed"], keep=False)] if len(runs) else runs)
    return pd.concat(found)


def best_over_rates(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a (width, depth, gamma, seed): the largest accuracy over the rates, for each answer by itself.

    Only runs that fit count; where none fits, the accuracies are 0 and `fitted` is 0. The paper's phase diagrams take
    the mean of this over seeds.
    """
    rows = []
    for (width, layers, gamma, seed), group in runs.groupby(["d_model", "layers", "gamma", "seed"]):
        fitted = group[group["fitted"] == 1.0]
        best = {name: float(fitted[name].max()) if len(fitted) else 0.0 for name in ("symmetric", "inferential")}
        place = {"d_model": width, "layers": layers, "gamma": gamma, "seed": seed}
        rows.append({**place, "fitted": float(len(fitted) > 0), **best})
    return pd.DataFrame(rows)


def at_gamma(runs: pd.DataFrame, gamma: float, *, layers: int = 2) -> pd.DataFrame:
    """Return the rows of one gamma and depth, sorted by seed; raises ValueError if there is none."""
    rows = runs[np.isclose(runs["gamma"], gamma) & (runs["layers"] == layers)]
    if rows.empty:
        raise ValueError(f"no runs with gamma = {gamma} and L = {layers}")
    return rows.sort_values([name for name in ("seed", "learning_rate") if name in rows])


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


def widest(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs at the largest width d."""
    return runs[runs["d_model"] == runs["d_model"].max()]


def with_solution(runs: pd.DataFrame, solution: str) -> pd.Series:
    """Return the typical run of two layers with a solution, of the largest width at which one has it."""
    runs = with_outcome(runs[runs["layers"] == 2])
    having = runs[runs["outcome"] == solution]
    return typical(widest(having if len(having) else runs), solution)


def large_and_small(experiments: Mapping[str, pd.DataFrame]) -> list[pd.Series]:
    """Return the runs at the authors' size that figures show: from the large and from the small start.

    Of several the typical one: symmetric for the large start, inferential for the small one.
    """
    return [
        typical(experiments[name], solution) for name, solution in zip(KEPT, ("symmetric", "inferential"), strict=True)
    ]


def narrow(experiments: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the runs of all experiments but those at the authors' size."""
    return pd.concat([runs for name, runs in experiments.items() if name not in (*KEPT, CONTROL)])


def shown_row(run: pd.Series) -> dict[str, list]:
    """Return size, start, seed and outcome of a run that a figure shows, one value a column."""
    names = ("d_model", "layers", "gamma", "seed", "fitted", "outcome", "symmetric", "inferential")
    return {name: [run[name]] for name in names}


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


def similarity_table(matrix: Array, most: int = 200) -> pd.DataFrame:
    """D between the columns of a matrix, at most about `most` of them, evenly taken, as rows (row, column, cosine).

    Three digits are kept: what a colour shows.
    """
    vectors = matrix.T[:: max(1, round(matrix.shape[1] / most))]
    return similarity_rows(cosine_similarity(vectors).round(3))


def vector_numbers(row: pd.Series) -> pd.DataFrame:
    """Mean |D| of every matrix of a run at start and end, the value of random directions, participation ratio.

    layer 0 is what belongs to no layer: key embeddings and output.
    """
    run = run_of(row)
    vectors = vectors_of(run, np.zeros(count(parameter_shapes(run)), dtype=np.float32))
    names = [name.partition(".") for name in vectors]
    return pd.DataFrame(
        {
            "matrix": [matrix for matrix, _, _ in names],
            "layer": [int(layer or 0) for _, _, layer in names],
            "mean_cosine": row["cosines_end"],
            "mean_cosine_start": row["cosines_start"],
            "mean_cosine_random": [random_cosine(sample.shape[1]) for sample in vectors.values()],
            "participation": row["ratios_end"],
        }
    )


def matrix_rows(runs: pd.DataFrame) -> pd.DataFrame:
    """Return `vector_numbers` of every run, with its width, depth, gamma, seed and whether it fits."""
    names = ["d_model", "layers", "gamma", "seed", "fitted"]
    runs = with_outcome(runs)
    return pd.concat([vector_numbers(row).assign(**row[names]) for _, row in runs.iterrows()], ignore_index=True)


def logged_runs(published: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return our logged runs of two layers at the authors' size, with their outcomes."""
    size = {"layers": 2, "d_model": AUTHORS_WIDTH, "mean_cosine_random": random_cosine(AUTHORS_WIDTH)}
    return with_outcome(published[AUTHORS_SIZE].assign(**size))
