"""Measures of trained transformers: which solution a run took, and how far each of its matrices has condensed."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from condensation.measures.lines import cosine_similarity, random_cosine, similarity_rows
from condensation.records.columns import metric_table
from condensation.transformer.condensation import vectors_of
from condensation.transformer.parameters import count, parameter_shapes, split
from condensation.transformer.run import TransformerRun

Array = NDArray[np.float64]

FIT = 0.9  # of the seen pairs and of (3, 4), both with test keys: a run below it has not learned its task
MAJORITY = 0.5  # of the answers to (4, 3): which solution a fitted run has
OUTCOMES = ("symmetric", "inferential", "neither", "not fit")
MAP_COLUMNS = (
    "series", "label", "layers", "gamma", "train", "seen", "exception", "symmetric", "inferential", "masked",
    "share_symmetric", "share_inferential", "share_neither", "share_not_fit", "symmetric_by_seed",
    "inferential_by_seed",
)  # fmt: skip


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


def map_rows(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a (layers, gamma): mean and by-seed accuracies, and the share of each outcome.

    symmetric and inferential are NaN (masked) where the seeds' mean on the seen pairs or on (3, 4) is below FIT.
    """
    rows = []
    for (layers, gamma), group in with_outcome(runs).groupby(["layers", "gamma"]):
        mean = group[["train", "seen", "exception", "symmetric", "inferential"]].mean()
        masked = bool((mean[["seen", "exception"]] < FIT).any())
        shares = {f"share_{name.replace(' ', '_')}": float((group["outcome"] == name).mean()) for name in OUTCOMES}
        lists = {f"{name}_by_seed": group[name].tolist() for name in ("symmetric", "inferential")}
        hidden = dict.fromkeys(("symmetric", "inferential"), np.nan) if masked else {}
        rows.append({"layers": layers, "gamma": gamma, "masked": masked} | dict(mean) | hidden | shares | lists)
    return pd.DataFrame(rows)


def map_table(runs: pd.DataFrame) -> pa.Table:
    """Return `map_rows` and the row `settings` as a figure's metrics."""
    table = pd.concat([map_rows(runs).assign(series="cell"), settings_row(runs)]).reindex(columns=list(MAP_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in MAP_COLUMNS})


def map_cell(table: pd.DataFrame, gamma: float, layers: int = 2) -> pd.Series:
    """Return the row of a cell of the map; raises ValueError if there is none."""
    rows = table[(table["series"] == "cell") & np.isclose(table["gamma"], gamma) & (table["layers"] == layers)]
    if rows.empty:
        raise ValueError(f"no runs with gamma = {gamma} and L = {layers}")
    return rows.iloc[0]


def clearest(runs: pd.DataFrame, solution: str) -> pd.Series:
    """Return the fitted run with the largest accuracy `symmetric` or `inferential`; of equals the smallest gamma, seed.

    Where no run is fitted, the rule is applied to all of them, and `fitted` of the row says so.
    """
    runs = with_outcome(runs)
    fitted = runs[runs["fitted"] == 1.0]
    candidates = fitted if len(fitted) else runs
    order = candidates.sort_values([solution, "gamma", "seed"], ascending=[False, True, True], kind="stable")
    return order.iloc[0]


def large_and_small(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the runs a figure shows: `large`, of the smallest gamma, and `small`, of the largest one.

    Of a gamma's seeds the clearest is taken: symmetric for the large start, inferential for the small one.
    """
    smallest, largest = runs["gamma"].min(), runs["gamma"].max()
    return {
        "large": clearest(runs[runs["gamma"] == smallest], "symmetric"),
        "small": clearest(runs[runs["gamma"] == largest], "inferential"),
    }


def weights(row: pd.Series, when: str = "end") -> dict[str, Array]:
    """Return the parameters of a run by name at `start` or `end`, float64."""
    run = run_of(row)
    if when == "start":
        from condensation.transformer.training import start_of  # imports torch: seconds that drawing does without

        theta = start_of(run)
    else:
        theta = np.asarray(row["theta_end"], dtype=np.float32)
    return {name: view.astype(np.float64) for name, view in split(theta, parameter_shapes(run)).items()}


def cosine_rows(matrix: Array, order: NDArray[np.int64] | None = None) -> pd.DataFrame:
    """D between the columns of a matrix as rows (row, column, cosine), in `order` or in `leading_order`."""
    order = leading_order(matrix) if order is None else order
    return similarity_rows(cosine_similarity(matrix.T[order]))


def leading_order(matrix: Array) -> NDArray[np.int64]:
    """Order columns by their cosine with the leading left singular vector, so that equal directions are neighbours."""
    leading = np.linalg.svd(matrix, full_matrices=False)[0][:, 0]
    length = np.linalg.norm(matrix, axis=0)
    return np.argsort(-(leading @ matrix) / np.where(length > 0, length, 1.0), kind="stable")


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
        f"d_ff = {values('d_ff')} (1200), batch {values('batch')} (2048), steps {values('steps')} (77,700), "
        f"warm-up {values('warm_up')} (3,700), "
        f"rate {values('learning_rate')} (2e-4), keys {values('key_low')}..{last} (20..99), "
        f"{each if shown is None else f'{shown} of {len(runs)} runs shown'}"
    )


def settings_row(runs: pd.DataFrame, shown: int | None = None) -> pd.DataFrame:
    """Return the row `settings` of a figure's table: `settings_text`."""
    return pd.DataFrame([{"series": "settings", "label": settings_text(runs, shown)}])
