"""The longer experiments of section 4.1 (multilayer perceptrons).

Usage::

    python -m mlpbook.experiments.section_4_1 linear|activations|grid|noisy|depth|width

Each command writes ``mlpbook/results/4_1/<command>.json``. Five seeds each; what is compared on
Fashion-MNIST is measured on the validation images.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mlpbook import layers
from mlpbook.data import fashion_mnist
from mlpbook.experiments import RESULTS, save_result
from mlpbook.train import fit

SEEDS = range(5)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda x: x,
    "relu": torch.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "tanh": torch.tanh,
    "softplus": F.softplus,
}
DEPTHS = (1, 2, 4, 8, 16, 32)
WIDTHS = (1, 2, 4, 16, 64, 256)
RATES, HIDDEN, NUM_TRAIN = (0.003, 0.03, 0.3), (16, 64, 256), 2000


def fashion_run(
    sizes: tuple[int, ...],
    activation: str,
    seed: int,
    *,
    lr: float = 0.1,
    num_epochs: int = 10,
    num_train: int | None = None,
) -> dict[str, Any]:
    """Train an MLP with He's weights and return its setting, its last loss and accuracy."""
    generator = torch.Generator().manual_seed(seed)
    params = layers.mlp_params(sizes, generator=generator)
    X, y = fashion_mnist("train", flatten=True)
    validation = fashion_mnist("validation", flatten=True)
    history = fit(
        layers.MLP(params, ACTIVATIONS[activation]),
        (X[:num_train], y[:num_train]),
        lr=lr,
        num_epochs=num_epochs,
        batch_size=256 if num_train is None else 64,
        validation=validation,
        generator=generator,
        progress=False,
    )
    return {
        "setting": {"sizes": list(sizes), "activation": activation, "lr": lr},
        "seed": seed,
        "train_loss": round(history.train_loss[-1], 5),
        "validation_accuracy": round(history.validation_accuracy[-1], 5),
    }


def linear() -> list[dict[str, Any]]:
    """No hidden layer, one without an activation, and one with ReLU."""
    nets = (((784, 10), "identity"), ((784, 256, 10), "identity"), ((784, 256, 10), "relu"))
    return [fashion_run(sizes, name, seed) for sizes, name in nets for seed in SEEDS]


def activations() -> list[dict[str, Any]]:
    """ReLU, GELU and SiLU in the same network from the same weights."""
    names = ("relu", "gelu", "silu")
    return [fashion_run((784, 256, 10), name, seed) for name in names for seed in SEEDS]


def grid() -> list[dict[str, Any]]:
    """Learning rate against width, on the first 2,000 training images."""
    return [
        fashion_run((784, width, 10), "relu", seed, lr=rate, num_train=NUM_TRAIN)
        for rate in RATES
        for width in HIDDEN
        for seed in SEEDS
    ]


def noisy_run(activation: str, seed: int, num_steps: int = 400) -> dict[str, Any]:
    """Fit 100 points of which a fifth have the wrong label; test on clean labels."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(100, 10, generator=generator)
    flipped = torch.rand(100, generator=generator) < 0.2
    y = ((X[:, 0] > 0) ^ flipped).long()
    X_test = torch.randn(2000, 10, generator=generator)
    params = layers.mlp_params((10, 128, 2), generator=generator)
    net = layers.MLP(params, ACTIVATIONS[activation])
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(num_steps):
        optimizer.zero_grad()
        F.cross_entropy(net(X), y).backward()
        optimizer.step()
    test_accuracy = (net(X_test).argmax(1) == (X_test[:, 0] > 0)).double().mean().item()
    return {
        "setting": {"activation": activation},
        "seed": seed,
        "train_accuracy": (net(X).argmax(1) == y).double().mean().item(),
        "test_accuracy": round(test_accuracy, 5),
    }


def noisy() -> list[dict[str, Any]]:
    """Does an activation with exact zeros memorise wrong labels less than a smooth one?"""
    return [noisy_run(name, seed) for name in ("relu", "softplus", "tanh") for seed in SEEDS]


def depth_run(depth: int, init: str, seed: int, num_steps: int = 400) -> dict[str, Any]:
    """Training error of a plain ReLU network of width 32 on a smooth target.

    Args:
        depth: hidden layers.
        init: "torch" for the defaults of `nn.Linear`, "he" for variance 2 / inputs, biases 0.
        seed: of data and weights.
        num_steps: full-batch steps with momentum 0.9.
    """
    torch.manual_seed(seed)
    X = torch.randn(256, 10)
    y = torch.sin(2 * X[:, :1]) + X[:, 1:2] * X[:, 2:3]
    sizes = (10, *[32] * depth, 1)
    modules = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    if init == "he":
        for layer in modules:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    body = [part for layer in modules[:-1] for part in (layer, nn.ReLU())]
    net = nn.Sequential(*body, modules[-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    loss = torch.tensor(math.nan)
    for _ in range(num_steps):
        optimizer.zero_grad()
        loss = (net(X) - y).square().mean()
        loss.backward()
        optimizer.step()
    return {
        "setting": {"depth": depth, "init": init},
        "seed": seed,
        "train_mse": round(loss.item(), 5),
        "variance": round(y.var(unbiased=False).item(), 5),
    }


def depth() -> list[dict[str, Any]]:
    """Training error against depth, with PyTorch's and with He's initial weights."""
    return [depth_run(d, init, seed) for init in ("torch", "he") for d in DEPTHS for seed in SEEDS]


def width_run(width: int, seed: int, num_steps: int = 1500) -> dict[str, Any]:
    """Fit 30 noisy points of a sine with one tanh layer; test against the sine itself."""
    torch.manual_seed(seed)
    x = torch.linspace(-1, 1, 30).unsqueeze(1)
    y = torch.sin(2 * math.pi * x) + 0.2 * torch.randn(30, 1)
    x_test = torch.linspace(-1, 1, 300).unsqueeze(1)
    net = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(num_steps):
        optimizer.zero_grad()
        (net(x) - y).square().mean().backward()
        optimizer.step()
    with torch.no_grad():
        train = (net(x) - y).square().mean().item()
        test = (net(x_test) - torch.sin(2 * math.pi * x_test)).square().mean().item()
    return {
        "setting": {"width": width},
        "seed": seed,
        "train_mse": round(train, 5),
        "test_mse": round(test, 5),
    }


def width() -> list[dict[str, Any]]:
    """Error against the number of hidden units at a fixed budget of steps."""
    return [width_run(w, seed) for w in WIDTHS for seed in SEEDS]


EXPERIMENTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    f.__name__: f for f in (linear, activations, grid, noisy, depth, width)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_1 {options.experiment}",
        "torch": torch.__version__,
        "threads": 1,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_1", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
