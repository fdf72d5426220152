"""Two mechanisms: remember ten unordered pairs, or four single functions (counted from the task)."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.drawing.task import draw_mechanisms
from condensation.measures.task import remembered_classes
from condensation.models.transformer.task import FUNCTIONS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData


def measure(data: FigureData) -> dict[str, pa.Table]:
    """classes: the unordered pair that mechanism 1 remembers; functions: what each anchor of mechanism 2 adds."""
    del data  # counted from the task
    functions = metric_table(a1=list(FUNCTIONS), answer=list(FUNCTIONS.values()))
    return {"classes": metric_table(**remembered_classes()), "functions": functions}


def draw(classes: pd.DataFrame, functions: pd.DataFrame) -> Figure:
    """Mechanism 1: ten classes of pairs, (4, 3) like (3, 4); mechanism 2: four functions, composed on (4, 3)."""
    return draw_mechanisms(classes, functions)
