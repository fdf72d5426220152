"""Train a batch of three-layer runs and return what is kept of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from condensation.models.three_layer.gradient_flow import Flow, gradient_flow
from condensation.models.three_layer.initial_state import initial_state, output_scale
from condensation.models.three_layer.network import State, conserved_drift, network_output
from condensation.models.three_layer.run import ThreeLayerRun
from condensation.models.two_layer.targets import TARGETS

STRONGEST = 50  # neurons of the second layer whose directions are compared
CURVE_POINTS = 201  # of the output, on an even grid of the target's interval


def train(runs: Sequence[ThreeLayerRun], *, threads: int = 1) -> dict[str, list[Any]]:
    """Train runs one after the other; return one list per result, in the order of the runs.

    Scalars: status, steps, time, loss_start, loss_end, loss_increase_max, rd_1, rd_2, rd_3 (relative distance of each
    layer's weights), conserved_drift, similarity_start and similarity_end (mean |cos| between the input weights of the
    50 strongest neurons of the second layer). keep = features adds the output's curve, (w, b) and outgoing length of
    the first layer's neurons at the start and the end, and the cosines of those 50, in float32.
    """
    torch.set_num_threads(1)  # sums in one order, whatever `threads` is: jobs run beside one another instead
    results = [_train(run) for run in runs]
    return {name: [result[name] for result in results] for name in results[0]}


def inputs(x: np.ndarray) -> Tensor:
    """Return the rows (x_i, 1), shape (n, 2)."""
    return torch.from_numpy(np.stack((x, np.ones_like(x)), axis=1))


def _train(run: ThreeLayerRun) -> dict[str, Any]:
    target, c = TARGETS[run.target], output_scale(run)
    start = initial_state(run, generator=np.random.default_rng(run.seed))
    flow = gradient_flow(
        start, inputs(target.x), torch.from_numpy(target.y), c, stop_loss=run.stop_loss, max_steps=run.max_steps
    )
    names = ("status", "steps", "time", "loss_start", "loss_end", "loss_increase_max")
    result: dict[str, Any] = {name: getattr(flow, name) for name in names} | relative_distances(start, flow.state)
    result["conserved_drift"] = conserved_drift(start, flow.state)
    cosines = {"start": strongest_cosines(start), "end": strongest_cosines(flow.state)}
    result |= {f"similarity_{when}": mean_absolute(cosine) for when, cosine in cosines.items()}
    return result | _features(run, start, flow, cosines)


def relative_distances(start: State, end: State) -> dict[str, float]:
    """Return RD = |theta - theta(0)| / |theta(0)| of (W1, b1), (W2, b2) and a."""
    change = end.p2 - start.p2
    cross = (end.left * (end.right @ change.T)).sum()
    low_rank = ((end.left @ end.left.T) * (end.right @ end.right.T)).sum()
    second = change.square().sum() + 2 * cross + low_rank + (end.b2 - start.b2).square().sum()
    squares = {
        "rd_1": (end.p1 - start.p1).square().sum() / start.p1.square().sum(),
        "rd_2": second / (start.p2.square().sum() + start.b2.square().sum()),
        "rd_3": (end.p3 - start.p3).square().sum() / start.p3.square().sum(),
    }
    return {name: float(square.clamp(min=0).sqrt()) for name, square in squares.items()}


def strongest_cosines(state: State) -> Tensor:
    """Return D_kl = cos of the input weights (P2_k, b2_k) of the strongest neurons |p3_k| |(P2_k, b2_k)|, ordered."""
    strength = state.p3.square() * state.incoming_squares()
    strongest = torch.argsort(strength, descending=True, stable=True)[:STRONGEST]
    rows = state.p2[strongest] + state.left[:, strongest].T @ state.right
    rows = torch.cat((rows, state.b2[strongest, None]), dim=1)
    rows = rows / rows.norm(dim=1, keepdim=True)
    return rows @ rows.T


def mean_absolute(cosine: Tensor) -> float:
    """Return the mean |D_kl| over k != l."""
    size = len(cosine)
    return float((cosine.abs().sum() - cosine.diagonal().abs().sum()) / (size * (size - 1)))


def _features(run: ThreeLayerRun, start: State, flow: Flow, cosines: dict[str, Tensor]) -> dict[str, Any]:
    """What figures of typical cases draw; None where it is not kept."""
    names = ["curve_start", "curve_end"]
    names += [f"{name}_{when}" for when in cosines for name in ("layer1_w", "layer1_b", "layer1_out", "cosines")]
    result: dict[str, Any] = dict.fromkeys(names)
    if run.keep != "features":
        return result
    x = inputs(np.linspace(*TARGETS[run.target].interval, CURVE_POINTS))
    for when, state in (("start", start), ("end", flow.state)):
        values = {
            f"curve_{when}": network_output(state, output_scale(run), x),
            f"layer1_w_{when}": state.p1[:, 0],
            f"layer1_b_{when}": state.p1[:, 1],
            f"layer1_out_{when}": state.outgoing_lengths(),
            f"cosines_{when}": cosines[when].ravel(),
        }
        result |= {name: value.numpy().astype(np.float32) for name, value in values.items()}
    return result
