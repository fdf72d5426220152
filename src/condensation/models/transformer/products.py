"""Matrix products of a transformer in a stated precision, with their gradients, on any device."""

from functools import cache
from typing import Any

import torch
from torch import Tensor


@cache
def has_units() -> bool:
    """Return whether torch's library for this processor (oneDNN) multiplies bfloat16 itself."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def multiply(a: Tensor, b: Tensor) -> Tensor:
    """Return a b, (n, k), of factors of one dtype, with it; of bfloat16 ones summed in float32 and rounded once.

    Without units for bfloat16 the factors, which float32 holds exactly, are multiplied there: torch's own loop would
    take ten times as long.
    """
    if a.dtype != torch.bfloat16 or a.is_cuda or has_units():
        return a @ b
    return (a.float() @ b.float()).bfloat16()


def product(x: Tensor, w: Tensor, precision: str) -> Tensor:
    """Return x w for x (..., n), w (n, k).

    float32: as it stands. bfloat16: both factors are rounded to bfloat16, here and in the gradients; sums are float32.
    x may be bfloat16 already (the activation of a feed-forward layer): then so is its gradient, which is only ever the
    factor of another product.
    """
    return _RoundedProduct.apply(x, w) if precision == "bfloat16" else x @ w


def product_for_relu(x: Tensor, w: Tensor, precision: str) -> Tensor:
    """Return the same for a product that is followed by ReLU and another product, so that bfloat16 holds it all."""
    return _RoundedProduct.apply(x, w, torch.bfloat16) if precision == "bfloat16" else x @ w


class _RoundedProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        rows, matrix = x.reshape(-1, x.shape[-1]).bfloat16(), w.bfloat16()
        ctx.save_for_backward(rows, matrix)
        ctx.shape, ctx.dtype = x.shape, x.dtype
        return _multiply(rows, matrix, dtype).reshape(*x.shape[:-1], w.shape[1])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        (gradient,) = gradients
        rows, matrix = ctx.saved_tensors
        outer = gradient.reshape(-1, gradient.shape[-1]).bfloat16()
        inner = _multiply(outer, matrix.T, ctx.dtype).reshape(ctx.shape)
        return inner, _multiply(rows.T, outer, torch.float32), None


def _multiply(a: Tensor, b: Tensor, dtype: torch.dtype) -> Tensor:
    """Return a b of bfloat16 factors, summed in float32, rounded once to dtype."""
    if dtype == torch.bfloat16:
        return multiply(a, b)
    if a.is_cuda:
        return torch.mm(a, b, out_dtype=dtype)
    return a.to(dtype) @ b.to(dtype)  # a product of two bfloat16 is exact in float32


def look_up(table: Tensor, index: Tensor, precision: str) -> Tensor:
    """Return the rows table[index], (..., d), of a table (n, d).

    The gradient is a product with the indicator matrix of the index, with the precision of the others and a fixed order
    of sums: torch's own adds rows by atomic operations on a GPU, in an order that changes from run to run.
    """
    return _Lookup.apply(table, index, precision == "bfloat16")


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, table: Tensor, index: Tensor, rounded: bool) -> Tensor:
        ctx.save_for_backward(index)
        ctx.rows, ctx.rounded = len(table), rounded
        return table[index]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (gradient,), (index,) = gradients, ctx.saved_tensors
        rows = gradient.reshape(-1, gradient.shape[-1])
        indicator = index.reshape(1, -1) == torch.arange(ctx.rows, device=index.device)[:, None]
        if ctx.rounded:
            return _multiply(indicator.bfloat16(), rows.bfloat16(), torch.float32), None, None
        return indicator.to(rows.dtype) @ rows, None, None
