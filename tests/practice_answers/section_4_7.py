"""Right and typical wrong answers to the tasks of 4.7. Wrong ones stand under their hint."""

from itertools import pairwise

import torch
from torch.autograd import grad
from torch.nn import functional as F


def affine(G, X, W, b):
    return G @ W.T, X.T @ G, G.sum(0)


def affine_einsum(G, X, W, b):
    return [
        torch.einsum("ij,kj->ik", G, W),
        torch.einsum("ki,kj->ij", X, G),
        G.T @ G.new_ones(len(G)),
    ]


def affine_with(*, dX=None, dW=None, db=None):
    """The right answer with one part replaced."""

    def answer(G, X, W, b):
        right = affine(G, X, W, b)
        changes = [change and change(G, X, W) for change in (dX, dW, db)]
        return tuple(r if c is None else c for r, c in zip(right, changes, strict=True))

    return answer


def one_hot(logits, y):
    return F.one_hot(y, logits.shape[1]).to(logits.dtype)


def logit_gradient(logits, y):
    return (logits.softmax(1) - one_hot(logits, y)) / len(y)


def logit_gradient_indexed(logits, y):
    P = logits.softmax(1)
    P[range(len(y)), y] -= 1
    return P / len(y)


def logit_gradient_naive(logits, y):
    E = logits.exp()
    return (E / E.sum(1, keepdim=True) - one_hot(logits, y)) / len(y)


def logit_gradient_entrywise(logits, y):
    Y = one_hot(logits, y)
    return -Y * (1 - logits.softmax(1)) / len(y)


def weights(sizes):
    return sum((a + 1) * b for a, b in pairwise(sizes))


def gradient(f, theta, *, create_graph=False):
    theta = theta.clone().requires_grad_()
    return theta, grad(f(theta), theta, create_graph=create_graph)[0]


def hvp(f, theta, v):
    theta, g = gradient(f, theta, create_graph=True)
    return grad((g * v).sum(), theta)[0]


def hvp_forward(f, theta, v):
    return torch.func.jvp(torch.func.grad(f), (theta,), (v,))[1]


def hvp_row_sums(f, theta, v):
    theta, g = gradient(f, theta, create_graph=True)
    return grad(g.sum(), theta)[0]


def hessian(f, theta):
    theta, g = gradient(f, theta, create_graph=True)
    return torch.stack([grad(entry, theta, retain_graph=True)[0] for entry in g])


STARTERS = {
    "4.7-affine-backward": lambda G, X, W, b: ...,
    "4.7-logit-gradient": lambda logits, y: ...,
    "4.7-saved-numbers": lambda sizes, n: ...,
    "4.7-hvp": lambda f, theta, v: ...,
}

RIGHT = {
    "4.7-affine-backward": [affine, affine_einsum],
    "4.7-logit-gradient": [logit_gradient, logit_gradient_indexed],
    "4.7-saved-numbers": [lambda sizes, n: n * sum(sizes), lambda sizes, n: float(n * sum(sizes))],
    "4.7-hvp": [hvp, hvp_forward],
}

WRONG = {
    "4.7-affine-backward": [
        ("not-three", lambda G, X, W, b: G @ W.T),
        ("order", lambda G, X, W, b: (X.T @ G, G @ W.T, G.sum(0))),
        ("weight-not-transposed", affine_with(dX=lambda G, X, W: G @ W)),
        ("inverse", affine_with(dX=lambda G, X, W: G @ W.inverse())),
        ("weight-gradient-transposed", affine_with(dW=lambda G, X, W: G.T @ X)),
        ("input-not-transposed", affine_with(dW=lambda G, X, W: X @ G)),
        ("averaged", affine_with(dW=lambda G, X, W: X.T @ G / len(X))),
        ("bias-not-summed", affine_with(db=lambda G, X, W: G)),
        ("bias-mean", affine_with(db=lambda G, X, W: G.mean(0))),
        ("bias-wrong-axis", affine_with(db=lambda G, X, W: G.sum(1))),
        ("not-a-tensor", lambda G, X, W, b: (0, 0, 0)),
    ],
    "4.7-logit-gradient": [
        ("sum", lambda logits, y: logits.softmax(1) - one_hot(logits, y)),
        ("sign", lambda logits, y: -logit_gradient(logits, y)),
        ("all-entries", lambda logits, y: logit_gradient(logits, y) / logits.shape[1]),
        ("no-softmax", lambda logits, y: (logits - one_hot(logits, y)) / len(y)),
        ("wrong-axis", lambda logits, y: (logits.softmax(0) - one_hot(logits, y)) / len(y)),
        ("entrywise", logit_gradient_entrywise),
        ("no-label", lambda logits, y: logits.softmax(1) / len(y)),
        ("overflow", logit_gradient_naive),
        ("values", lambda logits, y: logits * 0),
    ],
    "4.7-saved-numbers": [
        ("not-a-number", lambda sizes, n: f"{n * sum(sizes)}"),
        ("no-input", lambda sizes, n: n * sum(sizes[1:])),
        ("no-output", lambda sizes, n: n * sum(sizes[:-1])),
        ("keeps-everything", lambda sizes, n: 2 * n * sum(sizes[1:])),
        ("pre-activations", lambda sizes, n: n * (sum(sizes) + sum(sizes[1:-1]))),
        ("one-example", lambda sizes, n: sum(sizes)),
        ("bytes", lambda sizes, n: 4 * n * sum(sizes)),
        ("with-parameters", lambda sizes, n: n * sum(sizes) + weights(sizes)),
        ("count", lambda sizes, n: n * sum(sizes) + 1),
    ],
    "4.7-hvp": [
        ("gradient", lambda f, theta, v: gradient(f, theta)[1]),
        ("gradient-times-v", lambda f, theta, v: gradient(f, theta)[1] @ v),
        ("entrywise", lambda f, theta, v: gradient(f, theta)[1] * v),
        ("diagonal", lambda f, theta, v: hessian(f, theta).diag() * v),
        ("quadratic-form", lambda f, theta, v: v @ hvp(f, theta, v)),
        ("hessian", lambda f, theta, v: hessian(f, theta)),
        ("row-sums", hvp_row_sums),
        ("full-hessian", lambda f, theta, v: hessian(f, theta) @ v),
        ("full-hessian", lambda f, theta, v: torch.autograd.functional.hessian(f, theta) @ v),
    ],
}
