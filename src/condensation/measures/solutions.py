"""The tables of the two figures that show a solution: a typical run in full, and numbers of every run that has it."""

import numpy as np
import pandas as pd
import pyarrow as pa

from condensation.measures.mechanisms import SEQUENCES, attention_rows, kept_answers, shown_sequence
from condensation.measures.states import compared_states, first_anchor_values, pair_states, swap_cosine, target_contrast
from condensation.measures.transformer import shown_row, widest, with_outcome, with_solution
from condensation.store.columns import metric_table

_LABELS = ("d_model", "layers", "gamma", "seed", "outcome")


def solution_tables(runs: pd.DataFrame, solution: str, *, count: int = SEQUENCES) -> dict[str, pa.Table]:
    """Return what a figure shows of a solution, `symmetric` or `inferential`; runs: those that kept their weights.

    shown, tokens, attention, states, cosines, values: of the typical run of two layers;
    solutions: of every run with an outcome, the cosine of X^ao(L) for (4, 3) and (3, 4), and by target; kept: of every
    run with this solution, the answers to `count` sequences that stay without the attention of either mechanism.
    """
    run = with_solution(runs, solution)
    tokens = shown_sequence(run)
    cosines, kept, compared = [], [], compared_states(run)
    for _, other in with_outcome(runs).iterrows():
        if other["outcome"] in ("symmetric", "inferential"):
            labels = {name: other[name] for name in _LABELS}
            measured = {"swap_cosine": swap_cosine(other), "contrast": target_contrast(compared_states(other))}
            cosines.append({**labels, **measured})
        if other["outcome"] == solution:
            shares = kept_answers(other, count)
            kept.append({**labels, "kept_without_pair": shares["pair"], "kept_without_single": shares["single"]})
    return {
        "shown": metric_table(**shown_row(run)),
        "tokens": metric_table(place=np.arange(len(tokens)), token=tokens),
        "attention": metric_table(**attention_rows(run, tokens)),
        "states": metric_table(**pair_states(run)),
        "cosines": metric_table(**compared),
        "values": metric_table(**first_anchor_values(run)),
        "solutions": metric_table(**pd.DataFrame(cosines, columns=[*_LABELS, "swap_cosine", "contrast"])),
        "kept": metric_table(**pd.DataFrame(kept, columns=[*_LABELS, "kept_without_pair", "kept_without_single"])),
    }


def kept_share(kept: pd.DataFrame, column: str) -> list[float]:
    """Return the share of the answers to (4, 3) that stay without a mechanism's attention, of the widest runs."""
    return list(widest(kept)[column])


def separation(solutions: pd.DataFrame, column: str, first: str, second: str) -> float:
    """Return the smallest value of the runs with the first solution minus the largest of those with the second.

    Compared are the runs of two layers at the largest width at which both solutions occur; raises ValueError if they
    do not occur together.
    """
    two = solutions[solutions["layers"] == 2]
    both = [width for width, rows in two.groupby("d_model") if rows["outcome"].nunique() == 2]
    if not both:
        raise ValueError("the two solutions do not occur at one width")
    values = {name: rows[column] for name, rows in two[two["d_model"] == both[-1]].groupby("outcome")}
    return float(values[first].min() - values[second].max())
