"""Right and typical wrong answers to the tasks of the lecture L1. Wrong ones stand under a hint."""

import math

import torch


def one_pass(X, y, w, b):
    mistakes = 0
    for row, label in zip(X, y, strict=True):
        if label * (row @ w + b) <= 0:
            w, b, mistakes = w + label * row, b + label, mistakes + 1
    return w, b, mistakes


def pass_with(wrong=lambda s: s <= 0, move=lambda x, y: y * x, shift=lambda y: y):
    """A pass with another test for a mistake, another move or another shift of the bias."""

    def answer(X, y, w, b):
        mistakes = 0
        for row, label in zip(X, y, strict=True):
            if wrong(label * (row @ w + b)):
                w, b, mistakes = w + move(row, label), b + shift(label), mistakes + 1
        return w, b, mistakes

    return answer


def as_floats(X, y, w, b):
    w, b, mistakes = one_pass(X, y, w, b)
    return w, b.item(), torch.tensor(mistakes)


def whole_batch(X, y, w, b):
    wrong = y * (X @ w + b) <= 0
    moves = y[wrong]
    return w + moves @ X[wrong], b + moves.sum(), int(wrong.sum())


def bound(X, y, w, b):
    scores = y * (X @ w + b) / (w.square().sum() + b.square()).sqrt()
    if scores.min() <= 0:
        return math.inf
    return (X.square().sum(1).max() + 1) / scores.min() ** 2


def bound_with(radius=None, margin=min, length=None, power=2, separated=True):
    """A bound with a part done otherwise."""

    def answer(X, y, w, b):
        scores = y * (X @ w + b)
        if separated and scores.min() <= 0:
            return math.inf
        size = length(w, b) if length else (w.square().sum() + b.square()).sqrt()
        R = radius(X) if radius else (X.square().sum(1).max() + 1).sqrt()
        return (R * size / margin(scores)).item() ** power

    return answer


def half_space(y):
    return y[1:] - y[0], y[0]


RIGHT = {
    "lecture-d2l-pass": [one_pass, as_floats],
    "lecture-d2l-bound": [bound, bound_with()],
    "lecture-d2l-shatter": [half_space, lambda y: [3 * (y[1:] - y[0]), 3 * y[0].item()]],
}

WRONG = {
    "lecture-d2l-pass": [
        ("not-a-tuple", lambda X, y, w, b: w),
        ("not-a-tuple", lambda X, y, w, b: (w, b)),
        ("strict", pass_with(wrong=lambda s: s < 0)),
        ("whole-batch", whole_batch),
        ("every-example", pass_with(wrong=lambda s: True)),
        ("no-bias", pass_with(shift=lambda y: 0)),
        ("no-label", pass_with(move=lambda x, y: x, shift=lambda y: 1)),
        ("away", pass_with(move=lambda x, y: -y * x, shift=lambda y: -y)),
        ("count", lambda X, y, w, b: (*one_pass(X, y, w, b)[:2], len(X))),
        ("shape", lambda X, y, w, b: (one_pass(X, y, w, b)[0].unsqueeze(1), b, 3)),
        ("not-a-tensor", lambda X, y, w, b: (one_pass(X, y, w, b)[0].tolist(), b, 3)),
        ("not-a-number", lambda X, y, w, b: (*one_pass(X, y, w, b)[:2], "3")),
    ],
    "lecture-d2l-bound": [
        ("not-squared", bound_with(power=1)),
        ("no-length", bound_with(length=lambda w, b: torch.tensor(1.0).double())),
        ("length-without-b", bound_with(length=lambda w, b: w.norm())),
        ("no-one", bound_with(radius=lambda X: X.norm(dim=1).max())),
        ("mean-margin", bound_with(margin=torch.mean)),
        ("mean-radius", bound_with(radius=lambda X: (X.square().sum(1) + 1).sqrt().mean())),
        ("not-separated", bound_with(separated=False)),
        ("not-a-number", lambda X, y, w, b: y * (X @ w + b)),
    ],
    "lecture-d2l-shatter": [
        ("not-a-tuple", lambda y: y[1:] - y[0]),
        ("reversed", lambda y: (y[0] - y[1:], -y[0])),
        ("origin", lambda y: (y[1:], torch.tensor(0.0))),
        ("zero-score", lambda y: (y[1:], y[0])),
        ("unit-vector", lambda y: (0.5 * y[1:], y[0])),
        ("shape", lambda y: (y, y[0])),
        ("not-a-tensor", lambda y: ((y[1:] - y[0]).tolist(), y[0])),
    ],
}

STARTERS = {
    "lecture-d2l-pass": lambda X, y, w, b: ...,
    "lecture-d2l-bound": lambda X, y, w, b: ...,
    "lecture-d2l-shatter": lambda y: (..., ...),
}
