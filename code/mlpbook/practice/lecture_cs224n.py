"""Tasks of the CS224n lecture: a derivative along a direction, a schedule, a step of AdamW."""

import math
from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, judge
from mlpbook.practice._registry import Hint, task


def _cubic(x: Tensor) -> Tensor:
    """Its third derivative is not 0, so that forward and central differ."""
    return (x**3).sum() + torch.sin(x).sum()


def _cubic_slope(x: Tensor) -> Tensor:
    return 3 * x**2 + torch.cos(x)


@task("lecture-cs224n-numgrad")
def check_numgrad(directional: Any) -> None:
    """In both precisions, with directions of any length; the point must stay as it was."""
    generator = torch.Generator().manual_seed(3)
    for dtype, tolerance in ((torch.float64, 1e-7), (torch.float32, 1e-5)):
        x = torch.randn(4, 3, generator=generator).to(dtype)
        v = 2 * torch.randn(4, 3, generator=generator).to(dtype)
        got = call(directional, _cubic, x, v, usage="my_directional(f, x, v)")
        _judge_slope(got, x.double(), v.double(), tolerance, single=dtype == torch.float32)


def _judge_slope(got: Any, x: Tensor, v: Tensor, tolerance: float, *, single: bool) -> None:
    if isinstance(got, bool) or not isinstance(got, int | float):
        raise Hint("not-a-float", got=type(got).__name__)
    right = (_cubic_slope(x) * v).sum().item()
    wrong = {
        "not-halved": 2 * right,
        "quartered": right / 2,
        "sign": -right,
        "unit-direction": right / v.norm().item(),
        "ignores-direction": _cubic_slope(x).sum().item(),
    }
    off = abs(got / right - 1)
    if off < tolerance:
        return
    for name, value in wrong.items():
        if abs(got / value - 1) < max(tolerance, 1e-4):
            raise Hint(name)
    if off < 0.2:
        raise Hint("float32" if single else "one-sided")
    raise Hint("slope", got=f"{got:.4g}", expected=f"{right:.4g}")


@task("lecture-cs224n-schedule")
def check_schedule(rate: Any) -> None:
    """Every step of three schedules, the end of the warm-up and the step past the end."""
    for peak, warmup, num_steps in ((1.0, 10, 100), (0.3, 5, 25), (2.0, 1, 8)):
        args = (peak, warmup, num_steps)
        got = [_one_rate(rate, t, *args) for t in range(num_steps)]
        _judge_rates(got, *args)
        if warmup > 1 and abs(_one_rate(rate, num_steps, *args)) > 1e-9 * peak:
            raise Hint("end", got=f"{_one_rate(rate, num_steps, *args):.3g}")


def _one_rate(rate: Any, *args: float) -> float:
    got = call(rate, *args, usage="my_rate(t, peak, warmup, num_steps)")
    if isinstance(got, Tensor) and got.numel() == 1:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float):
        raise Hint("not-a-rate", got=type(got).__name__)
    return float(got)


def _judge_rates(got: list[float], peak: float, warmup: int, num_steps: int) -> None:
    right = [_rate(t, peak, warmup, num_steps) for t in range(num_steps)]
    if _alike(got, right):
        return
    wrong = {
        "zero-first": [_late(t, peak, warmup, num_steps) for t in range(num_steps)],
        "no-warmup": [_half_cosine(t / num_steps) * peak for t in range(num_steps)],
        "cosine-from-start": [
            _half_cosine(t / num_steps) * peak if t >= warmup else right[t]
            for t in range(num_steps)
        ],
        "peak-ignored": [value / peak for value in right],
        "not-halved-cosine": [value if t < warmup else 2 * value for t, value in enumerate(right)],
        "ramp": [peak * (t + 1) / warmup if t < warmup else value for t, value in enumerate(right)],
    }
    for name, values in wrong.items():
        if not _alike(values, right) and _alike(got, values):
            raise Hint(name)
    t = next(t for t, (a, b) in enumerate(zip(got, right, strict=True)) if abs(a - b) > 1e-6)
    raise Hint("rising" if t < warmup else "falling", t=t, got=f"{got[t]:.4g}")


def _alike(a: list[float], b: list[float]) -> bool:
    return all(math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-9) for x, y in zip(a, b, strict=True))


def _half_cosine(share: float) -> float:
    return (1 + math.cos(math.pi * share)) / 2


def _rate(t: int, peak: float, warmup: int, num_steps: int) -> float:
    if t < warmup:
        return peak * (t + 1) / (warmup + 1)
    return peak * _half_cosine((t - warmup) / (num_steps - warmup))


def _late(t: int, peak: float, warmup: int, num_steps: int) -> float:
    """The ramp that begins at 0."""
    return peak * t / warmup if t < warmup else _rate(t, peak, warmup, num_steps)


@task("lecture-cs224n-adam")
def check_adam(step: Any) -> None:
    """Three steps in the midst of a run; each part of the result is judged."""
    generator = torch.Generator().manual_seed(4)
    p = torch.randn(5, generator=generator, dtype=torch.float64)
    m = torch.randn(5, generator=generator, dtype=torch.float64) / 3
    v = torch.rand(5, generator=generator, dtype=torch.float64) / 100
    lr, decay = 0.05, 0.5
    for t in (3, 4, 5):
        g = torch.randn(5, generator=generator, dtype=torch.float64)
        got = call(step, p, g, m, v, t, lr, decay, usage="my_adamw(p, g, m, v, t, lr, decay)")
        if not isinstance(got, tuple | list) or len(got) != 3:
            raise Hint("not-three", got=type(got).__name__)
        right = _adamw(p, g, m, v, t, lr, decay)
        coupled = 0.9 * m + 0.1 * (g + decay * p)
        moments = {"decay-in-gradient": coupled, "no-factor": 0.9 * m + g}
        judge(got[1], right[1], moments | {"returns-corrected": right[1] / (1 - 0.9**t)})
        squares = {"not-squared": 0.999 * v + 0.001 * g, "no-factor": 0.999 * v + g**2}
        judge(got[2], right[2], squares | {"returns-corrected": right[2] / (1 - 0.999**t)})
        judge(got[0], right[0], _mistakes(p, right[1], right[2], t, lr, decay))
        p, m, v = right


def _adamw(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, decay: float
) -> tuple[Tensor, Tensor, Tensor]:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return p - lr * (_direction(m, v, t) + decay * p), m, v


def _direction(m: Tensor, v: Tensor, t: int) -> Tensor:
    return m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)


def _mistakes(
    p: Tensor, m: Tensor, v: Tensor, t: int, lr: float, decay: float
) -> dict[str, Tensor]:
    """What typical wrong updates give, from moments that are right."""
    right = _direction(m, v, t)
    no_root = m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8)
    return {
        "no-correction": p - lr * (m / (v.sqrt() + 1e-8) + decay * p),
        "no-decay": p - lr * right,
        "decay-without-lr": p - lr * right - decay * p,
        "ascends": p + lr * right - lr * decay * p,
        "no-root": p - lr * (no_root + decay * p),
    }
