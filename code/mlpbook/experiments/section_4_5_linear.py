"""Many runs of section 4.5's linear regression at once.

The update is the one that the section writes out for a single run; here the runs of all seeds and
all penalties stand side by side in one tensor. Seed by seed, data, start and order of the examples
are those of the single run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from mlpbook.synthetic import high_dimensional_linear

NUM_TRAIN, NUM_VALIDATION, NUM_INPUTS, BATCH = 20, 100, 200, 5
WEIGHT, BIAS, NOISE = 0.01, 0.05, 0.01  # the rule behind the data


class DecayRuns(NamedTuple):
    """Curves and ends of several runs: S seeds, L penalties, E epochs.

    Attributes:
        train, validation: Half mean squared error before training and after each epoch,
            ``(S, L, E + 1)``; the penalty is left out.
        risk: Expected half squared error on new data, ``(S, L, E + 1)``, from the known rule.
        w: Final weights ``(S, L, 200)``.
        b: Final biases ``(S, L)``.
        unseen: Norm of the part of ``w`` to which every training input is orthogonal, ``(S, L)``.
    """

    train: Tensor
    validation: Tensor
    risk: Tensor
    w: Tensor
    b: Tensor
    unseen: Tensor


class _Start(NamedTuple):
    """What one seed fixes: data, first weights, and the order of the examples in each epoch."""

    X: Tensor
    y: Tensor
    w: Tensor
    order: Tensor


def _start(seed: int, std: float, num_epochs: int) -> _Start:
    generator = torch.Generator().manual_seed(seed)
    X, y = high_dimensional_linear(NUM_TRAIN + NUM_VALIDATION, generator=generator)
    w = torch.randn(NUM_INPUTS, 1, generator=generator) * std
    orders = [torch.randperm(NUM_TRAIN, generator=generator) for _ in range(num_epochs)]
    return _Start(X, y[:, 0], w[:, 0], torch.stack(orders) if orders else torch.empty(0, NUM_TRAIN))


def decay_runs(
    lambdas: Sequence[float],
    *,
    std: float = 1.0,
    seeds: Iterable[int] = range(20),
    lr: float = 0.003,
    num_epochs: int = 100,
) -> DecayRuns:
    """Train once for every seed and every penalty.

    Args:
        lambdas: Weight decays.
        std: Standard deviation of the first weights; 0 starts from zero.
        seeds: One data set, start and order each.
        lr: Learning rate.
        num_epochs: Passes over the 20 examples, in batches of 5.
    """
    starts = [_start(seed, std, num_epochs) for seed in seeds]
    X, y = torch.stack([s.X for s in starts]), torch.stack([s.y for s in starts])
    w = torch.stack([s.w for s in starts]).unsqueeze(1).repeat(1, len(lambdas), 1)
    b, lam = torch.zeros(w.shape[:2]), torch.tensor(lambdas).unsqueeze(1)
    seen = [_measure(X, y, w, b)]
    for epoch in range(num_epochs):
        for rows in torch.stack([s.order[epoch] for s in starts]).split(BATCH, 1):
            X_batch = X.gather(1, rows.unsqueeze(2).expand(-1, -1, NUM_INPUTS))
            error = _errors(X_batch, y.gather(1, rows), w, b)
            w = w - lr * (error @ X_batch / BATCH + lam * w)
            b = b - lr * error.mean(2)
        seen.append(_measure(X, y, w, b))
    train, validation, risk = (torch.stack(curve, 2) for curve in zip(*seen, strict=True))
    inputs = X[:, :NUM_TRAIN]
    visible = w @ (torch.linalg.pinv(inputs) @ inputs)
    return DecayRuns(train, validation, risk, w, b, (w - visible).norm(dim=2))


def _errors(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Prediction minus target, ``(S, L, n)``."""
    return w @ X.transpose(1, 2) + b.unsqueeze(2) - y.unsqueeze(1)


def _measure(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    half = _errors(X, y, w, b).square() / 2
    risk = ((w - WEIGHT).square().sum(2) + (b - BIAS).square() + NOISE**2) / 2
    return half[..., :NUM_TRAIN].mean(2), half[..., NUM_TRAIN:].mean(2), risk
