"""Tasks of the theory questions: the least loss, dead units, rounded weights."""

from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, judge
from mlpbook.practice._registry import Hint, task

LN2 = 0.6931471805599453


@task("recruit-2-least-loss")
def check_least_loss(bound: Any) -> None:
    """One accuracy after the other, several at once, and the ends."""
    accuracies = torch.tensor([0.96, 1.0, 0.5, 0.0], dtype=torch.float64)
    for accuracy in (*accuracies, accuracies):
        got = call(bound, accuracy, usage="my_least_loss(accuracy)")
        judge(got, (1 - accuracy) * LN2, _loss_mistakes(accuracy))


def _loss_mistakes(accuracy: Tensor) -> dict[str, Tensor]:
    return {
        "accuracy-itself": accuracy * LN2,
        "no-log": 1 - accuracy,
        "half": (1 - accuracy) / 2,
        "log-of-accuracy": -accuracy.log(),
        "log10": (1 - accuracy) * torch.log10(torch.tensor(2.0, dtype=accuracy.dtype)),
        "bits": 1 - accuracy * LN2,
        "constant": torch.full_like(accuracy, LN2),
    }


@task("recruit-2-dead")
def check_dead(dead: Any) -> None:
    """Units on for some input, for none, and exactly at zero; also a single input."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    W = torch.tensor([[1.0, 0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0, 1.0]])
    b = torch.tensor([-0.5, 0.0, -1.0, -5.0, 0.5])
    for rows in (X, X[:1]):
        got = call(dead, rows, W, b, usage="my_dead_units(X, W, b)")
        Z = rows @ W + b
        if isinstance(got, Tensor) and got.dtype != torch.bool:
            raise Hint("not-boolean", got=str(got.dtype).removeprefix("torch."))
        judge(got, (Z <= 0).all(0), _dead_mistakes(rows, W, b))


def _dead_mistakes(X: Tensor, W: Tensor, b: Tensor) -> dict[str, Tensor]:
    Z = X @ W + b
    return {
        "any": (Z <= 0).any(0),
        "alive": (Z > 0).any(0),
        "strict": (Z < 0).all(0),
        "no-bias": (X @ W <= 0).all(0),
        "by-input": (Z <= 0).all(1),
        "matrix": Z <= 0,
        "mean": Z.mean(0) <= 0,
    }


@task("recruit-2-quantise")
def check_quantise(quantise: Any) -> None:
    """Two widths, several bits, a column of zeros and one far larger than the others."""
    generator = torch.Generator().manual_seed(42)
    W = torch.randn(7, 4, generator=generator, dtype=torch.float64)
    W[:, 1] *= 50
    W[:, 2] = 0
    for bits in (2, 4, 8):
        got = call(quantise, W, bits, usage="my_quantise(W, bits)")
        if isinstance(got, Tensor) and got.is_floating_point() and got.isnan().any():
            raise Hint("zero-column")
        judge(got, _rounded(W, bits), _quantise_mistakes(W, bits))


def _rounded(W: Tensor, bits: int, *, dim: int | None = 0, top: int | None = None) -> Tensor:
    """Whole multiples of the step that the largest weight sets."""
    limit = 2 ** (bits - 1) - 1 if top is None else top
    step = (W.abs().amax(dim, keepdim=True) if dim is not None else W.abs().max()) / limit
    step = torch.where(step == 0, torch.ones_like(step), step)
    return (W / step).round() * step


def _quantise_mistakes(W: Tensor, bits: int) -> dict[str, Tensor]:
    top = 2 ** (bits - 1) - 1
    largest = W.abs().amax(0, keepdim=True)
    step = torch.where(largest == 0, torch.ones_like(largest), largest / top)
    raw = W.amax(0, keepdim=True) / top
    return {
        "one-step": _rounded(W, bits, dim=None),
        "by-input": _rounded(W, bits, dim=1),
        "too-many": _rounded(W, bits, top=2**bits - 1),
        "one-more": _rounded(W, bits, top=2 ** (bits - 1)),
        "floor": (W / step).floor() * step,
        "integers": (W / step).round(),
        "no-abs": (W / torch.where(raw == 0, torch.ones_like(raw), raw)).round() * raw,
        "not-rounded": W,
    }
