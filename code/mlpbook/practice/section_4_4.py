"""Tasks of 4.4: least squares, folds of cross-validation, early stopping."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, close, judge
from mlpbook.practice._registry import Hint, task


@task("4.4-least-squares")
def check_least_squares(solve: Any) -> None:
    """The shortest least-squares solution: full rank, short rank, and ill-conditioned."""
    usage = "my_least_squares(X, y)"
    generator = torch.Generator().manual_seed(42)
    X = torch.randn(20, 4, generator=generator, dtype=torch.float64)
    y = torch.randn(20, generator=generator, dtype=torch.float64)
    judge(call(solve, X, y, usage=usage), torch.linalg.pinv(X) @ y, _mistakes(X, y))
    _judge_short_rank(solve, X[:, [0, 1, 1, 2]], y, usage)
    _judge_short_rank(solve, X[:3], y[:3], usage)
    x = torch.linspace(-1, 1, 40, dtype=torch.float64)
    X = x[:, None] ** torch.arange(22)
    w = 1 + torch.linalg.svd(X).Vh[-1]
    got = call(solve, X, X @ w, usage=usage)
    if not close(got, w, 1e-3):
        raise Hint("inaccurate", error=f"{(got - w).abs().max().item():.1g}")


def _mistakes(X: Tensor, y: Tensor) -> dict[str, Tensor]:
    gram, w = X.T @ X, torch.linalg.pinv(X) @ y
    return {
        "predictions": X @ w,
        "residuals": y - X @ w,
        "no-gram": X.T @ y,
        "ridge": torch.linalg.solve(gram + torch.eye(4, dtype=X.dtype), X.T @ y),
        "sign": -w,
    }


def _judge_short_rank(solve: Any, X: Tensor, y: Tensor, usage: str) -> None:
    try:
        got = call(solve, X, y, usage=usage)
    except Hint as hint:
        if "singular" in str(hint.fields.get("error")):
            raise Hint("singular") from hint
        raise
    right = torch.linalg.pinv(X) @ y
    if isinstance(got, Tensor) and got.shape == right.shape and not close(got, right):
        raise Hint("not-shortest" if close(X @ got, X @ right, 1e-4) else "singular")
    judge(got, right, {})


@task("4.4-k-fold")
def check_k_fold(k_fold: Any) -> None:
    """Shuffled, disjoint, complete folds, also where k does not divide n."""
    usage = "my_k_fold(n, k, generator)"
    for n, k in ((20, 5), (23, 4), (7, 7)):
        pairs = [
            call(k_fold, n, k, torch.Generator().manual_seed(seed), usage=usage)
            for seed in (1, 1, 2)
        ]
        for found in pairs:
            _judge_folds(found, n, k)
        first = [[v.tolist() for _, v in found] for found in pairs]
        if n != k and first[0][0] == list(range(len(first[0][0]))):
            raise Hint("not-shuffled")
        if first[0] != first[1] or first[0] == first[2]:
            raise Hint("ignores-generator")


def _judge_folds(found: Any, n: int, k: int) -> None:
    if not isinstance(found, Sequence) or any(
        not isinstance(pair, Sequence) or len(pair) != 2 for pair in found
    ):
        raise Hint("not-pairs")
    if not all(isinstance(part, Tensor) and part.ndim == 1 for pair in found for part in pair):
        raise Hint("not-pairs")
    if len(found) != k:
        raise Hint("number", got=len(found), expected=k)
    for train, validation in found:
        both = set(train.tolist()) & set(validation.tolist())
        if both:
            raise Hint("overlap", got=len(both))
        if k > 2 and len(train) < len(validation):
            raise Hint("swapped")
    seen = sorted(torch.cat([validation for _, validation in found]).tolist())
    if len(set(seen)) < len(seen):
        raise Hint("twice")
    if seen != list(range(n)):
        raise Hint("incomplete", got=len(seen), expected=n)
    for train, validation in found:
        if len(train) + len(validation) != n:
            raise Hint("wastes", got=len(train), expected=n - len(validation))
    sizes = [len(validation) for _, validation in found]
    if max(sizes) - min(sizes) > 1:
        raise Hint("uneven", got=sizes)


CURVES = (
    ([5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 2.0], 2),
    ([3.0, 2.0, 2.5, 1.5, 1.6, 1.7, 1.8, 0.5, 0.9, 0.9, 0.9, 0.9, 0.2], 3),
    ([3.0, 2.0, 2.5, 1.5, 1.6, 1.7, 0.5], 2),
    ([3.0, 2.0, 2.0, 2.5, 2.6, 1.0], 2),
    ([4.0, 3.0, 2.0], 2),
)


@task("4.4-early-stopping")
def check_early_stopping(stop: Any) -> None:
    """The epoch whose weights are kept: the best one seen before patience ran out."""
    for losses, patience in CURVES:
        got = call(stop, list(losses), patience, usage="my_early_stopping(losses, patience)")
        if isinstance(got, bool) or not isinstance(got, int):
            raise Hint("not-a-number", got=type(got).__name__)
        right = _replay(losses, patience)[0]
        if got != right:
            raise Hint(_why(got, losses, patience), got=got, losses=losses, patience=patience)


def _replay(losses: Sequence[float], patience: int, *, ties: bool = False) -> tuple[int, int]:
    """Best epoch, and the last epoch that was trained."""
    best = epoch = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or (ties and loss == losses[best]):
            best = epoch
        elif epoch - best >= patience:
            break
    return best, epoch


def _why(got: int, losses: Sequence[float], patience: int) -> str:
    best, last = _replay(losses, patience)
    reasons = {
        "last-epoch": last,
        "ties": _replay(losses, patience, ties=True)[0],
        "looks-ahead": min(range(len(losses)), key=lambda i: losses[i]),
        "counts-from-one": best + 1,
        "too-patient": _replay(losses, patience + 1)[0],
        "impatient": _replay(losses, max(1, patience - 1))[0],
    }
    fitting = (name for name, value in reasons.items() if value == got != best)
    return next(fitting, "epoch")
