"""Tasks of the lecture L1: a pass of the perceptron, its bound, and shattering."""

import math
from itertools import product
from typing import Any

import torch
from torch import Tensor

from mlpbook.practice._probe import call, judge
from mlpbook.practice._registry import Hint, task


def _parts(got: Any, length: int) -> list[Any]:
    """The parts of an answer; unfilled places mean that the starter is still there."""
    if not isinstance(got, tuple | list):
        raise Hint("not-a-tuple", got=type(got).__name__, expected=length)
    if any(part is ... for part in got):
        raise Hint("todo")
    if len(got) != length:
        raise Hint("not-a-tuple", got=f"{type(got).__name__}({len(got)})", expected=length)
    return list(got)


def _one_number(value: Any) -> float:
    """A number, or a tensor that holds one."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Hint("not-a-number", got=type(value).__name__)
    return float(value)


@task("lecture-d2l-pass")
def check_pass(one_pass: Any) -> None:
    """One pass from weights that are not 0, then from 0, where every score is a tie."""
    g = torch.Generator().manual_seed(46)  # each typical mistake ends elsewhere
    X = torch.randn(12, 2, generator=g, dtype=torch.float64)
    y = torch.tensor([1.0, -1.0, -1.0] * 4).double()
    starts = torch.tensor([[0.4, -0.7, 0.3], [0.0, 0.0, 0.0]]).double()
    for start in starts:
        got = call(one_pass, X, y, start[:2], start[2], usage="my_pass(X, y, w, b)")
        w, b, count = _parts(got, 3)
        if not isinstance(w, Tensor):
            raise Hint("not-a-tensor", got=type(w).__name__)
        if w.shape != (2,):
            raise Hint("shape", got=tuple(w.shape), expected=(2,))
        found = torch.cat([w.detach().double(), torch.tensor([_one_number(b)]).double()])
        right, mistakes = _run(X, y, start)
        judge(found, right, _typical(X, y, start))
        if _one_number(count) != mistakes:
            raise Hint("count", got=f"{_one_number(count):g}")


def _run(X: Tensor, y: Tensor, start: Tensor) -> tuple[Tensor, int]:
    w, mistakes = start, 0
    for row, label in zip(_augmented(X), y, strict=True):
        if label * (row @ w) <= 0:
            w, mistakes = w + label * row, mistakes + 1
    return w, mistakes


def _typical(X: Tensor, y: Tensor, start: Tensor) -> dict[str, Tensor]:
    """What typical wrong passes end with, by the name of their hint."""
    rows = _augmented(X)
    signed = y.unsqueeze(1) * rows
    wrong = (signed @ start <= 0).double().unsqueeze(1)
    strict, no_bias, no_label, away = start, start, start, start
    without_b = torch.tensor([1.0, 1.0, 0.0]).double()
    for row, move in zip(rows, signed, strict=True):
        strict = strict + move if move @ strict < 0 else strict
        no_bias = no_bias + move * without_b if move @ no_bias <= 0 else no_bias
        no_label = no_label + row if move @ no_label <= 0 else no_label
        away = away - move if move @ away <= 0 else away
    return {
        "strict": strict,
        "whole-batch": start + (wrong * signed).sum(0),
        "every-example": start + signed.sum(0),
        "no-bias": no_bias,
        "no-label": no_label,
        "away": away,
    }


def _augmented(X: Tensor) -> Tensor:
    return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)


@task("lecture-d2l-bound")
def check_bound(bound: Any) -> None:
    """The bound of separators of any length; infinite where nothing is separated."""
    usage = "my_bound(X, y, w, b)"
    g = torch.Generator().manual_seed(42)
    w, b = torch.tensor([3.0, -1.0]).double(), torch.tensor(0.8).double()
    X = 2 * torch.randn(200, 2, generator=g, dtype=torch.float64)
    X = X[(X @ w + b).abs() > 1][:20]
    y = (X @ w + b).sign()
    got = _one_number(call(bound, X, y, w, b, usage=usage))
    rows = _augmented(X)
    scores, length = y * (X @ w + b), torch.cat([w, b.view(1)]).norm()
    gamma, radius = scores.min() / length, rows.norm(dim=1).max()
    right = (radius / gamma) ** 2
    mistakes = {
        "not-squared": radius / gamma,
        "no-length": (radius / scores.min()) ** 2,
        "length-without-b": (radius * w.norm() / scores.min()) ** 2,
        "no-one": (X.norm(dim=1).max() / gamma) ** 2,
        "mean-margin": (radius * length / scores.mean()) ** 2,
        "mean-radius": (rows.norm(dim=1).mean() / gamma) ** 2,
    }
    judge(torch.tensor(got).double(), right, mistakes)
    flipped = y * torch.tensor([-1.0] + [1.0] * (len(y) - 1)).double()
    if _one_number(call(bound, X, flipped, w, b, usage=usage)) != math.inf:
        raise Hint("not-separated")


@task("lecture-d2l-shatter")
def check_shatter(half_space: Any) -> None:
    """Every labelling of the origin and N unit vectors, N up to 4."""
    for n in range(1, 5):
        for labels in product((-1.0, 1.0), repeat=n + 1):
            y = torch.tensor(labels).double()
            w, b = _parts(call(half_space, y, usage="my_half_space(y)"), 2)
            if not isinstance(w, Tensor):
                raise Hint("not-a-tensor", got=type(w).__name__)
            if w.shape != (n,):
                raise Hint("shape", got=tuple(w.shape), expected=(n,))
            offset = _one_number(b)
            scores = torch.cat([torch.tensor([offset]).double(), w.double() + offset])
            _judge_signs(scores, y)


def _judge_signs(scores: Tensor, y: Tensor) -> None:
    shown = [int(label) for label in y]
    if torch.equal(scores.sign(), -y):
        raise Hint("reversed")
    if scores[0].sign() != y[0]:
        raise Hint("origin", labels=shown)
    if bool((scores == 0).any()):
        raise Hint("zero-score", labels=shown)
    if not torch.equal(scores.sign(), y):
        raise Hint("unit-vector", labels=shown)
