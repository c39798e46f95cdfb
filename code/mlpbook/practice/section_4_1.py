"""Tasks of 4.1: merging affine layers, XNOR by hand, interpolation by ReLUs, PReLU backwards."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.practice._probe import call, close, judge
from mlpbook.practice._registry import Hint, task


def _tuple_of(got: Any, length: int) -> list[Tensor]:
    """The parts of an answer; unfilled places mean that the starter is still there."""
    if not isinstance(got, tuple | list):
        raise Hint("not-a-tuple", got=type(got).__name__, expected=length)
    if any(part is ... for part in got):
        raise Hint("todo")
    if len(got) != length:
        raise Hint("not-a-tuple", got=f"{type(got).__name__}({len(got)})", expected=length)
    for part in got:
        if not isinstance(part, Tensor):
            raise Hint("not-a-tensor", got=type(part).__name__)
    return list(got)


@task("4.1-merge")
def check_merge(merge: Any) -> None:
    """Two affine layers as one: widths that differ, then equal ones where the order is silent."""
    usage = "my_merge(W1, b1, W2, b2)"
    for sizes in ((4, 4, 4), (3, 5, 2)):
        W1, b1, W2, b2 = _two_layers(sizes)
        W, b = _tuple_of(call(merge, W1, b1, W2, b2, usage=usage), 2)
        square = sizes[0] == sizes[1] == sizes[2]
        mistakes = {"sum": W1 + W2, "reversed": W2 @ W1} if square else {}
        judge(W, W1 @ W2, mistakes | {"transposed": (W1 @ W2).T})
        wrong = {"forgets-b1": b2, "forgets-b2": b1 @ W2}
        if square:
            wrong |= {"adds-biases": b1 + b2, "b1-through-W1": b1 @ W1 + b2}
        judge(b, b1 @ W2 + b2, wrong)


def _two_layers(sizes: tuple[int, int, int]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(42)
    d, h, q = sizes
    shapes = ((d, h), (h,), (h, q), (q,))
    return [torch.randn(shape, generator=generator) for shape in shapes]


@task("4.1-xnor")
def check_xnor(xnor: Any) -> None:
    """Parameters of a network of two ReLUs, judged by its outputs on the four corners."""
    parts = _tuple_of(call(xnor, usage="my_xnor()"), 4)
    W1, b1, w2, b2 = (part.double() for part in parts)
    shapes = [tuple(part.shape) for part in (W1, b1, w2)]
    if shapes != [(2, 2), (2,), (2,)] or b2.numel() != 1:
        raise Hint("wrong-shapes", got=f"{shapes} + {tuple(b2.shape)}")
    corners = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).double()
    out = F.relu(corners @ W1 + b1) @ w2 + b2.reshape(())
    right = torch.tensor([1.0, 0.0, 0.0, 1.0]).double()
    shown = [round(value, 3) for value in out.tolist()]
    if close(out, right):
        return
    if close(out, 1 - right):
        raise Hint("xor")
    if close(out, out[0].expand(4)):
        raise Hint("constant", got=f"{shown[0]:g}")
    if torch.equal(out > 0.5, right > 0.5):
        raise Hint("only-the-right-side", got=shown)
    raise Hint("outputs", got=shown)


@task("4.1-interpolate")
def check_interpolate(interpolate: Any) -> None:
    """A ReLU network through given points: the points, what lies between, uneven spacing."""
    usage = "my_interpolation(t, y)"
    even = torch.linspace(-1, 1, 5, dtype=torch.float64)
    uneven = torch.tensor([-2.0, -1.5, 0.0, 0.25, 2.0], dtype=torch.float64)
    for t in (even, uneven):
        y = torch.tensor([1.0, -1.0, 0.5, 2.0, 0.0], dtype=torch.float64)
        got = _tuple_of(call(interpolate, t, y, usage=usage), 4)
        middle = torch.cat([t, (t[1:] + t[:-1]) / 2]).sort().values
        _judge_network(got, t, y, middle)


def _judge_network(got: list[Tensor], t: Tensor, y: Tensor, x: Tensor) -> None:
    W1, b1, W2, b2 = (part.double() for part in got)
    if W1.ndim != 2 or W1.shape[0] != 1 or W2.ndim != 2 or W2.shape[1] != 1:
        raise Hint("wrong-shapes", got=f"W1 {tuple(W1.shape)}, W2 {tuple(W2.shape)}")
    try:
        out = (F.relu(x.unsqueeze(1) @ W1 + b1) @ W2 + b2).reshape(-1)
    except RuntimeError:
        shapes = [tuple(part.shape) for part in got]
        raise Hint("wrong-shapes", got=f"{shapes}") from None
    slopes = y.diff() / t.diff()
    changes = slopes.diff(prepend=torch.zeros(1, dtype=t.dtype))
    jumps = y.diff().diff(prepend=torch.zeros(1, dtype=t.dtype)) / (t[1] - t[0])
    right = _broken_line(x, t, y[0], changes)
    mistakes = {
        "slopes-not-changes": _broken_line(x, t, y[0], slopes),
        "starts-at-zero": right - y[0],
        "signs-of-knots": _broken_line(x, -t, y[0], changes),
        "assumes-even": _broken_line(x, t, y[0], jumps),
        "no-division": _broken_line(x, t, y[0], changes * (t[1] - t[0])),
    }
    if out.shape != right.shape:
        raise Hint("wrong-shapes", got=f"{tuple(out.shape)}")
    judge(out, right, mistakes)


def _broken_line(x: Tensor, t: Tensor, start: Tensor, changes: Tensor) -> Tensor:
    return start + F.relu(x.unsqueeze(1) - t[:-1]) @ changes


@task("4.1-prelu")
def check_prelu(backward: Any) -> None:
    """PReLU's backward pass: both gradients, the corner, any shape."""
    usage = "my_prelu_backward(x, a, g)"
    generator = torch.Generator().manual_seed(42)
    for shape in ((7,), (3, 4)):
        x = torch.randn(shape, generator=generator)
        x.view(-1)[2] = 0.0
        g, a = torch.randn(shape, generator=generator), torch.tensor(0.25)
        got = call(backward, x, a, g, usage=usage)
        in_x, in_a = _tuple_of(got, 2)
        slope = torch.where(x > 0, 1.0, 0.25)
        judge(in_x, slope * g, _mistakes_in_x(x, g, slope))
        each = x.clamp(max=0) * g
        wrong = {"not-summed": each, "mean": each.mean(), "all-inputs": (x * g).sum()}
        wrong |= {"a-without-g": x.clamp(max=0).sum(), "positive-side": (x.clamp(min=0) * g).sum()}
        judge(in_a.reshape(()) if in_a.numel() == 1 else in_a, each.sum(), wrong)


def _mistakes_in_x(x: Tensor, g: Tensor, slope: Tensor) -> dict[str, Tensor]:
    return {
        "without-g": slope,
        "one-at-zero": torch.where(x >= 0, 1.0, 0.25) * g,
        "relu": (x > 0) * g,
        "value": slope * x * g,
    }
