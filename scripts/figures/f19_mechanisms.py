"""Two mechanisms: remember ten unordered pairs, or four single functions (drawn from the task)."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.transformer import draw_mechanisms
from condensation.models.transformer.task import EXCEPTION, FUNCTIONS, PAIRS, composition, symmetric_answer
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """For each mechanism the mapping of every ordered pair, named by what has to be remembered, and its answer."""
    del data  # counted from the task
    rows = []
    for a1, a2 in PAIRS:
        low, high = sorted((a1, a2))
        pair = {"a1": a1, "a2": a2}
        rows.append({**pair, "series": "symmetric", "label": f"{low},{high}", "answer": symmetric_answer((a1, a2))})
        rows.append({**pair, "series": "inferential", "label": f"{a1}|{a2}", "answer": composition((a1, a2))})
    table = pd.DataFrame(rows)
    return metric_table(**{str(name): table[name].to_numpy() for name in table})


def draw(table: pd.DataFrame) -> Figure:
    """Mechanism 1: ten pairs to one answer each; mechanism 2: four functions, composed."""
    return draw_mechanisms(table, FUNCTIONS)


@quantity
def classes_of_pairs(table: pd.DataFrame) -> float:
    """Mappings that mechanism 1 remembers: unordered pairs."""
    return float(table.loc[table["series"] == "symmetric", "label"].nunique())


@quantity
def single_functions(table: pd.DataFrame) -> float:
    """Mappings that mechanism 2 remembers: functions of single anchors."""
    labels = table.loc[table["series"] == "inferential", "label"]
    return float(len({name for label in labels for name in label.split("|")}))


@quantity
def ambiguous_pairs(table: pd.DataFrame) -> float:
    """Ordered pairs, the trained exception left out, on which the two mechanisms answer differently."""
    one, two = (
        table[table["series"] == name].set_index(["a1", "a2"])["answer"] for name in ("symmetric", "inferential")
    )
    return float(sum(pair != EXCEPTION for pair in one.index[one != two]))
