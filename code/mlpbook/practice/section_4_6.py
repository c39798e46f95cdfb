"""Tasks of 4.6: a dropout layer, DropConnect, the mean of Monte Carlo dropout."""

from typing import Any

import torch
from torch import Generator, Tensor

from mlpbook.practice._probe import call, close, judge, require_gradient
from mlpbook.practice._registry import Hint, task

ROWS, COLUMNS = 400, 500


def _generator(seed: int = 42) -> Generator:
    return torch.Generator().manual_seed(seed)


@task("4.6-dropout")
def check_dropout(dropout: Any) -> None:
    """Identity outside training; survivors, their share, independence and gradient in it."""
    usage = "my_dropout(X, p, training, generator)"
    X = torch.rand(ROWS, COLUMNS, generator=_generator(1)) + 0.5
    judge(call(dropout, X, 0.3, False, _generator(), usage=usage), X, _evaluation_mistakes(X))
    for p in (0.2, 0.7):
        out = call(dropout, X, p, True, _generator(), usage=usage)
        _judge_masked(out, X, p)
        _judge_source(dropout, X, p, usage)
    judge(call(dropout, X, 1.0, True, _generator(), usage=usage), torch.zeros_like(X), {})
    judge(call(dropout, X, 0.0, True, _generator(), usage=usage), X, {})
    require_gradient(call(dropout, X.requires_grad_(), 0.5, True, _generator(), usage=usage))


def _evaluation_mistakes(X: Tensor) -> dict[str, Tensor]:
    return {"scales-in-testing": 0.7 * X, "scales-up-in-testing": X / 0.7}


def _judge_masked(out: Any, X: Tensor, p: float) -> None:
    """Entries are 0 or enlarged, in the right share, each drawn by itself."""
    if not isinstance(out, Tensor) or out.shape != X.shape:
        judge(out, X, {})
    kept = out != 0
    _judge_factor(out[kept] / X[kept], p)
    share = kept.double().mean().item()
    if abs(share - p) < 0.01 and abs(share - (1 - p)) > 0.05:
        raise Hint("keep-or-drop")
    _judge_independence(kept)
    if abs(share - (1 - p)) > 0.01:
        raise Hint("share", found=f"{share:.2f}", expected=f"{1 - p:.2f}", p=p)


def _judge_factor(factor: Tensor, p: float) -> None:
    """Every survivor has been divided by 1 - p."""
    if not factor.numel():
        raise Hint("all-dropped")
    mistakes = {"not-scaled": 1.0, "divided-by-p": 1 / p, "times-keep": 1 - p}
    if close(factor, torch.full_like(factor, 1 / (1 - p)), 1e-4):
        return
    for name, value in mistakes.items():
        if close(factor, torch.full_like(factor, value), 1e-4):
            raise Hint(name)
    raise Hint("factor", found=f"{factor.flatten()[0].item():.3g}", p=p)


def _judge_independence(kept: Tensor) -> None:
    """Neither all rows nor all columns share a mask."""
    if (kept == kept[0]).all():
        raise Hint("one-mask")
    if (kept == kept[:, :1]).all():
        raise Hint("whole-rows")


def _judge_source(function: Any, X: Tensor, p: float, usage: str) -> None:
    """The same generator gives the same mask, another one another."""
    a, b, c = (call(function, X, p, True, _generator(s), usage=usage) for s in (42, 42, 43))
    if not torch.equal(a, b) or torch.equal(a, c):
        raise Hint("ignores-generator")


@task("4.6-dropconnect")
def check_dropconnect(dropconnect: Any) -> None:
    """The thinned matrix is read off by feeding the identity."""
    usage = "my_dropconnect(X, W, p, generator)"
    W = torch.rand(ROWS, COLUMNS, generator=_generator(1)) + 0.5
    X = torch.randn(7, ROWS, generator=_generator(2))
    eye = torch.eye(ROWS)
    for p in (0.2, 0.7):
        thinned = call(dropconnect, eye, W, p, _generator(), usage=usage)
        if isinstance(thinned, Tensor) and thinned.shape == W.T.shape != W.shape:
            raise Hint("transposed")
        _judge_weights(thinned, W, p)
        got = call(dropconnect, X, W, p, _generator(), usage=usage)
        judge(got, X @ thinned, {"no-noise": X @ W})
        other = call(dropconnect, eye, W, p, _generator(43), usage=usage)
        if torch.equal(other, thinned):
            raise Hint("ignores-generator")
    require_gradient(call(dropconnect, X, W.requires_grad_(), 0.5, _generator(), usage=usage))


def _judge_weights(thinned: Any, W: Tensor, p: float) -> None:
    if isinstance(thinned, Tensor) and close(thinned, W):
        raise Hint("no-noise")
    if isinstance(thinned, Tensor) and thinned.shape == W.shape and thinned.any():
        kept = thinned != 0
        if (kept == kept[:, :1]).all():
            raise Hint("whole-rows")
        if (kept == kept[0]).all():
            raise Hint("whole-columns")
    _judge_masked(thinned, W, p)


@task("4.6-mc-mean")
def check_mc_mean(mc_mean: Any) -> None:
    """The mean of probabilities over the passes; sums to one, stable for large scores."""
    usage = "my_mc_mean(logits)"
    logits = 3 * torch.randn(20, 6, 10, generator=_generator())
    P = logits.softmax(2)
    mistakes = {
        "averages-scores": logits.mean(0).softmax(1),
        "scores-only": logits.mean(0),
        "one-pass": P[0],
        "last-pass": P[-1],
        "sum": P.sum(0),
        "wrong-axis": logits.softmax(0).mean(0),
        "axis-of-images": logits.softmax(1).mean(0),
        "averages-images": P.mean(1),
        "spread": P.std(0),
    }
    judge(call(mc_mean, logits, usage=usage), P.mean(0), mistakes)
    large = torch.tensor([[[1000.0, 0.0]], [[0.0, 1000.0]]])
    judge(call(mc_mean, large, usage=usage), torch.tensor([[0.5, 0.5]]), {})
