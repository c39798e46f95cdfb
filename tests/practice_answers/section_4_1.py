"""Right and typical wrong answers to the tasks of 4.1. Wrong ones stand under their hint."""

import torch
from torch.nn import functional as F

SQUARE = torch.ones(2, 2)


def merge(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 + b2


def merge_by_probing(W1, b1, W2, b2):
    def f(X):
        return (X @ W1 + b1) @ W2 + b2

    b = f(torch.zeros(1, len(W1)))[0]
    return [f(torch.eye(len(W1))) - b, b]


def xnor():
    return SQUARE, torch.tensor([0.0, -1.0]), torch.tensor([-1.0, 2.0]), torch.tensor(1.0)


def xnor_other():
    W1 = torch.tensor([[1.0, -1.0], [1.0, -1.0]])
    return W1, torch.tensor([-1.0, 1.0]), torch.tensor([1.0, 1.0]), torch.tensor([0.0])


def interpolate(t, y):
    changes = (y.diff() / t.diff()).diff(prepend=torch.zeros(1, dtype=t.dtype))
    return [torch.ones(1, len(t) - 1, dtype=t.dtype), -t[:-1], changes.unsqueeze(1), y[:1]]


def interpolate_with(weights, knots=lambda t: -t[:-1], start=lambda y: y[:1]):
    """An interpolation with other weights, knots or start."""

    def answer(t, y):
        W1 = torch.ones(1, len(t) - 1, dtype=t.dtype)
        return [W1, knots(t), weights(t, y).unsqueeze(1), start(y)]

    return answer


def slopes(t, y):
    return y.diff() / t.diff()


def changes(t, y):
    return slopes(t, y).diff(prepend=torch.zeros(1, dtype=t.dtype))


def even_changes(t, y):
    return y.diff().diff(prepend=torch.zeros(1, dtype=t.dtype)) / (t[1] - t[0])


def prelu(x, a, g):
    return torch.where(x > 0, torch.ones_like(x), a) * g, (x.clamp(max=0) * g).sum()


def prelu_autograd(x, a, g):
    x, a = x.clone().requires_grad_(), a.view(1).clone().requires_grad_()
    return torch.autograd.grad(F.prelu(x, a), (x, a), g)


def prelu_x(f):
    return lambda x, a, g: (f(x, a, g), prelu(x, a, g)[1])


def prelu_a(f):
    return lambda x, a, g: (prelu(x, a, g)[0], f(x, a, g))


RIGHT = {
    "4.1-merge": [merge, merge_by_probing],
    "4.1-xnor": [xnor, xnor_other],
    "4.1-interpolate": [interpolate, interpolate_with(changes)],
    "4.1-prelu": [prelu, prelu_autograd],
}

WRONG = {
    "4.1-merge": [
        ("not-a-tuple", lambda W1, b1, W2, b2: W1 @ W2),
        ("not-a-tuple", lambda W1, b1, W2, b2: (W1, b1, W2)),
        ("sum", lambda W1, b1, W2, b2: (W1 + W2 if len(W1) == len(W2) else W1 @ W2, b2)),
        ("reversed", lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2)),
        ("transposed", lambda W1, b1, W2, b2: ((W1 @ W2).T, b1 @ W2 + b2)),
        ("forgets-b1", lambda W1, b1, W2, b2: (W1 @ W2, b2)),
        ("forgets-b2", lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2)),
        ("adds-biases", lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)),
        ("b1-through-W1", lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W1 + b2)),
    ],
    "4.1-xnor": [
        ("not-a-tuple", lambda: torch.ones(4)),
        ("not-a-tensor", lambda: ([[1, 1], [1, 1]], [0, -1], [-1, 2], 1)),
        ("wrong-shapes", lambda: (SQUARE, torch.zeros(2, 1), torch.ones(2), torch.ones(()))),
        ("xor", lambda: (*xnor()[:2], torch.tensor([1.0, -2.0]), torch.tensor(0.0))),
        ("constant", lambda: (0 * SQUARE, *xnor()[1:])),
        ("only-the-right-side", lambda: (*xnor()[:2], torch.tensor([-2.0, 4.0]), torch.ones(()))),
        ("outputs", lambda: (*xnor()[:2], torch.tensor([-1.0, 1.0]), torch.ones(()))),
    ],
    "4.1-interpolate": [
        ("not-a-tuple", lambda t, y: torch.stack([t, y])),
        ("wrong-shapes", lambda t, y: [p.flatten() for p in interpolate(t, y)]),
        ("wrong-shapes", lambda t, y: [*interpolate(t, y)[:1], -t, *interpolate(t, y)[2:]]),
        ("slopes-not-changes", interpolate_with(slopes)),
        ("starts-at-zero", interpolate_with(changes, start=lambda y: 0 * y[:1])),
        ("signs-of-knots", interpolate_with(changes, knots=lambda t: t[:-1])),
        ("assumes-even", interpolate_with(even_changes)),
        ("no-division", interpolate_with(lambda t, y: changes(t, y) * (t[1] - t[0]))),
    ],
    "4.1-prelu": [
        ("not-a-tuple", lambda x, a, g: prelu(x, a, g)[0]),
        ("without-g", lambda x, a, g: prelu(x, a, torch.ones_like(g))),
        ("one-at-zero", prelu_x(lambda x, a, g: torch.where(x >= 0, 1.0, a) * g)),
        ("relu", prelu_x(lambda x, a, g: (x > 0) * g)),
        ("value", prelu_x(lambda x, a, g: torch.where(x > 0, x, a * x) * g)),
        ("not-summed", prelu_a(lambda x, a, g: x.clamp(max=0) * g)),
        ("mean", prelu_a(lambda x, a, g: (x.clamp(max=0) * g).mean())),
        ("all-inputs", prelu_a(lambda x, a, g: (x * g).sum())),
        ("a-without-g", prelu_a(lambda x, a, g: x.clamp(max=0).sum())),
        ("positive-side", prelu_a(lambda x, a, g: (x.clamp(min=0) * g).sum())),
    ],
}


def unfilled_xnor():
    W1, b1, w2, b2 = ..., ..., ..., ...
    return W1, b1, w2, b2


STARTERS = {
    "4.1-merge": lambda W1, b1, W2, b2: ...,
    "4.1-xnor": unfilled_xnor,
    "4.1-interpolate": lambda t, y: ...,
    "4.1-prelu": lambda x, a, g: ...,
}
