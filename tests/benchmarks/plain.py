"""The usual way: an nn.Module in double precision, autograd, torch.optim.SGD, one run at a time."""

import torch
from torch import Tensor, nn


class TwoLayer(nn.Module):
    """f(x) = (1/alpha) sum_k a_k relu(w_k . (x, 1)), x of `inputs` coordinates."""

    def __init__(self, m: int, alpha: float, inputs: int = 1) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, m, dtype=torch.float64)
        self.output = nn.Linear(m, 1, bias=False, dtype=torch.float64)
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        """Return f at the rows of x, shape (n, 1)."""
        return self.output(torch.relu(self.hidden(x))) / self.alpha


class ThreeLayer(nn.Module):
    """f(x) = (1/alpha) a . relu(W2 relu(W1 (x, 1)) + b2)."""

    def __init__(self, m: int, alpha: float) -> None:
        super().__init__()
        self.first = nn.Linear(1, m, dtype=torch.float64)
        self.second = nn.Linear(m, m, dtype=torch.float64)
        self.output = nn.Linear(m, 1, bias=False, dtype=torch.float64)
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        """Return f at the rows of x, shape (n, 1)."""
        return self.output(torch.relu(self.second(torch.relu(self.first(x))))) / self.alpha


def train_plain(network: nn.Module, x: Tensor, y: Tensor, *, learning_rate: float, steps: int) -> float:
    """Take gradient steps of R_S = 1/(2n) |f - y|^2 and return the last loss."""
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((network(x)[:, 0] - y) ** 2).mean() / 2
        loss.backward()
        optimizer.step()
    return float(loss.detach())
