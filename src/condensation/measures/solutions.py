"""The tables of the two figures that show a solution: a typical run in full, and numbers of every run that has it."""

import numpy as np
import pandas as pd
import pyarrow as pa

from condensation.measures.mechanisms import attention_rows, kept_answers, shown_sequence
from condensation.measures.states import compared_states, first_anchor_values, pair_states, swap_cosine, target_contrast
from condensation.measures.transformer import shown_row, with_outcome, with_solution
from condensation.store.columns import metric_table

_LABELS = ("d_model", "layers", "gamma", "seed", "outcome")


def solution_tables(runs: pd.DataFrame, solution: str) -> dict[str, pa.Table]:
    """Return what a figure shows of a solution, `symmetric` or `inferential`; runs: those that kept their weights.

    shown, tokens, attention, states, cosines, values: of the typical run of two layers;
    solutions: of every run with an outcome, the cosine of X^ao(1) and X^ao(L) for (4, 3) and (3, 4); kept: of every
    run with this solution, the answers that stay without the attention of either mechanism.
    """
    run = with_solution(runs, solution)
    tokens = shown_sequence(run)
    cosines, kept, compared = [], [], compared_states(run)
    for _, other in with_outcome(runs).iterrows():
        if other["outcome"] in ("symmetric", "inferential"):
            labels = {name: other[name] for name in _LABELS}
            swapped = {"swap_cosine_first": swap_cosine(other, 1), "swap_cosine": swap_cosine(other, -1)}
            cosines.append({**labels, **swapped, "contrast": target_contrast(compared_states(other))})
        if other["outcome"] == solution:
            shares = kept_answers(other)
            kept.append({**labels, "kept_without_pair": shares["pair"], "kept_without_single": shares["single"]})
    return {
        "shown": metric_table(**shown_row(run)),
        "tokens": metric_table(place=np.arange(len(tokens)), token=tokens),
        "attention": metric_table(**attention_rows(run, tokens)),
        "states": metric_table(**pair_states(run)),
        "cosines": metric_table(**compared),
        "values": metric_table(**first_anchor_values(run)),
        "solutions": metric_table(
            **pd.DataFrame(cosines, columns=[*_LABELS, "swap_cosine_first", "swap_cosine", "contrast"])
        ),
        "kept": metric_table(**pd.DataFrame(kept, columns=[*_LABELS, "kept_without_pair", "kept_without_single"])),
    }


def separation(solutions: pd.DataFrame, column: str) -> float:
    """Return the smallest value of the symmetric runs minus the largest of the inferential ones."""
    values = {name: rows[column] for name, rows in solutions.groupby("outcome")}
    return float(values["symmetric"].min() - values["inferential"].max())
