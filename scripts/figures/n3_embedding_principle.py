"""Embedding principle: the plateaus of a condensing network are critical points of networks with a few neurons."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity_of
from condensation.drawing.embedding import draw_embedding
from condensation.measures.features import output
from condensation.measures.merging import merge
from condensation.measures.orientation import WINDOW
from condensation.measures.plateaus import nearest, plateaus, rest_of_random, rest_of_small
from condensation.measures.trajectory import network_row
from condensation.models.two_layer.network import network_output
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData
from condensation.store.snapshots import snapshots

SILENT = 0.01  # neurons below this share of the largest amplitude do not count as part of the small network
STARTS = 200  # random starts of the small networks of each size


def measure(data: FigureData) -> dict[str, pa.Table]:
    """R_S at every kept epoch; of each plateau its small network, where that rests, and random small networks rest.

    Outputs of the first seed's wide and small networks at the plateaus.
    """
    losses, found, outputs = [], [], []
    runs = data.runs["trajectory"].sort_values("seed")
    for number, (_, run) in enumerate(runs.iterrows()):
        kept, target = snapshots(run), TARGETS[run["target"]]
        places = np.flatnonzero(kept.step > 0)
        curve = pd.DataFrame([network_row(run, kept, int(place)) for place in places]).drop_duplicates("epoch")
        losses.append(curve[["seed", "epoch", "loss"]])
        for place in plateaus(curve["epoch"].to_numpy(float), curve["loss"].to_numpy()):
            index = int(places[curve.index[place]])
            small = merge(*kept.at(index), gap=WINDOW, least=SILENT)
            rest, at_rest = rest_of_small(small, run["target"])
            row = {**losses[-1].iloc[place], "neurons": small.a.size, "loss_small": rest}
            found.append(row)
            if number == 0:
                x = np.linspace(*target.interval, 201)
                y = {"y": output(run, kept, x, index=index), "y_small": network_output(*at_rest, 1.0, x)}  # type: ignore[call-arg]
                outputs.append(pd.DataFrame({"epoch": row["epoch"], "x": x, **y}))
    table = pd.DataFrame(found)
    for neurons, rows in table.groupby("neurons"):
        random = rest_of_random(int(neurons), runs["target"].iloc[0], starts=STARTS)
        table.loc[rows.index, "loss_random"] = nearest(random, rows["loss_small"].tolist())
    return {
        "losses": metric_table(**pd.concat(losses)),
        "plateaus": metric_table(**table),
        "outputs": metric_table(**pd.concat(outputs)),
        "data": metric_table(x=target.x, y=target.y),
    }


def draw(
    losses: pd.DataFrame,
    plateaus: pd.DataFrame,
    outputs: pd.DataFrame,
    data: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """Left: loss of every seed with the critical losses of small networks; right: f at the first seed's plateaus."""
    return draw_embedding(losses, plateaus, outputs, data, tag="; ".join((failed or {}).values()))


def _ratios(plateaus: pd.DataFrame, place: int, column: str) -> list[float]:
    """Return a plateau's loss over another column, one number a seed that has so many plateaus."""
    rows = plateaus[plateaus.groupby("seed").cumcount() == place]
    return (rows["loss"] / rows[column]).tolist()


def _neurons(plateaus: pd.DataFrame, place: int) -> list[float]:
    """Return the neurons of the small network at a plateau."""
    return plateaus[plateaus.groupby("seed").cumcount() == place]["neurons"].astype(float).tolist()


first_plateau = quantity_of(_ratios, place=0, column="loss_random")
second_plateau = quantity_of(_ratios, place=1, column="loss_random")
third_plateau = quantity_of(_ratios, place=2, column="loss_small")
neurons_of_the_first = quantity_of(_neurons, place=0)
neurons_of_the_second = quantity_of(_neurons, place=1)
neurons_of_the_third = quantity_of(_neurons, place=2)
