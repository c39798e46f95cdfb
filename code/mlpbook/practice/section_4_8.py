"""Tasks of 4.8: Xavier's uniform weights, a standard deviation for leaky ReLU, joint clipping."""

import math
from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, close
from mlpbook.practice._registry import Hint, task


@task("4.8-xavier")
def check_xavier(sample: Any) -> None:
    """Shape, mean, variance, bounds and seeding of Xavier's uniform weights."""
    usage = "my_xavier(num_inputs, num_outputs, generator)"
    for n_in, n_out in ((400, 100), (100, 400), (300, 200)):
        draws = [
            call(sample, n_in, n_out, torch.Generator().manual_seed(seed), usage=usage)
            for seed in (1, 1, 2)
        ]
        _judge_weights(draws[0], n_in, n_out)
        if not torch.equal(draws[0], draws[1]) or torch.equal(draws[0], draws[2]):
            raise Hint("ignores-generator")


def _judge_weights(W: Any, n_in: int, n_out: int) -> None:
    if not isinstance(W, Tensor):
        raise Hint("not-a-tensor", got=type(W).__name__)
    if tuple(W.shape) != (n_in, n_out):
        raise Hint("shape", got=tuple(W.shape), expected=(n_in, n_out))
    if W.mean().abs() > 0.1 * W.std():
        raise Hint("not-centred", got=f"{W.mean().item():.3g}")
    variance, right = W.var().item(), 2 / (n_in + n_out)
    wrong = {
        "variance-third": right / 3,
        "variance-as-bound": right**2 / 3,
        "only-inputs": 1 / n_in,
        "only-outputs": 1 / n_out,
        "he": 2 / n_in,
    }
    if abs(variance / right - 1) > 0.05:
        for name, value in wrong.items():
            if abs(variance / value - 1) < 0.05:
                raise Hint(name, got=f"{variance:.3g}", expected=f"{right:.3g}")
        raise Hint("variance", got=f"{variance:.3g}", expected=f"{right:.3g}")
    if W.abs().max() > 1.001 * math.sqrt(3 * right):
        raise Hint("not-uniform")


@task("4.8-leaky-std")
def check_leaky_std(std: Any) -> None:
    """The standard deviation for several slopes and widths."""
    for n_in, n_out, slope in ((100, 300, 0.0), (50, 50, 0.5), (64, 16, 1.0), (200, 10, 0.1)):
        got = call(std, n_in, n_out, slope, usage="my_leaky_std(num_inputs, num_outputs, slope)")
        _judge_std(got, n_in, n_out, slope)


def _judge_std(got: Any, n_in: int, n_out: int, slope: float) -> None:
    if isinstance(got, bool) or not isinstance(got, int | float | Tensor):
        raise Hint("not-a-number", got=type(got).__name__)
    if isinstance(got, Tensor) and got.numel() != 1:
        raise Hint("shape", got=tuple(got.shape), expected=())
    value, kept = float(got), (1 + slope**2) / 2
    right = math.sqrt(1 / (kept * n_in))
    wrong = {
        "ignores-slope": math.sqrt(2 / n_in),
        "variance-not-std": right**2,
        "fan-out": math.sqrt(1 / (kept * n_out)),
        "xavier-average": math.sqrt(2 / (kept * (n_in + n_out))),
        "slope-not-squared": math.sqrt(2 / ((1 + slope) * n_in)),
        "multiplies": math.sqrt(kept / n_in),
    }
    if math.isclose(value, right, rel_tol=1e-5):
        return
    for name, number in wrong.items():
        if math.isclose(value, number, rel_tol=1e-5):
            raise Hint(name, slope=slope, got=f"{value:.4g}")
    raise Hint("std", slope=slope, got=f"{value:.4g}")


@task("4.8-clip")
def check_clip(clip: Any) -> None:
    """Joint clipping of gradients that are too long, short enough, and all zero."""
    generator = torch.Generator().manual_seed(42)
    long = [torch.randn(3, 4, generator=generator), 5 * torch.randn(6, generator=generator)]
    short = [0.01 * g for g in long]
    _judge_clip(_clipped(clip, long, 2.0), long, 2.0)
    _judge_clip(_clipped(clip, short, 2.0), short, 2.0)
    for got in _clipped(clip, [torch.zeros(2), torch.zeros(3)], 1.0):
        if not bool((got == 0).all()):
            raise Hint("zero")


def _clipped(clip: Any, grads: list[Tensor], limit: float) -> list[Tensor]:
    before = [g.clone() for g in grads]
    given = [g.clone() for g in grads]
    got = call(clip, given, limit, usage="my_clip(grads, max_norm)")
    if any(not torch.equal(a, b) for a, b in zip(before, given, strict=True)):
        raise Hint("in-place")
    if not isinstance(got, list | tuple) or not all(isinstance(g, Tensor) for g in got):
        raise Hint("not-a-list", got=type(got).__name__)
    if [g.shape for g in got] != [g.shape for g in grads]:
        raise Hint("shapes")
    return list(got)


def _judge_clip(got: list[Tensor], grads: list[Tensor], limit: float) -> None:
    joint = torch.cat([g.flatten() for g in grads]).norm()
    factor = min(1.0, limit / joint.item())
    wrong = {
        "always-scales": [limit / joint * g for g in grads],
        "each-alone": [g * (limit / g.norm()).clamp(max=1) for g in grads],
        "by-value": [g.clamp(-limit, limit) for g in grads],
        "largest-entry": [g * min(1.0, limit / max(h.abs().max() for h in grads)) for g in grads],
        "squared-norm": [g * min(1.0, limit / joint.item() ** 2) for g in grads],
        "sum-of-norms": [g * min(1.0, limit / sum(h.norm() for h in grads)) for g in grads],
        "unchanged": grads,
    }
    if _same(got, [factor * g for g in grads]):
        return
    for name, tensors in wrong.items():
        if _same(got, tensors):
            raise Hint(name)
    raise Hint("clip", got=f"{torch.cat([g.flatten() for g in got]).norm().item():.3g}")


def _same(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(close(a, b, 1e-4) for a, b in zip(first, second, strict=True))
