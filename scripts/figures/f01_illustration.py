"""Illustration of condensation: a wide network at its random start, after training, and the small network it equals."""

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


def measure(data: FigureData) -> pa.Table:
    """Neurons at the start, at the end and merged (with the group each belongs to); outputs of both networks."""
    rows = []
    for _, run in data.runs["illustration"].sort_values("seed").iterrows():
        kept = snapshots(run)
        small = merge(*kept.at(-1), gap=WINDOW, least=SILENT)
        states = {"start": kept.at(0), "end": kept.at(-1), "merged": (small.a, small.w, small.b)}
        for series, (a, w, b) in states.items():
            group = np.arange(small.a.size) if series == "merged" else small.group
            columns = {"neuron": np.arange(a.size), "group": group, "sign": np.sign(a)}
            measured = {"orientation": orientation(w, b), "amplitude": amplitude(a, w, b)}
            rows.append(pd.DataFrame({"series": series, "seed": run["seed"], **columns, **measured}))
        target = TARGETS[run["target"]]
        x = np.linspace(*target.interval, 401)
        alpha = run_scales(run).alpha
        curves = {
            "wide output": output(run, kept, x),
            "merged output": network_output(small.a, small.w, small.b, 1 / alpha, x),
        }
        rows += [pd.DataFrame({"series": name, "seed": run["seed"], "x": x, "y": y}) for name, y in curves.items()]
    rows.append(pd.DataFrame({"series": "data", "x": target.x, "y": target.y}))
    table = pd.concat(rows)
    names = ("series", "seed", "neuron", "group", "sign", "orientation", "amplitude", "x", "y")
    return metric_table(**{name: table[name].to_numpy() for name in names})


def draw(table: pd.DataFrame) -> Figure:
    """Three network graphs (start, trained, merged), neurons coloured by direction, and both outputs."""
    return draw_illustration(table)


def _seeds(table: pd.DataFrame, series: str) -> list[pd.DataFrame]:
    return [rows for _, rows in table[table["series"] == series].groupby("seed")]


@quantity
def merging_error(table: pd.DataFrame) -> list[float]:
    """max |f_wide - f_merged| / max |f_wide| on the interval, seed by seed."""
    pairs = zip(_seeds(table, "wide output"), _seeds(table, "merged output"), strict=True)
    return [float(np.abs(w["y"].to_numpy() - s["y"].to_numpy()).max() / w["y"].abs().max()) for w, s in pairs]


@quantity
def merged_share(table: pd.DataFrame) -> list[float]:
    """Neurons of the small network over neurons of the wide one, seed by seed."""
    return [len(s) / len(w) for w, s in zip(_seeds(table, "end"), _seeds(table, "merged"), strict=True)]


@quantity
def merged_neurons(table: pd.DataFrame) -> list[float]:
    """Number of neurons of the small network."""
    return [float(len(rows)) for rows in _seeds(table, "merged")]
