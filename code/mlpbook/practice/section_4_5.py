"""Tasks of 4.5: a step that decays, degrees of freedom, the proximal step, ridge regression."""

from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, judge, run
from mlpbook.practice._registry import Hint, task

LR, LAMBDA = 0.1, 0.5


@task("4.5-decay")
def check_decay(step: Any) -> None:
    """Two steps on a matrix and a bias, compared with (1 - lr lambda) w - lr g."""
    params = [torch.tensor([[1.0, -2.0], [3.0, 0.5]]), torch.tensor([0.5, -1.0])]
    params = [param.requires_grad_() for param in params]
    for count in range(2):
        gradients = [torch.full_like(param, 0.3 + count) for param in params]
        _one_step(step, params, gradients)


def _one_step(step: Any, params: list[Tensor], gradients: list[Tensor]) -> None:
    before = [param.detach().clone() for param in params]
    for param, gradient in zip(params, gradients, strict=True):
        param.grad = gradient.clone()
    given = list(params)
    try:
        run(step, given, LR, LAMBDA, usage="my_decayed_step(params, lr, lambd)")
    except Hint as hint:
        if "leaf Variable that requires grad" in str(hint.fields.get("error")):
            raise Hint("no-no-grad") from hint
        raise
    if any(new is not old for new, old in zip(given, params, strict=True)):
        raise Hint("replaces-tensors")
    if all(torch.equal(p.detach(), old) for p, old in zip(params, before, strict=True)):
        raise Hint("unchanged")
    _judge_weights(params[0].detach(), before[0], gradients[0])
    _judge_bias(params[1].detach(), before[1], gradients[1])
    for param in params:
        if param.grad is not None and param.grad.any():
            raise Hint("grad-not-zeroed")


def _judge_weights(new: Tensor, old: Tensor, gradient: Tensor) -> None:
    right = (1 - LR * LAMBDA) * old - LR * gradient
    mistakes = {
        "no-decay": old - LR * gradient,
        "twice": (1 - 2 * LR * LAMBDA) * old - LR * gradient,
        "decay-without-lr": (1 - LAMBDA) * old - LR * gradient,
        "grows": (1 + LR * LAMBDA) * old - LR * gradient,
        "decays-gradient": (1 - LR * LAMBDA) * (old - LR * gradient),
        "only-decay": (1 - LR * LAMBDA) * old,
        "sign": old - LR * gradient - LR * LAMBDA * old.sign(),
    }
    judge(new, right, mistakes)


def _judge_bias(new: Tensor, old: Tensor, gradient: Tensor) -> None:
    mistakes = {"bias-decays": (1 - LR * LAMBDA) * old - LR * gradient, "bias-stays": old}
    judge(new, old - LR * gradient, mistakes)


@task("4.5-df")
def check_df(df: Any) -> None:
    """Degrees of freedom for tall, wide and shifted inputs, and without a penalty."""
    generator = torch.Generator().manual_seed(42)
    for n, d, shift in ((12, 4, 0.0), (5, 9, 0.0), (12, 4, 3.0)):
        X = torch.randn(n, d, generator=generator, dtype=torch.float64) + shift
        for lambd in (0.3, 2.0, 0.0):
            got = call(df, X, lambd, usage="my_df(X, lambd)")
            got = torch.as_tensor(got) if isinstance(got, float | int) else got
            if lambd == 0 and isinstance(got, Tensor) and got.isnan().any():
                raise Hint("zero-by-zero")
            judge(got, _freedom(X, n * lambd), _df_mistakes(X, lambd))


def _freedom(X: Tensor, total: float, *, centre: bool = True) -> Tensor:
    """Sum of s^2 / (s^2 + total) over the singular values that are not 0."""
    s = torch.linalg.svdvals(X - X.mean(0) if centre else X)
    s = s[s > 1e-9]
    return (s**2 / (s**2 + total)).sum()


def _df_mistakes(X: Tensor, lambd: float) -> dict[str, Tensor]:
    n, d = X.shape
    s = torch.linalg.svdvals(X - X.mean(0))
    s = s[s > 1e-9]
    return {
        "not-centred": _freedom(X, n * lambd, centre=False),
        "sum-lambda": _freedom(X, lambd),
        "not-squared": (s / (s + n * lambd)).sum(),
        "parameters": torch.tensor(float(d), dtype=X.dtype),
        "complement": (n * lambd / (s**2 + n * lambd)).sum(),
        "factors": s**2 / (s**2 + n * lambd),
        "columns": _freedom(X, d * lambd),
    }


@task("4.5-soft-threshold")
def check_soft_threshold(step: Any) -> None:
    """Proximal steps: values on both sides of the threshold, no penalty, exact zeros."""
    usage = "my_proximal_step(w, gradient, lr, lambd)"
    w = torch.tensor([2.0, -1.5, 0.06, -0.04, 0.0, 0.5], dtype=torch.float64)
    gradient = torch.tensor([0.5, 1.0, 0.2, -0.3, 4.0, 5.3], dtype=torch.float64)
    for lr, lambd in ((0.1, 0.7), (0.5, 0.2), (0.1, 0.0)):
        got = call(step, w, gradient, lr, lambd, usage=usage)
        moved = w - lr * gradient
        right = moved.sign() * (moved.abs() - lr * lambd).clamp(min=0)
        judge(got, right, _proximal_mistakes(w, gradient, lr, lambd))
        if not torch.equal(got == 0, right == 0):
            raise Hint("nearly-zero")


def _proximal_mistakes(w: Tensor, gradient: Tensor, lr: float, lambd: float) -> dict[str, Tensor]:
    moved, limit = w - lr * gradient, lr * lambd
    first = w.sign() * (w.abs() - limit).clamp(min=0)
    return {
        "subgradient": moved - limit * w.sign(),
        "no-threshold": moved,
        "threshold-without-lr": moved.sign() * (moved.abs() - lambd).clamp(min=0),
        "threshold-first": first - lr * gradient,
        "not-clamped": moved - limit * moved.sign(),
        "hard": torch.where(moved.abs() > limit, moved, 0 * moved),
        "no-sign": (moved.abs() - limit).clamp(min=0),
        "one-sided": (moved - limit).clamp(min=0),
        "ridge": moved / (1 + limit),
        "ascends": (w + lr * gradient).sign() * ((w + lr * gradient).abs() - limit).clamp(min=0),
    }


@task("4.5-ridge")
def check_ridge(ridge: Any) -> None:
    """Ridge with a free bias: tall and wide data, labels and inputs far from the origin."""
    generator = torch.Generator().manual_seed(42)
    for n, d, lambd in ((12, 3, 0.5), (6, 10, 2.0)):
        X = torch.randn(n, d, generator=generator, dtype=torch.float64) + 1
        y = X.sum(1, keepdim=True) + 5
        y = y + torch.randn(n, 1, generator=generator, dtype=torch.float64)
        got = call(ridge, X, y, lambd, usage="my_ridge(X, y, lambd)")
        if isinstance(got, tuple | list) and len(got) == 2 and all(g is ... for g in got):
            raise Hint("todo")
        if not (isinstance(got, tuple | list) and len(got) == 2):
            raise Hint("not-a-pair", got=type(got).__name__)
        w, b = _ridge(X, y, lambd)
        wrong = _ridge_mistakes(X, y, lambd)
        judge(got[0], w, {name: pair[0] for name, pair in wrong.items()})
        judge(got[1], b, {"bias-not-shifted": y.mean(0), **{k: v[1] for k, v in wrong.items()}})


def _ridge(X: Tensor, y: Tensor, lambd: float) -> tuple[Tensor, Tensor]:
    n, d = X.shape
    Xc, yc = X - X.mean(0), y - y.mean(0)
    A = Xc.T @ Xc + n * lambd * torch.eye(d, dtype=X.dtype)
    w = torch.linalg.solve(A, Xc.T @ yc)
    return w, y.mean(0) - X.mean(0) @ w


def _ridge_mistakes(X: Tensor, y: Tensor, lambd: float) -> dict[str, tuple[Tensor, Tensor]]:
    n, d = X.shape
    Z = torch.cat([X, torch.ones(n, 1, dtype=X.dtype)], 1)
    both = torch.linalg.solve(Z.T @ Z / n + lambd * torch.eye(d + 1, dtype=X.dtype), Z.T @ y / n)
    A = X.T @ X / n + lambd * torch.eye(d, dtype=X.dtype)
    through_zero = torch.linalg.solve(A, X.T @ y / n)
    return {
        "bias-penalised": (both[:d], both[d]),
        "no-bias": (through_zero, torch.zeros(1, dtype=X.dtype)),
        "sum-lambda": _ridge(X, y, lambd / n),
        "twice": _ridge(X, y, 2 * lambd),
        "no-penalty": _ridge(X, y, 1e-12),
    }
