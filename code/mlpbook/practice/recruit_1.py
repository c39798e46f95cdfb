"""Tasks of the first recruit sheet: a scaler, the number of steps, a step of Adam."""

import math
from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, judge
from mlpbook.practice._registry import Hint, task

ALPHA, KEEP, EPS = 0.9, 0.999, 1e-8


@task("recruit-1-scaler")
def check_scaler(scale: Any) -> None:
    """Columns of different sizes, and one that is constant in the training set."""
    generator = torch.Generator().manual_seed(5)
    train = torch.randn(12, 3, generator=generator, dtype=torch.float64) * 3 + 5
    test = torch.randn(4, 3, generator=generator, dtype=torch.float64) + 1
    for constant in (False, True):
        if constant:
            train = train.clone()
            train[:, 1] = 7.0
        got = _pair(call(scale, train, test, usage="my_scale(train, test)"))
        if any(isinstance(part, Tensor) and not part.isfinite().all() for part in got):
            raise Hint("divides-by-zero")
        mean, std = train.mean(0), _std(train)
        judge(got[0], (train - mean) / std, _scaler_mistakes(train, train))
        judge(got[1], (test - mean) / std, _scaler_mistakes(train, test))


def _pair(got: Any) -> Any:
    if isinstance(got, tuple | list) and len(got) == 2:
        if any(part is ... for part in got):
            raise Hint("todo")
        return got
    raise Hint("not-a-pair", got=type(got).__name__)


def _std(x: Tensor, correction: int = 1) -> Tensor:
    std = x.std(0, correction=correction)
    return torch.where(std > 0, std, torch.ones_like(std))


def _scaler_mistakes(train: Tensor, x: Tensor) -> dict[str, Tensor]:
    both_std = train.std() if train.std() > 0 else torch.ones(())
    return {
        "own-statistics": (x - x.mean(0)) / _std(x),
        "no-mean": x / _std(train),
        "no-std": x - train.mean(0),
        "whole-table": (x - train.mean()) / both_std,
        "divides-by-n": (x - train.mean(0)) / _std(train, 0),
        "min-max": (x - train.amin(0)) / (train.amax(0) - train.amin(0)).clamp(min=1e-300),
    }


@task("recruit-1-steps")
def check_steps(steps: Any) -> None:
    """Full and incomplete last batches, and a batch that is larger than the data."""
    cases = ((1000, 32, 5, False), (1000, 32, 5, True), (96, 32, 4, False), (20, 64, 3, False))
    for n, size, epochs, drop in cases:
        got = call(steps, n, size, epochs, drop, usage="my_steps(n, batch_size, num_epochs, drop)")
        if isinstance(got, Tensor):
            got = got.item() if got.numel() == 1 else got
        if isinstance(got, bool) or not isinstance(got, int | float):
            raise Hint("not-a-number", got=type(got).__name__)
        right = epochs * (n // size if drop else -(-n // size))
        if got != right:
            raise Hint(_steps_mistake(got, n, size, epochs, drop), got=got, right=right)


def _steps_mistake(got: float, n: int, size: int, epochs: int, drop: bool) -> str:
    mistakes = {
        "ignores-last": epochs * (n // size),
        "ignores-drop": epochs * -(-n // size),
        "epochs-alone": epochs,
        "one-epoch": n // size if drop else -(-n // size),
        "rounds-late": math.floor(epochs * n / size) if drop else math.ceil(epochs * n / size),
        "examples": epochs * n,
    }
    found = [name for name, value in mistakes.items() if got == value]
    return found[0] if found else "wrong-count"


@task("recruit-1-adam")
def check_adam(step: Any) -> None:
    """Three steps with gradients of very different sizes, against the rule of torch.optim.Adam."""
    w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    v, r, t = torch.zeros_like(w), torch.zeros_like(w), 0
    for scale in (1.0, -0.5, 2.0):
        g = scale * torch.tensor([2.0, 0.01, 1e-8], dtype=torch.float64)
        got = _pair(call(step, w, g, (v, r, t), 0.1, usage="my_adam(w, g, state, lr)"))
        if not (isinstance(got[1], tuple | list) and len(got[1]) == 3):
            raise Hint("not-a-state", got=type(got[1]).__name__)
        right = _adam(w, g, v, r, t)
        _compare(got[0], right, w, _adam_mistakes(w, g, v, r, t))
        v, r, t = right[1], right[2], t + 1
        _judge_state(got[1], v, r, t)
        w = right[0]


def _adam(w: Tensor, g: Tensor, v: Tensor, r: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
    v, r = ALPHA * v + (1 - ALPHA) * g, KEEP * r + (1 - KEEP) * g**2
    v_hat, r_hat = v / (1 - ALPHA ** (t + 1)), r / (1 - KEEP ** (t + 1))
    return w - 0.1 * v_hat / (r_hat.sqrt() + EPS), v, r


def _adam_mistakes(w: Tensor, g: Tensor, v: Tensor, r: Tensor, t: int) -> dict[str, Tensor]:
    _, v, r = _adam(w, g, v, r, t)
    n = t + 1
    v_hat, r_hat = v / (1 - ALPHA**n), r / (1 - KEEP**n)
    return {
        "uphill": w + 0.1 * v_hat / (r_hat.sqrt() + EPS),
        "no-correction": w - 0.1 * v / (r.sqrt() + EPS),
        "half-correction": w - 0.1 * v_hat / (r.sqrt() + EPS),
        "epsilon-inside": w - 0.1 * v_hat / (r_hat + EPS).sqrt(),
        "no-root": w - 0.1 * v_hat / (r_hat + EPS),
    }


def _compare(got: Any, right: Any, w: Tensor, mistakes: dict[str, Tensor]) -> None:
    """Judge the change of w, which is small beside w."""
    change = got - w if isinstance(got, Tensor) and got.shape == w.shape else got
    judge(change, right[0] - w, {name: wrong - w for name, wrong in mistakes.items()})


def _judge_state(state: Any, v: Tensor, r: Tensor, t: int) -> None:
    if state[2] != t:
        raise Hint("count", got=state[2], right=t)
    for given, right in zip(state[:2], (v, r), strict=True):
        if not isinstance(given, Tensor) or not torch.allclose(given, right, rtol=1e-6, atol=0):
            raise Hint("corrected-state")
