"""Illustration of condensation: a wide network at its random start, after training, and the small network it equals."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from condensation.claims.quantity import quantity
from condensation.drawing.illustration import draw_illustration
from condensation.measures.features import output, run_scales
from condensation.measures.merging import merge
from condensation.measures.orientation import WINDOW, amplitude, orientation
from condensation.models.two_layer.network import network_output
from condensation.models.two_layer.targets import TARGETS
from condensation.store.columns import metric_table
from condensation.store.figure_data import FigureData
from condensation.store.snapshots import snapshots

SILENT = 1e-4  # neurons below this share of the largest amplitude stayed at their start: left out of the small network


def measure(data: FigureData) -> dict[str, pa.Table]:
    """Neurons at the start, at the end (with the merged neuron each joins) and merged; outputs of both networks."""
    names = ("start", "end", "merged", "outputs", "merged_outputs")
    rows: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
    for _, run in data.runs["illustration"].sort_values("seed").iterrows():
        kept, target, seed = snapshots(run), TARGETS[run["target"]], {"seed": run["seed"]}
        small = merge(*kept.at(-1), gap=WINDOW, least=SILENT)
        own = np.arange(small.a.size), (small.a, small.w, small.b)
        states = {"start": (small.group, kept.at(0)), "end": (small.group, kept.at(-1)), "merged": own}
        for name, (group, (a, w, b)) in states.items():
            columns = {**seed, "neuron": np.arange(a.size), "group": group, "sign": np.sign(a)}
            columns |= {"orientation": orientation(w, b), "amplitude": amplitude(a, w, b)}
            rows[name].append(pd.DataFrame(columns))
        x = np.linspace(*target.interval, 401)
        rows["outputs"].append(pd.DataFrame({**seed, "x": x, "y": output(run, kept, x)}))
        merged = network_output(small.a, small.w, small.b, 1 / run_scales(run).alpha, x)
        rows["merged_outputs"].append(pd.DataFrame({**seed, "x": x, "y": merged}))
    tables = {name: metric_table(**pd.concat(frames)) for name, frames in rows.items()}
    return {**tables, "data": metric_table(x=target.x, y=target.y)}


def draw(
    start: pd.DataFrame,
    end: pd.DataFrame,
    merged: pd.DataFrame,
    outputs: pd.DataFrame,
    merged_outputs: pd.DataFrame,
    data: pd.DataFrame,
    failed: Mapping[str, str] | None = None,
) -> Figure:
    """Three network graphs (start, trained, merged), neurons coloured by direction, and both outputs.

    Shown is the first seed whose small network has the median number of neurons.
    """
    sizes = merged.groupby("seed").size()
    seed = sizes.index[(sizes - sizes.median()).abs().argmin()]
    own = (table[table["seed"] == seed] for table in (start, end, merged, outputs, merged_outputs))
    start, end, merged, outputs, merged_outputs = own
    return draw_illustration(start, end, merged, outputs, merged_outputs, data, tag="; ".join((failed or {}).values()))


@quantity
def merging_error(outputs: pd.DataFrame, merged_outputs: pd.DataFrame) -> list[float]:
    """max |f_wide - f_merged| / max |f_wide| on the interval, seed by seed."""
    difference = (outputs["y"] - merged_outputs["y"]).abs().groupby(outputs["seed"]).max()
    return (difference / outputs["y"].abs().groupby(outputs["seed"]).max()).tolist()


@quantity
def merged_neurons(merged: pd.DataFrame) -> list[float]:
    """Number of neurons of the small network."""
    return merged.groupby("seed").size().astype(float).tolist()
