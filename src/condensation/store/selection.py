"""Rows of a figure's tables at a point of the three-layer diagram, and the run that is shown."""

import numpy as np
import pandas as pd


def rows_at(table: pd.DataFrame, gamma2: float, gamma3: float) -> pd.DataFrame:
    """Return the rows at a point of the diagram; raises ValueError if there are none."""
    rows = table[np.isclose(table["gamma2"], gamma2) & np.isclose(table["gamma3"], gamma3)]
    if rows.empty:
        raise ValueError(f"no run with gamma2 = {gamma2}, gamma3 = {gamma3}")
    return rows


def median_seed(rows: pd.DataFrame) -> int:
    """Return the seed whose RD of layer 1 is the median of the runs of the largest width: the run that is shown."""
    widest = rows[rows["m"] == rows["m"].max()].sort_values("rd_1")
    return int(widest["seed"].iloc[(len(widest) - 1) // 2])
