"""The longer experiments of section 4.4 (model selection, underfitting and overfitting).

Usage::

    python -m mlpbook.experiments.section_4_4 epochwise|grokking

Each command writes ``mlpbook/results/4_4/<command>.json``. The test images of Fashion-MNIST are
not read: errors are measured on the validation images.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.experiments import RESULTS, save_result
from mlpbook.experiments.mlp import load

SEEDS = range(5)
NOISES = (0.0, 0.15, 0.3)
FRACTIONS, DECAYS = (0.4, 0.5, 0.7), (0.0, 0.3, 1.0)
NUM_STEPS, EVERY, LEARNED = 40_000, 250, 0.99


def schedule(last: int, growth: float = 1.3) -> list[int]:
    """Whole numbers from 1 to ``last``, about evenly spaced on a logarithmic scale."""
    numbers = [1]
    while numbers[-1] < last:
        numbers.append(min(last, max(numbers[-1] + 1, int(numbers[-1] * growth))))
    return numbers


def normal(rows: int, columns: int, std: float, generator: torch.Generator) -> Tensor:
    """A trainable weight matrix from N(0, std²)."""
    return (torch.randn(rows, columns, generator=generator) * std).requires_grad_()


def mislabelled(noise: float, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """``n`` training images; a share ``noise`` of them gets a label drawn at random.

    Returns:
        Images ``(n, 784)``, labels ``(n,)`` and which of them were drawn, ``(n,)``.
    """
    X, y = load("train")
    chosen = torch.randperm(len(X), generator=generator)[:n]
    X, y = X[chosen], y[chosen].clone()
    drawn = torch.rand(n, generator=generator) < noise
    y[drawn] = torch.randint(0, 10, (int(drawn.sum()),), generator=generator)
    return X, y, drawn


def noisy_labels(
    noise: float, seed: int, *, n: int = 5000, num_epochs: int = 300, num_hiddens: int = 256
) -> dict[str, Any]:
    """Train the 784-256-10 network on partly random labels by Adam; errors by epoch."""
    generator = torch.Generator().manual_seed(seed)
    X, y, drawn = mislabelled(noise, n, generator)
    held_out = load("validation")
    params = [
        normal(784, num_hiddens, (2 / 784) ** 0.5, generator),
        torch.zeros(num_hiddens, requires_grad=True),
        normal(num_hiddens, 10, (2 / num_hiddens) ** 0.5, generator),
        torch.zeros(10, requires_grad=True),
    ]
    optimizer = torch.optim.Adam(params, lr=0.001)

    def scores(X: Tensor) -> Tensor:
        W1, b1, W2, b2 = params
        return (X @ W1 + b1).relu() @ W2 + b2

    epochs = schedule(num_epochs)
    run: dict[str, Any] = {"noise": noise, "seed": seed, "epochs": epochs}
    run |= {"train_error": [], "test_error": [], "drawn_labels_fitted": []}
    for epoch in range(1, num_epochs + 1):
        for rows in torch.randperm(n, generator=generator).split(256):
            optimizer.zero_grad()
            F.cross_entropy(scores(X[rows]), y[rows]).backward()
            optimizer.step()
        if epoch in epochs:
            with torch.no_grad():
                right = scores(X).argmax(1) == y
                wrong = scores(held_out.X).argmax(1) != held_out.y
            fitted = right[drawn].float().mean().item() if drawn.any() else None
            run["train_error"].append(round(1 - right.float().mean().item(), 4))
            run["test_error"].append(round(wrong.float().mean().item(), 4))
            run["drawn_labels_fitted"].append(None if fitted is None else round(fitted, 4))
    return run


def modular_addition(
    fraction: float,
    weight_decay: float,
    seed: int,
    *,
    num_steps: int = NUM_STEPS,
    p: int = 97,
    num_hiddens: int = 256,
) -> dict[str, Any]:
    """Learn (a + b) mod p from one-hot pairs by AdamW; stop when the other pairs are right too.

    Args:
        fraction: Share of the p² pairs that is trained on.
        weight_decay: AdamW's, at learning rate 0.001.
        seed: Of the split, the weights and the batches of 512.
        num_steps: When to give up.

    Returns:
        Accuracies every 250 steps, on the training pairs and on the others.
    """
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.arange(p).repeat_interleave(p), torch.arange(p).repeat(p)
    y = (a + b) % p
    order = torch.randperm(p * p, generator=generator)
    seen, unseen = order.split([int(fraction * p * p), p * p - int(fraction * p * p)])
    W1 = normal(2 * p, num_hiddens, 3 * p**-0.5, generator)
    W2 = normal(num_hiddens, p, num_hiddens**-0.5, generator)
    b1, b2 = torch.zeros(num_hiddens, requires_grad=True), torch.zeros(p, requires_grad=True)
    optimizer = torch.optim.AdamW([W1, b1, W2, b2], lr=0.001, weight_decay=weight_decay)

    def scores(rows: Tensor) -> Tensor:
        hidden = (W1[a[rows]] + W1[p + b[rows]] + b1).relu()  # two one-hot vectors times W1
        return hidden @ W2 + b2

    def accuracy(rows: Tensor) -> float:
        with torch.no_grad():
            return round((scores(rows).argmax(1) == y[rows]).float().mean().item(), 4)

    run: dict[str, Any] = {"fraction": fraction, "weight_decay": weight_decay, "seed": seed}
    run |= {"steps": [], "train_accuracy": [], "test_accuracy": []}
    for step in range(1, num_steps + 1):
        rows = seen[torch.randint(len(seen), (512,), generator=generator)]
        optimizer.zero_grad()
        F.cross_entropy(scores(rows), y[rows]).backward()
        optimizer.step()
        if step % EVERY == 0:
            run["steps"].append(step)
            run["train_accuracy"].append(accuracy(seen))
            run["test_accuracy"].append(accuracy(unseen))
            if run["test_accuracy"][-1] > LEARNED:
                break
    return thin(run)


def thin(run: dict[str, Any]) -> dict[str, Any]:
    """Keep the points of a run that a logarithmic axis can show, and when it crossed 0.99."""
    steps = run["steps"]
    for name in ("train", "test"):
        crossed = [s for s, a in zip(steps, run[f"{name}_accuracy"], strict=True) if a > LEARNED]
        run[f"{name}_learned_at"] = crossed[0] if crossed else None
    kept = [i - 1 for i in schedule(len(steps), 1.08)]
    for name in ("steps", "train_accuracy", "test_accuracy"):
        run[name] = [run[name][i] for i in kept]
    return run


def epochwise() -> list[dict[str, Any]]:
    """Errors by epoch, with none, 15 % and 30 % of the labels drawn at random."""
    return [noisy_labels(noise, seed) for noise in NOISES for seed in SEEDS]


def grokking() -> list[dict[str, Any]]:
    """Modular addition by share of training pairs, and by weight decay."""
    settings = [(fraction, 1.0) for fraction in FRACTIONS] + [(0.5, d) for d in DECAYS if d < 1]
    return [modular_addition(*setting, seed) for setting in settings for seed in SEEDS]


EXPERIMENTS: dict[str, Callable[[], Sequence[dict[str, Any]]]] = {
    f.__name__: f for f in (epochwise, grokking)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_4 {options.experiment}",
        "torch": torch.__version__,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_4", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
