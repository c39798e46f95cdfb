"""Right and typical wrong answers to the theory tasks. Wrong ones stand under their hint."""

import math

import torch


def least_loss(accuracy):
    return (1 - accuracy) * math.log(2)


def dead(X, W, b):
    return (X @ W + b <= 0).all(0)


def dead_by_relu(X, W, b):
    return (X @ W + b).relu().sum(0) == 0


def quantise(W, bits):
    largest = W.abs().amax(0).clamp(min=1e-30)
    step = largest / (2 ** (bits - 1) - 1)
    return (W / step).round() * step


def quantise_with(
    *, dim: int | None = 0, top=None, rounding=torch.round, absolute=True, back=True, eps=1e-30
):
    """Quantising with something wrong."""

    def answer(W, bits):
        size = W.abs() if absolute else W
        largest = size.max() if dim is None else size.amax(dim, keepdim=True)
        largest = largest.clamp(min=eps) if absolute else largest + (largest == 0) * 1e-30
        step = largest / (2 ** (bits - 1) - 1 if top is None else top(bits))
        whole = rounding(W / step)
        return whole * step if back else whole

    return answer


RIGHT = {
    "recruit-2-least-loss": [least_loss],
    "recruit-2-dead": [dead, dead_by_relu],
    "recruit-2-quantise": [quantise],
}

WRONG = {
    "recruit-2-least-loss": [
        ("accuracy-itself", lambda accuracy: accuracy * math.log(2)),
        ("no-log", lambda accuracy: 1 - accuracy),
        ("half", lambda accuracy: (1 - accuracy) / 2),
        ("log-of-accuracy", lambda accuracy: -torch.log(accuracy)),
        ("log10", lambda accuracy: (1 - accuracy) * math.log10(2)),
        ("bits", lambda accuracy: 1 - accuracy * math.log(2)),
        ("constant", lambda accuracy: 0 * accuracy + math.log(2)),
        ("not-a-tensor", lambda accuracy: 0.1),
        ("returns-none", lambda accuracy: None),
    ],
    "recruit-2-dead": [
        ("any", lambda X, W, b: (X @ W + b <= 0).any(0)),
        ("alive", lambda X, W, b: (X @ W + b > 0).any(0)),
        ("strict", lambda X, W, b: (X @ W + b < 0).all(0)),
        ("no-bias", lambda X, W, b: (X @ W <= 0).all(0)),
        ("by-input", lambda X, W, b: (X @ W + b <= 0).all(1)),
        ("matrix", lambda X, W, b: X @ W + b <= 0),
        ("mean", lambda X, W, b: (X @ W + b).mean(0) <= 0),
        ("not-boolean", lambda X, W, b: (X @ W + b <= 0).all(0).long()),
    ],
    "recruit-2-quantise": [
        ("one-step", quantise_with(dim=None)),
        ("by-input", quantise_with(dim=1)),
        ("too-many", quantise_with(top=lambda bits: 2**bits - 1)),
        ("one-more", quantise_with(top=lambda bits: 2 ** (bits - 1))),
        ("floor", quantise_with(rounding=torch.floor)),
        ("integers", quantise_with(back=False)),
        ("no-abs", quantise_with(absolute=False)),
        ("not-rounded", lambda W, bits: W.clone()),
        ("zero-column", quantise_with(eps=0.0)),
    ],
}

STARTERS = {
    "recruit-2-least-loss": lambda accuracy: ...,
    "recruit-2-dead": lambda X, W, b: ...,
    "recruit-2-quantise": lambda W, bits: ...,
}
