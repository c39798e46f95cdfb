"""The longer experiments of section 4.3 (concise implementation).

Usage::

    python -m mlpbook.experiments.section_4_3 grid|depth|width|falling|rates|activations|sigma|
        dying|overfit|optimizers|thirty|linear

Each command writes ``mlpbook/results/4_3/<command>.json``. All compare on the validation images;
none reads the test images. ``rates`` must run before ``activations``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from mlpbook.experiments import RESULTS, load_result, save_result
from mlpbook.experiments.sequential import Setting, run

SEEDS = range(5)
FRESH_SEEDS = range(100, 105)
BASE = Setting()
INITS = (0.01, "xavier", "he", "default")
MATCHED = {
    "relu": "he",
    "leaky": "he",
    "prelu": "he",
    "gelu": "he",
    "tanh": "xavier",
    "sigmoid": "xavier",
}
Runs = list[dict[str, Any]]


def grid() -> Runs:
    """Depth × activation × initial weights."""
    settings = [
        BASE.but(depth=d, activation=a, init=i, num_epochs=3)
        for d in (1, 2, 4, 8)
        for a in ("relu", "tanh", "sigmoid")
        for i in INITS
    ]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def depth() -> Runs:
    """Hidden layers with ReLU and He's weights, at two learning rates."""
    settings = [BASE.but(depth=d, lr=lr) for lr in (0.2, 0.4) for d in (1, 2, 3, 4, 6)]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def width() -> Runs:
    """Units of one hidden layer, with a rate that falls to 0."""
    return [run(BASE.but(width=n), seed) for n in (64, 256, 512, 1024) for seed in SEEDS]


def falling() -> Runs:
    """Learning rates of one hidden layer that fall to 0; those of 0.2 and 0.4 are in ``depth``."""
    return [run(BASE.but(lr=lr), seed) for lr in (0.01, 0.1, 0.5, 1.0) for seed in SEEDS]


def rates() -> Runs:
    """Learning rate of each activation, with the weights that suit it: two seeds, to choose by."""
    settings = [
        BASE.but(depth=d, activation=a, init=MATCHED[a], lr=lr)
        for d in (1, 4)
        for a in MATCHED
        for lr in (0.1, 0.3, 1.0)
    ]
    return [run(setting, seed) for setting in settings for seed in range(2)]


def best_rate(runs: Runs, depth: int, activation: str) -> float:
    """The learning rate with the highest mean validation accuracy."""
    means: dict[float, list[float]] = {}
    for r in runs:
        if r["setting"]["depth"] == depth and r["setting"]["activation"] == activation:
            means.setdefault(r["setting"]["lr"], []).append(r["validation_accuracy"][-1])
    return max(means, key=lambda lr: sum(means[lr]) / len(means[lr]))


def activations() -> Runs:
    """Each activation at its own best learning rate, on fresh seeds."""
    chosen = load_result("4_3", "rates")["runs"]
    settings = [
        BASE.but(depth=d, activation=a, init=MATCHED[a], lr=best_rate(chosen, d, a))
        for d in (1, 4)
        for a in MATCHED
    ]
    return [run(setting, seed) for setting in settings for seed in FRESH_SEEDS]


def sigma() -> Runs:
    """Initial weights of one hidden layer, curves in steps of a seventh of an epoch."""
    inits = (0.0, 0.0001, 0.001, 0.01, 0.1, 1.0, "xavier", "he", "default")
    return [run(BASE.but(init=i), seed, every=28) for i in inits for seed in SEEDS]


def dying() -> Runs:
    """ReLU and leaky ReLU at constant and growing learning rates."""
    settings = [
        BASE.but(activation=a, init=0.01, lr=lr, num_epochs=3, decay=False)
        for a in ("relu", "leaky")
        for lr in (0.1, 0.5, 1.0, 2.0)
    ]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def overfit() -> Runs:
    """5,000 images for 100 epochs: training and validation loss by depth."""
    settings = [BASE.but(depth=d, num_images=5000, num_epochs=100, lr=0.1) for d in (1, 2, 4)]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def optimizers() -> Runs:
    """SGD, SGD with momentum and Adam at several constant rates, PyTorch's own initial weights."""
    base = BASE.but(init="default", decay=False)
    settings = [
        base.but(lr=0.01),
        base.but(lr=0.1),
        base.but(lr=0.01, momentum=0.9),
        *(base.but(optimizer="adam", lr=lr) for lr in (1e-4, 1e-3, 1e-2)),
    ]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def thirty() -> Runs:
    """Thirty hidden layers of 128 ReLUs from Xavier's and from He's weights."""
    base = BASE.but(depth=30, width=128, lr=0.02, num_epochs=2, decay=False)
    return [run(base.but(init=i), seed) for i in ("xavier", "he") for seed in SEEDS]


def linear() -> Runs:
    """Softmax regression, and two linear layers with no activation between them."""
    settings = [BASE.but(depth=0, init=0.01), BASE.but(activation="none", init=0.01)]
    settings += [BASE.but(init=0.01)]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


EXPERIMENTS: dict[str, Callable[[], Runs]] = {
    f.__name__: f
    for f in (
        grid,
        depth,
        width,
        falling,
        rates,
        activations,
        sigma,
        dying,
        overfit,
        optimizers,
        thirty,
        linear,
    )
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_3 {options.experiment}",
        "torch": torch.__version__,
        "threads": 1,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_3", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
