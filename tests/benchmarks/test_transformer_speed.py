"""Speed of the transformer's engine: against nn.TransformerEncoder + AdamW, and against the machine's products."""

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import numpy as np
import pytest
import torch

from condensation.models.transformer.compiled import CompiledTransformer
from condensation.models.transformer.optimiser import adamw
from condensation.models.transformer.parameters import initial_parameters
from condensation.models.transformer.run import BLOCK, TransformerRun
from condensation.models.transformer.task import LENGTH, Tokens, training_data

AUTHORS = {"d_model": 400, "d_head": 200, "d_ff": 1200, "vocabulary": 201, "batch": 2048}
SIZES = {
    "d = 32, batch 64": {"d_model": 32, "d_head": 16, "d_ff": 64, "vocabulary": 110, "batch": 64},
    "d = 64, batch 256": {"d_model": 64, "d_head": 32, "d_ff": 512, "vocabulary": 110, "batch": 256},
    "the authors' size": AUTHORS,
    "the authors' size, bfloat16": AUTHORS | {"precision": "bfloat16"},
}


def make_run(**size) -> TransformerRun:
    others = {"precision": "float32", "device": "cpu", "keep": "measures", "seed": 0, "sequences": 0, "patience": 0}
    rates = {"learning_rate": 1e-3, "lowest_rate": 1e-5, "weight_decay": 0.01, "clip": 1.0}
    schedule = {"steps": 1000, "stop": 1000, "warm_up": 100}
    return TransformerRun(gamma=0.5, layers=2, key_low=20, key_high=100, **(others | rates | schedule | size))


def seconds(step: Callable[[], object], least: float = 0.5) -> float:
    """CPU seconds of a step, the best of three means over `least` seconds."""
    step()
    best = np.inf
    for _ in range(3):
        began, count = time.process_time(), 0
        while (spent := time.process_time() - began) < least or not count:
            step()
            count += 1
        best = min(best, spent / count)
    return best


def batches(run: TransformerRun) -> Iterator[tuple[Tokens, Tokens]]:
    """Yield fresh batches, 4,096 sequences drawn at a time as in a training."""
    generator = np.random.default_rng(0)
    while True:
        tokens, answers = training_data(4096, run.key_low, run.key_high, generator=generator)
        for start in range(0, 4096, run.batch):
            yield tokens[start : start + run.batch], answers[start : start + run.batch]


def engine_step(run: TransformerRun) -> Callable[[], None]:
    theta = initial_parameters(run, generator=np.random.default_rng(0))
    network, m, v = CompiledTransformer(run, theta), np.zeros_like(theta), np.zeros_like(theta)
    count, data = iter(range(1, 10**9)), batches(run)

    def step() -> None:
        network.loss_and_gradient(*next(data))
        adamw(theta, network.gradient, m, v, next(count), run.learning_rate, run.weight_decay, run.clip)

    return step


class Usual(torch.nn.Module):
    """The usual way: nn.Embedding, nn.TransformerEncoder (whose d_k is d_model), nn.Linear."""

    def __init__(self, run: TransformerRun) -> None:
        super().__init__()
        self.tokens = torch.nn.Embedding(run.vocabulary, run.d_model)
        self.positions = torch.nn.Parameter(torch.randn(LENGTH, run.d_model))
        layer = torch.nn.TransformerEncoderLayer(
            run.d_model, 1, run.d_ff, dropout=0.0, batch_first=True, norm_first=False, bias=False
        )
        self.encoder = torch.nn.TransformerEncoder(layer, run.layers, enable_nested_tensor=False)
        self.output = torch.nn.Linear(run.d_model, run.vocabulary)
        self.mask = torch.nn.Transformer.generate_square_subsequent_mask(LENGTH)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        h = self.encoder(self.tokens(tokens) + self.positions, mask=self.mask, is_causal=True)
        return self.output(h[:, -1])


def usual_step(run: TransformerRun) -> Callable[[], None]:
    data, model = batches(run), Usual(run)
    optimizer = torch.optim.AdamW(model.parameters(), lr=run.learning_rate, weight_decay=run.weight_decay)
    rounded = run.precision == "bfloat16"

    def step() -> None:
        tokens, answers = (torch.from_numpy(part).long() for part in next(data))
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16) if rounded else nullcontext():
            loss = torch.nn.functional.cross_entropy(model(tokens), answers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), run.clip)
        optimizer.step()

    return step


def products_step(run: TransformerRun) -> Callable[[], None]:
    """The matrix products with weights of a step alone, forward and both gradients: less is not possible.

    Queries, keys and values of layer 1 come from tables, the last layer has one query a sequence.
    """
    d, k, f = run.d_model, run.d_head, run.d_ff
    dtype = torch.bfloat16 if run.precision == "bfloat16" else torch.float32
    block = min(run.batch, BLOCK)
    shapes = [(block * LENGTH, n, m) for n, m in ((k, d), (d, f), (f, d))]
    shapes += [(block, n, m) for n, m in ((d, k), (k, d), (d, k), (k, d), (d, f), (f, d), (d, run.vocabulary))]
    factors = [[torch.randn(size).to(dtype) for size in ((r, n), (n, m), (r, m))] for r, n, m in shapes]

    def step() -> None:
        for _ in range(run.batch // block):
            for x, w, g in factors:
                torch.mm(x, w), torch.mm(g, w.T), torch.mm(x.T, g)

    return step


@pytest.mark.parametrize("name", SIZES)
def test_engine_against_the_usual_way_and_its_products(benchmark, report, name):
    torch.set_num_threads(1)
    run = make_run(**SIZES[name])
    ours = engine_step(run)
    turns = [[seconds(step) for step in (ours, usual_step(run), products_step(run))] for _ in range(2)]
    step, usual, products = (min(times) for times in zip(*turns, strict=True))  # other loads come and go
    found = {"cpu_seconds": step, "samples_per_cpu_second": round(run.batch / step)}
    benchmark.extra_info |= found | {"speed_up": usual / step, "share_of_products": products / step}
    benchmark.pedantic(ours, rounds=2, iterations=1)
    report(
        f"transformer, {name}: {step:.3g} CPU s a step, {usual / step:.1f} times as fast as the usual way; "
        f"{products / step:.0%} of it are matrix products"
    )
