"""One `nn.Sequential` on Fashion-MNIST, described by a :class:`Setting` and a seed.

The framework's version of :mod:`mlpbook.experiments.mlp`: depth, activation, initial weights and
optimiser are names, PyTorch does the rest. Runs of one seed see the images in the same order,
whatever their setting, so that settings can be compared in pairs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mlpbook.experiments.mlp import NUM_INPUTS, NUM_OUTPUTS, Split, load

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "leaky": nn.LeakyReLU,
    "prelu": nn.PReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
INITIALISERS: dict[str, Callable[[Tensor], Tensor]] = {
    "xavier": nn.init.xavier_normal_,
    "he": lambda W: nn.init.kaiming_normal_(W, nonlinearity="relu"),
}


@dataclass(frozen=True)
class Setting:
    """What is chosen before training.

    Attributes:
        depth: Number of hidden layers.
        width: Units of each.
        activation: A key of ``ACTIVATIONS``.
        init: ``"xavier"``, ``"he"``, a standard deviation, or ``"default"`` for what
            `nn.Linear` does by itself. All but the default start biases at 0.
        lr: Learning rate at the first step.
        optimizer: ``"sgd"`` or ``"adam"``.
        momentum: Of SGD.
        num_epochs: Passes over the training images.
        batch_size: Images a step.
        decay: Let the learning rate fall linearly to 0 over the run.
        num_images: Training images used, from the head of the training split.
    """

    depth: int = 1
    width: int = 256
    activation: str = "relu"
    init: str | float = "he"
    lr: float = 0.2
    optimizer: str = "sgd"
    momentum: float = 0.0
    num_epochs: int = 5
    batch_size: int = 256
    decay: bool = True
    num_images: int = 50_000

    def but(self, **changes: Any) -> Setting:
        """A copy with some values changed."""
        return replace(self, **changes)


def build(setting: Setting, seed: int) -> nn.Sequential:
    """The network with its initial weights, a pure function of setting and seed."""
    layers: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for i in range(setting.depth):
            layers.append(nn.Linear(setting.width if i else NUM_INPUTS, setting.width))
            layers.append(ACTIVATIONS[setting.activation]())
        layers.append(nn.Linear(setting.width if setting.depth else NUM_INPUTS, NUM_OUTPUTS))
        for layer in layers:
            if isinstance(layer, nn.Linear) and setting.init != "default":
                initialise(layer, setting.init)
    return nn.Sequential(*layers)


def initialise(layer: nn.Linear, init: str | float) -> None:
    """Weights by name or standard deviation, bias 0."""
    if isinstance(init, str):
        INITIALISERS[init](layer.weight)
    else:
        nn.init.normal_(layer.weight, std=init)
    nn.init.zeros_(layer.bias)


@torch.no_grad()
def measure(net: nn.Sequential, data: Split) -> dict[str, float]:
    """Loss (nats), accuracy (fraction) and silent units (fraction of the hidden ones).

    A unit is silent when its output is above 0 for no image of ``data``: dead, for a ReLU.
    """
    X, alive = data.X, []
    for layer in net:
        X = layer(X)
        if type(layer) in ACTIVATIONS.values():
            alive.append((X > 0).any(0))
    silent = 1 - torch.cat(alive).double().mean().item() if alive else 0.0
    return {
        "loss": round(F.cross_entropy(X, data.y).item(), 5),
        "accuracy": round((X.argmax(1) == data.y).double().mean().item(), 5),
        "silent": round(silent, 5),
    }


def optimizer_of(net: nn.Module, setting: Setting) -> torch.optim.Optimizer:
    """SGD or Adam over all the parameters."""
    if setting.optimizer == "adam":
        return torch.optim.Adam(net.parameters(), lr=setting.lr)
    return torch.optim.SGD(net.parameters(), lr=setting.lr, momentum=setting.momentum)


def run(setting: Setting, seed: int, *, every: int | None = None) -> dict[str, Any]:
    """Train once and return what a result file holds.

    Args:
        setting: Architecture and hyperparameters.
        seed: Seeds the weights and the order of the images.
        every: Steps between two measurements; an epoch by default.

    Returns:
        Setting, seed, the curves ``running_loss`` (mean over the steps since the last
        measurement), ``validation_loss`` and ``validation_accuracy``, and ``train``: loss,
        accuracy and silent units on the training images, all with the final weights.
    """
    net, generator = build(setting, seed), torch.Generator().manual_seed(seed)
    optimizer = optimizer_of(net, setting)
    data, validation = load("train"), load("validation")
    data = Split(data.X[: setting.num_images], data.y[: setting.num_images])
    in_epoch = math.ceil(setting.num_images / setting.batch_size)
    steps, every = setting.num_epochs * in_epoch, every or in_epoch
    curves: dict[str, list[float]] = {
        name: [] for name in ("running_loss", "validation_loss", "validation_accuracy")
    }
    step, total = 0, 0.0
    for _ in range(setting.num_epochs):
        order = torch.randperm(setting.num_images, generator=generator)
        for rows in order.split(setting.batch_size):
            if setting.decay:
                optimizer.param_groups[0]["lr"] = setting.lr * (1 - step / steps)
            loss = F.cross_entropy(net(data.X[rows]), data.y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step, total = step + 1, total + loss.item()
            if step % every == 0:
                seen = measure(net, validation)
                curves["running_loss"].append(round(total / every, 5))
                curves["validation_loss"].append(seen["loss"])
                curves["validation_accuracy"].append(seen["accuracy"])
                total = 0.0
    return {"setting": asdict(setting), "seed": seed, **curves, "train": measure(net, data)}
