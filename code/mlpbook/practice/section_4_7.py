"""Tasks of 4.7: backward through an affine layer, logits' gradient, kept numbers, Hv."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.autograd import grad
from torch.nn import functional as F

from mlpbook.practice._probe import call, close, judge
from mlpbook.practice._registry import Hint, task

EXAMPLES = ((4, 4, 4), (6, 5, 3), (1, 2, 3))  # batch, inputs, outputs; squares name mistakes


@task("4.7-affine-backward")
def check_affine_backward(affine_backward: Any) -> None:
    """The gradients of an affine layer at three shapes, against autograd."""
    usage = "my_affine_backward(G, X, W, b)"
    for n, fan_in, fan_out in EXAMPLES:
        generator = torch.Generator().manual_seed(42)
        X, W, b, G = (
            torch.randn(shape, generator=generator, dtype=torch.float64)
            for shape in ((n, fan_in), (fan_in, fan_out), (fan_out,), (n, fan_out))
        )
        leaves = [p.clone().requires_grad_() for p in (X, W, b)]
        right = grad(leaves[0] @ leaves[1] + leaves[2], leaves, G)
        got = call(affine_backward, G, X, W, b, usage=usage)
        if not isinstance(got, (tuple, list)) or len(got) != 3:
            raise Hint("not-three", got=type(got).__name__)
        _judge_affine(got, right, G, X, W)


def _judge_affine(
    got: Sequence[Any], right: Sequence[Tensor], G: Tensor, X: Tensor, W: Tensor
) -> None:
    if all(isinstance(g, Tensor) for g in got) and close(got[0], right[1]):
        raise Hint("order")
    square = len(X) == W.shape[0] == W.shape[1]
    of_X = {"weight-not-transposed": G @ W, "inverse": G @ W.inverse()} if square else {}
    of_W = {"weight-gradient-transposed": G.T @ X, "averaged": right[1] / len(X)}
    if square:
        of_W["input-not-transposed"] = X @ G
    of_b = {"bias-not-summed": G, "bias-mean": G.mean(0), "bias-wrong-axis": G.sum(1)}
    for value, expected, mistakes in zip(got, right, (of_X, of_W, of_b), strict=True):
        judge(value, expected, mistakes)


@task("4.7-logit-gradient")
def check_logit_gradient(logit_gradient: Any) -> None:
    """The gradient of the mean cross-entropy, for moderate and for huge logits."""
    usage = "my_logit_gradient(logits, y)"
    generator = torch.Generator().manual_seed(42)
    logits = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    y = torch.tensor([2, 0, 1, 1])
    P, Y = logits.softmax(1), F.one_hot(y, 3).double()
    mistakes = {
        "sum": P - Y,
        "sign": (Y - P) / 4,
        "all-entries": (P - Y) / 12,
        "no-softmax": (logits - Y) / 4,
        "wrong-axis": (logits.softmax(0) - Y) / 4,
        "entrywise": -Y * (1 - P) / 4,
        "no-label": P / 4,
    }
    judge(call(logit_gradient, logits, y, usage=usage), (P - Y) / 4, mistakes)
    huge = torch.tensor([[1000.0, -1000.0, 0.0]])
    got = call(logit_gradient, huge, torch.tensor([1]), usage=usage)
    if isinstance(got, Tensor) and got.isnan().any():
        raise Hint("overflow")
    judge(got, torch.tensor([[1.0, -1.0, 0.0]]), {})


@task("4.7-saved-numbers")
def check_saved_numbers(saved_numbers: Any) -> None:
    """The count for several networks and batches."""
    for sizes, n in (([784, 256, 10], 256), ([7, 5, 4, 3], 2), ([9, 2], 6), ([4, 3, 2], 1)):
        got = call(saved_numbers, list(sizes), n, usage="my_saved_numbers(sizes, n)")
        if isinstance(got, bool) or not isinstance(got, (int, float, Tensor)):
            raise Hint("not-a-number", got=type(got).__name__)
        right = n * sum(sizes)
        if float(got) == right:
            continue
        weights = sum((a + 1) * b for a, b in pairwise(sizes))
        wrong = {
            "no-input": n * sum(sizes[1:]),
            "no-output": n * sum(sizes[:-1]),
            "keeps-everything": n * 2 * sum(sizes[1:]),
            "pre-activations": n * (sum(sizes) + sum(sizes[1:-1])),
            "one-example": sum(sizes),
            "bytes": 4 * right,
            "with-parameters": right + weights,
        }
        for name, value in wrong.items():
            if float(got) == value:
                raise Hint(name)
        raise Hint("count", got=f"{float(got):g}", sizes=sizes, n=n)


@task("4.7-hvp")
def check_hvp(hvp: Any) -> None:
    """Hv of a quadratic-quartic function, first small, then with 300 parameters."""
    for size in (4, 300):
        generator = torch.Generator().manual_seed(42)
        theta, v = torch.randn(2, size, generator=generator, dtype=torch.float64)
        A = torch.randn(size, size, generator=generator, dtype=torch.float64) / size**0.5
        passes: list[int] = []
        got = call(hvp, _quartic(A, passes), theta, v, usage="my_hvp(f, theta, v)")
        right, mistakes = _hvp_answers(A, theta, v)
        judge(got.detach() if isinstance(got, Tensor) else got, right, mistakes)
        if len(passes) > 20:
            raise Hint("full-hessian", passes=len(passes))


def _quartic(A: Tensor, passes: list[int]) -> Callable[[Tensor], Tensor]:
    """((A theta)^4).sum() / 12 + theta.A.theta; notes every backward pass through it."""

    def f(theta: Tensor) -> Tensor:
        here = theta * 1
        with suppress(RuntimeError):  # without gradients or under torch.func nothing can be hooked
            here.register_hook(lambda _: passes.append(1))
        return ((A @ here) ** 4).sum() / 12 + here @ A @ here

    return f


def _hvp_answers(A: Tensor, theta: Tensor, v: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    H = A.T @ ((A @ theta) ** 2)[:, None].mul(A) + A + A.T
    g = A.T @ (A @ theta) ** 3 / 3 + (A + A.T) @ theta
    wrong = {
        "gradient": g,
        "gradient-times-v": g @ v,
        "entrywise": g * v,
        "diagonal": H.diag() * v,
        "quadratic-form": v @ H @ v,
        "hessian": H,
        "row-sums": H.sum(1),
    }
    return H @ v, wrong
