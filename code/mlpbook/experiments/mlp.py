"""One multilayer perceptron on Fashion-MNIST, described by a :class:`Setting` and a seed.

The network, the loss and the update are those that section 4.2 writes from scratch, for any
number of layers. A run is a pure function of its setting, its seed and the number of threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.data import fashion_mnist

NUM_INPUTS, NUM_OUTPUTS = 784, 10


@dataclass(frozen=True)
class Setting:
    """What is chosen before training.

    Attributes:
        num_hiddens: Width of each hidden layer, so its length is the number of hidden layers.
        lr: Learning rate at the first step.
        num_epochs: Passes over the 50,000 training images.
        batch_size: Images a step.
        init: Standard deviation of the weights; ``None`` means He's ``sqrt(2 / inputs)``.
        centre: Subtract the mean training image from every image.
        decay: Let the learning rate fall linearly to 0 over the run.
    """

    num_hiddens: tuple[int, ...] = (256,)
    lr: float = 0.1
    num_epochs: int = 10
    batch_size: int = 256
    init: float | None = 0.01
    centre: bool = False
    decay: bool = False

    def but(self, **changes: Any) -> Setting:
        """A copy with some values changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the form that result files hold."""
        return {**asdict(self), "num_hiddens": list(self.num_hiddens)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Setting:
        """The inverse of :meth:`to_json`."""
        return cls(**{**values, "num_hiddens": tuple(values["num_hiddens"])})


class Split(NamedTuple):
    """Images as rows ``(n, 784)`` and labels ``(n,)``."""

    X: Tensor
    y: Tensor


@cache
def load(split: str, centre: bool = False) -> Split:
    """One part of Fashion-MNIST; ``centre`` subtracts the mean of the training images."""
    X, y = fashion_mnist(split, flatten=True)
    if centre:
        X = X - load("train").X.mean(0)
    return Split(X, y)


def init_params(setting: Setting, generator: torch.Generator) -> list[Tensor]:
    """Weights and biases ``[W1, b1, W2, b2, ...]``; each ``W`` is ``(inputs, outputs)``."""
    params: list[Tensor] = []
    sizes = (NUM_INPUTS, *setting.num_hiddens, NUM_OUTPUTS)
    for inputs, outputs in pairwise(sizes):
        std = math.sqrt(2 / inputs) if setting.init is None else setting.init
        params.append(torch.randn(inputs, outputs, generator=generator) * std)
        params.append(torch.zeros(outputs))
    return [p.requires_grad_() for p in params]


def hidden_layers(params: list[Tensor], X: Tensor) -> list[Tensor]:
    """Outputs of the hidden layers, first to last."""
    hidden = [X]
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        hidden.append(torch.relu(hidden[-1] @ W + b))
    return hidden[1:]


def forward(params: list[Tensor], X: Tensor) -> Tensor:
    """Logits ``(n, 10)``."""
    return hidden_layers(params, X)[-1] @ params[-2] + params[-1]


def batches(n: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Index batches of one epoch: a random order of ``range(n)`` cut into pieces."""
    yield from torch.randperm(n, generator=generator).split(size)


def sgd(params: list[Tensor], lr: float) -> None:
    """One step of gradient descent; clears the gradients."""
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad = None


@torch.no_grad()
def measure(params: list[Tensor], data: Split) -> dict[str, float]:
    """Loss (nats), accuracy (fraction) and the fraction of dead hidden units on ``data``.

    A unit is dead when its output is 0 for every image of ``data``.
    """
    hidden = hidden_layers(params, data.X)
    logits = hidden[-1] @ params[-2] + params[-1]
    alive = torch.cat([(H > 0).any(0) for H in hidden])
    return {
        "loss": round(F.cross_entropy(logits, data.y).item(), 5),
        "accuracy": round((logits.argmax(1) == data.y).double().mean().item(), 5),
        "dead": round(1 - alive.double().mean().item(), 5),
    }


class Trained(NamedTuple):
    """A finished run: its parameters and one value an epoch for each curve."""

    params: list[Tensor]
    curves: dict[str, list[float]]


def train(
    setting: Setting,
    seed: int,
    on_epoch: Callable[[int, float], None] | None = None,
) -> Trained:
    """Train on the 50,000 training images, measuring on the validation images each epoch.

    Args:
        setting: Architecture and hyperparameters.
        seed: Seeds the weights and the order of the images.
        on_epoch: Called with the epoch (from 1) and its validation accuracy; may raise to stop.

    Returns:
        Parameters and the curves ``train_loss`` (mean over the epoch's steps),
        ``validation_loss``, ``validation_accuracy`` and ``dead``.
    """
    generator = torch.Generator().manual_seed(seed)
    params = init_params(setting, generator)
    data, validation = load("train", setting.centre), load("validation", setting.centre)
    steps = setting.num_epochs * math.ceil(len(data.y) / setting.batch_size)
    curves: dict[str, list[float]] = {
        name: [] for name in ("train_loss", "validation_loss", "validation_accuracy", "dead")
    }
    step = 0
    for epoch in range(1, setting.num_epochs + 1):
        total = 0.0
        for rows in batches(len(data.y), setting.batch_size, generator):
            loss = F.cross_entropy(forward(params, data.X[rows]), data.y[rows])
            loss.backward()
            sgd(params, setting.lr * (1 - step / steps if setting.decay else 1.0))
            total += loss.item() * len(rows)
            step += 1
        seen = measure(params, validation)
        curves["train_loss"].append(round(total / len(data.y), 5))
        curves["validation_loss"].append(seen["loss"])
        curves["validation_accuracy"].append(seen["accuracy"])
        curves["dead"].append(seen["dead"])
        if on_epoch is not None:
            on_epoch(epoch, seen["accuracy"])
    return Trained(params, curves)


def run(setting: Setting, seed: int) -> dict[str, Any]:
    """Train and return what a result file holds: setting, seed and curves."""
    return {"setting": setting.to_json(), "seed": seed, **train(setting, seed).curves}
