"""Phase diagram of the symmetric solution: (4, 3) answered x - 6, like (3, 4), over initialisation and depth."""

import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.measures.transformer import MAP_COLUMNS, map_rows, settings_row
from condensation.plotting.transformer import draw_solution_map
from condensation.records.columns import metric_table
from condensation.records.figure_data import FigureData


def measure(data: FigureData) -> pa.Table:
    """One row a (gamma, L): accuracies over seeds, shares of outcomes, and whether the cell is masked."""
    runs = pd.concat(data.runs.values())
    table = pd.concat([map_rows(runs).assign(series="cell"), settings_row(runs)]).reindex(columns=list(MAP_COLUMNS))
    return metric_table(**{name: table[name].to_numpy() for name in MAP_COLUMNS})


def draw(table: pd.DataFrame) -> Figure:
    """Heat map of the symmetric accuracy with the share of seeds in every cell."""
    return draw_solution_map(table, "symmetric")
