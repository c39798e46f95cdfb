"""The longer experiments of section 4.5 (weight decay).

Usage::

    python -m mlpbook.experiments.section_4_5 fashion|augmentation|ensemble

Each command writes ``mlpbook/results/4_5/<command>.json``. All train the network 784-256-10 on few
of Fashion-MNIST's training images, from He's weights with the mean image subtracted, and measure on
validation images; the test images are not read.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.experiments import RESULTS, save_result
from mlpbook.experiments.mlp import Setting, Split, batches, forward, init_params, load

SEEDS = range(5)
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1)
FEW, EPOCHS, BATCH, RATE, SHIFT = 1_000, 60, 50, 0.1, 2
MANY, FEWER_EPOCHS = 10_000, 8


def fit(
    data: Split,
    seed: int,
    *,
    num_epochs: int = EPOCHS,
    batch_size: int = BATCH,
    lr: float = RATE,
    weight_decay: float = 0.0,
    augment: bool = False,
) -> list[Tensor]:
    """Train by SGD; decay the weight matrices alone.

    Args:
        data: Training images.
        seed: Seeds weights, order and shifts.
        num_epochs, batch_size, lr: As usual.
        weight_decay: The lambda of the penalty lambda/2 times the sum of squared weights.
        augment: Move every image of a batch by -2 to 2 pixels each way.
    """
    generator = torch.Generator().manual_seed(seed)
    params = init_params(Setting(init=None), generator)
    for _ in range(num_epochs):
        for rows in batches(len(data.y), batch_size, generator):
            X = shifted(data.X[rows], generator) if augment else data.X[rows]
            F.cross_entropy(forward(params, X), data.y[rows]).backward()
            _decayed_step(params, lr, weight_decay)
    return params


def _decayed_step(params: list[Tensor], lr: float, weight_decay: float) -> None:
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p.mul_(1 - lr * weight_decay if p.ndim == 2 else 1).sub_(p.grad, alpha=lr)
                p.grad = None


def shifted(X: Tensor, generator: torch.Generator) -> Tensor:
    """Centred images ``(n, 784)``, each moved by up to two pixels; what enters is black."""
    mean = load("train").X.mean(0)
    padded = F.pad((X + mean).view(-1, 28, 28), (SHIFT,) * 4)
    down, right = torch.randint(0, 2 * SHIFT + 1, (2, len(X)), generator=generator)
    ticks = torch.arange(28)
    rows, columns = (down[:, None] + ticks)[:, :, None], (right[:, None] + ticks)[:, None, :]
    return padded[torch.arange(len(X))[:, None, None], rows, columns].flatten(1) - mean


def score(params: list[Tensor], data: Split) -> dict[str, float]:
    """Mean cross-entropy (nats) and accuracy (fraction)."""
    with torch.no_grad():
        return _score(forward(params, data.X).log_softmax(1), data.y)


def _score(log_probability: Tensor, y: Tensor) -> dict[str, float]:
    right = (log_probability.argmax(1) == y).double().mean().item()
    return {"loss": round(F.nll_loss(log_probability, y).item(), 5), "accuracy": round(right, 5)}


def head(split: str, n: int | None = None) -> Split:
    """The first images of a split, the mean training image subtracted."""
    X, y = load(split, centre=True)
    return Split(X[:n], y[:n])


def decay_run(weight_decay: float, seed: int) -> dict[str, Any]:
    """1,000 images, 60 epochs, one weight decay."""
    data = head("train", FEW)
    params = fit(data, seed, weight_decay=weight_decay)
    norm = math.sqrt(sum(p.detach().square().sum().item() for p in params[::2]))
    return {
        "weight_decay": weight_decay,
        "seed": seed,
        "train": score(params, data),
        "validation": score(params, head("validation")),
        "norm": round(norm, 4),
    }


def fashion() -> list[dict[str, Any]]:
    """Weight decay for a network with few images."""
    return [decay_run(decay, seed) for decay in DECAYS for seed in SEEDS]


def augmentation() -> list[dict[str, Any]]:
    """Random shifts in training, judged on images as they are and on shifted ones."""
    clean = head("validation")
    moved = Split(shifted(clean.X, torch.Generator().manual_seed(1000)), clean.y)
    runs = []
    for augment in (False, True):
        for seed in SEEDS:
            params = fit(head("train", FEW), seed, augment=augment)
            on = {"clean": score(params, clean), "shifted": score(params, moved)}
            runs.append({"augment": augment, "seed": seed, **on})
    return runs


def ensemble() -> list[dict[str, Any]]:
    """Five ensembles of five networks that differ in their seed alone."""
    data, held_out = head("train", MANY), head("validation")
    runs = []
    for group in SEEDS:
        logits = []
        for seed in range(5 * group, 5 * group + 5):
            params = fit(data, seed, num_epochs=FEWER_EPOCHS, batch_size=256)
            logits.append(forward(params, held_out.X).detach())
        mean = torch.stack(logits).softmax(2).mean(0).log()
        members = [_score(one.log_softmax(1), held_out.y) for one in logits]
        runs.append({"seed": group, "members": members, "ensemble": _score(mean, held_out.y)})
    return runs


EXPERIMENTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    f.__name__: f for f in (fashion, augmentation, ensemble)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_5 {options.experiment}",
        "torch": torch.__version__,
        "threads": options.threads,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_5", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
