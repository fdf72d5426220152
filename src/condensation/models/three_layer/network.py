"""Passes, kernel and displacements of a three-layer ReLU network in balanced variables."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class State:
    """Parameters in units of beta1: p1 (m, 2) on (x, 1), p2 (m, m), b2 (m,), p3 (m,); all float64.

    P2 = p2 + left' right with left, right (r, m): a gradient step changes P2 by a matrix of rank n, which is kept as
    such, so that the large matrix is mostly read.
    """

    p1: Tensor
    p2: Tensor
    b2: Tensor
    p3: Tensor
    left: Tensor
    right: Tensor

    def forward_p2(self, h: Tensor) -> Tensor:
        """Return P2 h_i for every row i of h, shape (n, m)."""
        return h @ self.p2.T + (h @ self.right.T) @ self.left

    def backward_p2(self, d: Tensor) -> Tensor:
        """Return P2' d_i for every row i of d, shape (n, m)."""
        return d @ self.p2 + (d @ self.left.T) @ self.right

    def gathered(self) -> "State":
        """Return the same parameters with left' right added to p2 where its rank has grown beyond m / 8."""
        if len(self.left) <= len(self.p3) // 8:
            return self
        none = self.left[:0]
        return replace(self, p2=self.p2 + self.left.T @ self.right, left=none, right=none)

    def incoming_squares(self) -> Tensor:
        """Return |(P2_k, b2_k)|^2 of every neuron k of the second layer, shape (m,)."""
        cross = (self.left * (self.right @ self.p2.T)).sum(dim=0)
        change = ((self.right @ self.right.T) @ self.left * self.left).sum(dim=0)
        return (self.p2.square().sum(dim=1) + 2 * cross + change).clamp(min=0) + self.b2.square()

    def outgoing_lengths(self) -> Tensor:
        """Return |P2_.k| of every neuron k of the first layer, shape (m,)."""
        cross = (self.right * (self.left @ self.p2)).sum(dim=0)
        change = ((self.left @ self.left.T) @ self.right * self.right).sum(dim=0)
        return (self.p2.square().sum(dim=0) + 2 * cross + change).clamp(min=0).sqrt()


@dataclass(frozen=True)
class Passes:
    """Both passes at n points: h1, h2 features; d2 = p3 o 1[z2 > 0]; g1 = (P2' d2) o 1[z1 > 0]; each (n, m); f (n,)."""

    h1: Tensor
    h2: Tensor
    d2: Tensor
    g1: Tensor
    f: Tensor


def features(state: State, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return z1, h1, z2, h2 at the rows (x_i, 1) of x, each (n, m)."""
    z1 = x @ state.p1.T
    h1 = torch.relu(z1)
    z2 = state.forward_p2(h1) + state.b2
    return z1, h1, z2, torch.relu(z2)


def network_output(state: State, c: float, x: Tensor) -> Tensor:
    """Return f(x_i) = c p3 . relu(P2 relu(P1 (x_i, 1)) + b2), shape (n,)."""
    return c * (features(state, x)[3] @ state.p3)


def passes(state: State, c: float, x: Tensor) -> Passes:
    """Return features and backward signals at the rows (x_i, 1) of x."""
    z1, h1, z2, h2 = features(state, x)
    d2 = state.p3 * (z2 > 0)
    g1 = state.backward_p2(d2) * (z1 > 0)
    return Passes(h1, h2, d2, g1, c * (h2 @ state.p3))


def tangent_kernel(p: Passes, c: float, x: Tensor) -> Tensor:
    """Return K of the residuals' flow e' = -K e, shape (n, n).

    K = (c / n) [h2.h2 + (d2.d2) o (h1.h1 + 1) + (g1.g1) o (x.x)], every product over neurons.
    """
    second = (p.d2 @ p.d2.T) * (p.h1 @ p.h1.T + 1.0)
    return c / len(x) * (p.h2 @ p.h2.T + second + (p.g1 @ p.g1.T) * (x @ x.T))


def displaced(state: State, p: Passes, x: Tensor, impulse: Tensor) -> State:
    """Return the state moved with frozen features by the time integral E_i = int e_i ds of the residuals, shape (n,).

    dp3 = -(1/n) sum_i E_i h2_i, dP2 = -(1/n) sum_i E_i d2_i h1_i', db2 = -(1/n) sum_i E_i d2_i,
    dP1 = -(1/n) sum_i E_i g1_i (x_i, 1)'. All layers have the same mobility.
    """
    weight = -impulse / len(x)
    return State(
        p1=state.p1 + (p.g1.T * weight) @ x,
        p2=state.p2,
        b2=state.b2 + weight @ p.d2,
        p3=state.p3 + weight @ p.h2,
        left=torch.cat((state.left, weight[:, None] * p.d2)),
        right=torch.cat((state.right, p.h1)),
    )


def conserved_drift(start: State, end: State) -> float:
    """Return the change of the conserved |p3|^2 - |P1|^2 - |b2|^2, relative to |p3|^2 + |P1|^2 at the end."""
    invariant = [float(s.p3.square().sum() - s.p1.square().sum() - s.b2.square().sum()) for s in (start, end)]
    return abs(invariant[1] - invariant[0]) / float(end.p3.square().sum() + end.p1.square().sum())
