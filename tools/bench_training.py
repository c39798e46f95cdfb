"""Training time side by side: D2L's DataLoader loop, `mlpbook.train.fit`, and bare matrix products.

    .venv/bin/python tools/bench_training.py [--epochs 2] [--batch-size 256] [--lr 0.1]

All three run in this process, on the same threads, one after the other. The loop is written from
D2L's published method (sections 3.5 and 3.6): torchvision's data set with ToTensor behind a
DataLoader, loss and accuracy summed after every batch. The goals are ratios: an epoch at least 8
times faster than the loop's faster variant at the same accuracy, and at least half of the rate at
which this machine does the matrix products of the same step alone.
"""

import argparse
import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

import mlpbook  # noqa: F401  lets torchvision load beside any build of PyTorch
from mlpbook.data import FashionMNIST, fashion_mnist
from mlpbook.train import evaluate, fit

from torchvision import transforms  # isort: skip

SPEEDUP_GOAL, RATE_GOAL, ACCURACY_GAP = 8.0, 0.5, 0.01
SIZES = (784, 256, 10)


@dataclass
class Result:
    """Seconds of the median epoch, and test accuracy after the last."""

    name: str
    seconds: float
    accuracy: float


def build(seed: int) -> nn.Sequential:
    """The network of section 4.3, the same weights for the same seed."""
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(SIZES[0], SIZES[1]), nn.ReLU(), nn.Linear(SIZES[1], SIZES[2])
    )
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
    return net


def loader(train: bool, batch_size: int, workers: int) -> DataLoader:
    """Batches as D2L's section 3.5 makes them: an image at a time through PIL and ToTensor."""
    images = FashionMNIST(train=train, transform=transforms.ToTensor())
    return DataLoader(images, batch_size, shuffle=train, num_workers=workers)


def dataloader_epoch(
    net: nn.Module, batches: Iterable[list[Tensor]], optimizer: torch.optim.Optimizer
) -> None:
    """One epoch of D2L's section 3.6, with the sums that it keeps."""
    loss = nn.CrossEntropyLoss(reduction="none")
    sums = [0.0, 0.0, 0.0]
    net.train()
    for X, y in batches:
        y_hat = net(X)
        losses = loss(y_hat, y)
        optimizer.zero_grad()
        losses.mean().backward()
        optimizer.step()
        right = y_hat.argmax(dim=1).type(y.dtype) == y
        for i, value in enumerate((losses.sum(), right.sum(), y.numel())):
            sums[i] += float(value)


def run_dataloader(workers: int, options: argparse.Namespace) -> Result:
    """Train by D2L's loop."""
    net = build(options.seed)
    batches = loader(True, options.batch_size, workers)
    optimizer = torch.optim.SGD(net.parameters(), lr=options.lr)
    times = [
        seconds(lambda: dataloader_epoch(net, batches, optimizer)) for _ in range(options.epochs)
    ]
    accuracy = evaluate(net, fashion_mnist("test")).accuracy
    return Result(f"DataLoader, num_workers={workers}", median(times), accuracy or 0.0)


def run_fit(options: argparse.Namespace) -> Result:
    """Train by `mlpbook.train.fit`."""
    net = build(options.seed)
    history = fit(
        net,
        fashion_mnist("train+validation"),
        lr=options.lr,
        num_epochs=max(options.epochs, 5) if options.rate_only else options.epochs,
        batch_size=options.batch_size,
        seed=options.seed,
        progress=False,
    )
    accuracy = evaluate(net, fashion_mnist("test")).accuracy
    return Result("mlpbook.train.fit", median(history.seconds), accuracy or 0.0)


# Matrix products


def products(batch: int) -> list[tuple[int, int, int]]:
    """(m, k, n) of every matrix product in a step: forward, weight gradients, input gradients."""
    inputs, hidden, outputs = SIZES
    forward = [(batch, inputs, hidden), (batch, hidden, outputs)]
    weights = [(inputs, batch, hidden), (hidden, batch, outputs)]
    return [*forward, *weights, (batch, outputs, hidden)]


def flops(shapes: Iterable[tuple[int, int, int]]) -> float:
    """Multiplications and additions of the products."""
    return sum(2.0 * m * k * n for m, k, n in shapes)


def gemm_rate(shapes: list[tuple[int, int, int]], repeats: int) -> float:
    """GFLOP/s of float32 products of these shapes, operands laid out as in the step."""
    pairs = [(torch.randn(m, k), torch.randn(n, k).T) for m, k, n in shapes]
    outs = [torch.empty(m, n) for m, _, n in shapes]

    def multiply() -> None:
        for (A, B), out in zip(pairs, outs, strict=True):
            torch.mm(A, B, out=out)

    multiply()
    times = [seconds(multiply) for _ in range(repeats)]
    return flops(shapes) / median(times) / 1e9


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def median(values: list[float]) -> float:
    """The middle value (of an even number, the lower middle one)."""
    return sorted(values)[(len(values) - 1) // 2]


# Report


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate-only", action="store_true", help="leave the DataLoader out")
    return parser.parse_args()


def main() -> int:
    """Run all, print a table, and return 1 where a goal is missed."""
    options = parse()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores,", end=" ")
    print(f"{torch.get_num_threads()} threads, PyTorch {torch.__version__}")
    print(f"{'-'.join(map(str, SIZES))}, batch {options.batch_size}, lr {options.lr},", end=" ")
    print(f"{options.epochs} epochs of 60,000 images, seed {options.seed}\n")
    step = products(options.batch_size)
    before = gemm_rate(step, 200)
    ours = run_fit(options)
    after = gemm_rate(step, 200)
    loops = [] if options.rate_only else [run_dataloader(w, options) for w in (0, 4)]
    for result in (*loops, ours):
        print(f"{result.name:28} {result.seconds:7.3f} s/epoch   accuracy {result.accuracy:.4f}")
    passed = report_speedup(ours, loops) if loops else True
    return 0 if report_rate(ours, options, max(before, after)) and passed else 1


def report_speedup(ours: Result, loops: list[Result]) -> bool:
    """Print the ratio to the faster loop, and whether it and the accuracy reach the goal."""
    best = min(loops, key=lambda result: result.seconds)
    ratio = best.seconds / ours.seconds
    gap = ours.accuracy - best.accuracy
    passed = ratio >= SPEEDUP_GOAL and gap >= -ACCURACY_GAP
    print(f"\n{ratio:.1f} x faster than {best.name} (goal {SPEEDUP_GOAL:g} x),", end=" ")
    print(f"accuracy {gap:+.4f}: {'reached' if passed else 'MISSED'}")
    return passed


def report_rate(ours: Result, options: argparse.Namespace, step_rate: float) -> bool:
    """Print training's share of the rate of bare products, and whether it reaches the goal."""
    steps = 60_000 / options.batch_size
    rate = flops(products(options.batch_size)) * steps / ours.seconds / 1e9
    large = gemm_rate([(2048, 2048, 2048)], 5)
    share = rate / step_rate
    passed = share >= RATE_GOAL
    print(f"training {rate:.0f} GFLOP/s; the step's products alone {step_rate:.0f},", end=" ")
    print(f"one of 2048 x 2048 x 2048 {large:.0f}")
    print(
        f"{share:.0%} of the products' rate (goal {RATE_GOAL:.0%}), {rate / large:.0%} of the",
        end=" ",
    )
    print(f"large one's: {'reached' if passed else 'MISSED'}")
    return passed


if __name__ == "__main__":
    raise SystemExit(main())
