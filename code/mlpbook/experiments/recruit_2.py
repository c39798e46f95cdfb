"""The longer experiments of the sheet of theory questions (recruit 2).

Usage::

    python -m mlpbook.experiments.recruit_2 network|batch|overfit|improve

Each command writes ``mlpbook/results/recruit_2/<command>.json``; ``network`` also writes the
trained weights, ``network.gz``, which the lab ``quantise`` rounds.
"""

from __future__ import annotations

import argparse
import gzip
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mlpbook.experiments import RESULTS, save_result
from mlpbook.experiments.mlp import Setting, load, measure, run, train
from mlpbook.synthetic import moons

SECTION = "recruit_2"
SEEDS = range(5)
IMPROVE_SEEDS = range(10)
SHAPES = ((784, 32), (32,), (32, 10), (10,))
NETWORK = Setting(num_hiddens=(32,), lr=0.2, num_epochs=10, init=None, decay=True)
NOISE, NUM_TRAIN, NUM_TEST = 0.22, 800, 20_000
SHOWN = (0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000)


def network(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """Train the network that the lab quantises, and write its weights."""
    params, _ = train(NETWORK, seed=0)
    flat = torch.cat([p.detach().reshape(-1) for p in params]).numpy().astype("<f4")
    path = folder / SECTION / "network.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(flat.tobytes(), mtime=0))
    accuracy = measure(params, load("validation"))["accuracy"]
    return [{"setting": NETWORK.to_json(), "seed": 0, "validation_accuracy": accuracy}]


def trained(folder: Path = RESULTS) -> list[Tensor]:
    """The stored weights and biases ``[W1, b1, W2, b2]`` of 784-32-10."""
    flat = np.frombuffer(gzip.decompress((folder / SECTION / "network.gz").read_bytes()), "<f4")
    parts = torch.from_numpy(flat.copy()).split([math.prod(shape) for shape in SHAPES])
    return [part.reshape(shape) for part, shape in zip(parts, SHAPES, strict=True)]


def batch(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """Two epochs of Fashion-MNIST with batches of 32, 256 and 2,048."""
    base = Setting(init=None, num_epochs=2)
    cases = ((32, 0.1), (256, 0.1), (256, 0.3), (2048, 0.1), (2048, 0.3), (2048, 0.8))
    settings = [base.but(batch_size=size, lr=lr) for size, lr in cases]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def plane_net(sizes: tuple[int, ...], *, he: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """An MLP with ReLU and one output, from PyTorch's initial weights or from He's."""
    parts: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layer = nn.Linear(inputs, outputs)
        if he:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        parts += [layer, nn.ReLU(), *([nn.Dropout(dropout)] if dropout else [])]
    end = -2 if dropout else -1
    return nn.Sequential(*parts[:end])


def split(seed: int, *sizes: int) -> list[tuple[Tensor, Tensor]]:
    """Moons, cut into parts of the given sizes; labels are floats (n, 1)."""
    generator = torch.Generator().manual_seed(1000 + seed)
    X, y = moons(sum(sizes), noise=NOISE, generator=generator)
    order = torch.randperm(len(X), generator=generator)
    X, y = X[order], y[order].float().unsqueeze(1)
    return list(zip(X.split(sizes), y.split(sizes), strict=True))


@torch.no_grad()
def judge(net: nn.Module, data: tuple[Tensor, Tensor]) -> tuple[float, float]:
    """Cross-entropy and accuracy, dropout off."""
    X, y = data
    was = net.training
    logits = net.eval()(X)
    net.train(was)
    loss = F.binary_cross_entropy_with_logits(logits, y).item()
    return loss, ((logits > 0) == (y > 0.5)).double().mean().item()


def overfit_run(seed: int, num_epochs: int = SHOWN[-1]) -> dict[str, Any]:
    """2-64-64-1 with He's weights and Adam on 800 points; losses and accuracies now and then."""
    data, test = split(seed, NUM_TRAIN, NUM_TEST)
    small = (test[0][:200], test[1][:200])
    torch.manual_seed(seed)
    net = plane_net((2, 64, 64, 1), he=True)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    rows = []
    for epoch in range(num_epochs + 1):
        if epoch in SHOWN:
            parts = {"train": data, "test": test, "test_200": small}
            found = {name: judge(net, part) for name, part in parts.items()}
            rows.append({name: [round(v, 5) for v in pair] for name, pair in found.items()})
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(data[0]), data[1]).backward()
        optimizer.step()
    return {"setting": {"lr": 0.003, "noise": NOISE}, "seed": seed, "rows": rows}


def overfit(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """Ten thousand epochs or nearly, five seeds."""
    return [overfit_run(seed) for seed in SEEDS]


VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "he": {"he": True},
    "width 8": {"width": 8},
    "dropout 0.3": {"dropout": 0.3},
    "decay 1.0": {"decay": 1.0},
    "more data": {"more": True},
}


def improve_run(name: str, seed: int, num_epochs: int = 3000) -> dict[str, Any]:
    """One variant; the plain one also gives what early stopping would have kept."""
    chosen = {"width": 64, "he": False, "dropout": 0.0, "decay": 0.0, "more": False}
    chosen |= VARIANTS[name]
    data, validation, test = split(seed, 100, 100, NUM_TEST)
    if chosen["more"]:
        data = (torch.cat([data[0], validation[0]]), torch.cat([data[1], validation[1]]))
    torch.manual_seed(seed)
    sizes = (2, chosen["width"], chosen["width"], 1)
    net = plane_net(sizes, he=chosen["he"], dropout=chosen["dropout"])
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.003, weight_decay=chosen["decay"])
    best, kept, at = math.inf, {}, 0
    for epoch in range(num_epochs):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(data[0]), data[1]).backward()
        optimizer.step()
        if name == "plain" and (loss := judge(net, validation)[0]) < best:
            best, at = loss, epoch + 1
            kept = {key: value.clone() for key, value in net.state_dict().items()}
    result = {"setting": {"variant": name}, "seed": seed, "test": rounded(judge(net, test))}
    result["train"] = rounded(judge(net, data))
    if kept:
        net.load_state_dict(kept)
        result |= {"stopped_at": at, "stopped": rounded(judge(net, test))}
    return result


def rounded(pair: tuple[float, float]) -> list[float]:
    """Five digits are enough."""
    return [round(value, 5) for value in pair]


def improve(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """One change at a time against the plain network, ten seeds each."""
    return [improve_run(name, seed) for name in VARIANTS for seed in IMPROVE_SEEDS]


EXPERIMENTS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    f.__name__: f for f in (network, batch, overfit, improve)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.recruit_2 {options.experiment}",
        "torch": torch.__version__,
        "threads": 1,
        "runs": EXPERIMENTS[options.experiment](options.folder),
    }
    save_result(SECTION, options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
