"""Training time side by side: D2L's DataLoader loop, `mlpbook.train.fit`, and bare matrix products.

    python -m tools.bench_training [--epochs 3] [--batch-size 256] [--lr 0.1] [--seed 0]

All run in this process, on the same threads, in turn, epoch by epoch, so that a disturbance meets
all of them; the fastest epoch of each counts. The loop is written from D2L's published method
(sections 3.5 and 3.6): torchvision's data set with ToTensor behind a DataLoader, loss and accuracy
summed after every batch. All start from the same weights and see the examples in the same order.
The goals are ratios: an epoch at least 8 times faster than D2L's loop as D2L runs it, with four
workers, at the same accuracy, and at least half of the rate at which this machine does the step's
matrix products alone. Without workers, which suits two cores better, the loop is shown as well.
"""

import argparse
import os
import platform
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

import mlpbook  # isort: skip  lets torchvision load beside any build of PyTorch
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Sampler
from torchvision import transforms

from mlpbook.d2l import get_dataloader_workers
from mlpbook.data import FashionMNIST, fashion_mnist
from mlpbook.train import evaluate, fit

SPEEDUP_GOAL, RATE_GOAL, ACCURACY_GAP = 8.0, 0.5, 0.002
NUM_IMAGES = 60_000
SIZES = (784, 256, 10)


@dataclass
class Contender:
    """One way to train: a network, what does an epoch, and the seconds of each."""

    name: str
    net: nn.Module
    epoch: Callable[[], object]
    times: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Train for one epoch."""
        self.times.append(seconds(self.epoch))

    @property
    def best(self) -> float:
        """The fastest epoch, the one least disturbed."""
        return min(self.times)

    @property
    def accuracy(self) -> float:
        """Test accuracy of the network as it stands."""
        return evaluate(self.net, fashion_mnist("test")).accuracy or 0.0


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


class Order(Sampler[int]):
    """The order that `fit` draws from a generator of this seed, epoch by epoch."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return NUM_IMAGES

    def __iter__(self) -> Iterator[int]:
        return iter(torch.randperm(NUM_IMAGES, generator=self.generator).tolist())


def dataloader(workers: int, options: argparse.Namespace) -> Contender:
    """D2L's loop; an image at a time goes through PIL and ToTensor."""
    net = build(options.seed)
    images = FashionMNIST(train=True, transform=transforms.ToTensor())
    batches = DataLoader(
        images, options.batch_size, sampler=Order(options.seed), num_workers=workers
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=options.lr)
    name = f"DataLoader, num_workers={workers}"
    return Contender(name, net, lambda: dataloader_epoch(net, batches, optimizer))


def dataloader_epoch(
    net: nn.Module, batches: DataLoader[tuple[Tensor, Tensor]], optimizer: torch.optim.Optimizer
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


def in_memory(options: argparse.Namespace) -> Contender:
    """`mlpbook.train.fit`."""
    net, images = build(options.seed), fashion_mnist("train+validation")
    order = torch.Generator().manual_seed(options.seed)

    def epoch() -> None:
        fit(
            net,
            images,
            lr=options.lr,
            num_epochs=1,
            batch_size=options.batch_size,
            generator=order,
            progress=False,
        )

    return Contender("mlpbook.train.fit", net, epoch)


# Matrix products


def step_products(batch: int) -> list[tuple[Tensor, Tensor]]:
    """The operands of every matrix product in a training step, laid out as PyTorch has them."""
    inputs, hidden, outputs = SIZES
    X, H = torch.randn(batch, inputs), torch.randn(batch, hidden)
    W1, W2 = torch.randn(hidden, inputs), torch.randn(outputs, hidden)
    G1, G2 = torch.randn(batch, hidden), torch.randn(batch, outputs)
    return [(X, W1.T), (H, W2.T), (G2.T, H), (G2, W2), (G1.T, X)]


def flops(pairs: list[tuple[Tensor, Tensor]]) -> float:
    """Multiplications and additions of the products."""
    return sum(2.0 * A.shape[0] * A.shape[1] * B.shape[1] for A, B in pairs)


def gemm_rate(pairs: list[tuple[Tensor, Tensor]], repeats: int, rounds: int = 5) -> float:
    """GFLOP/s of these float32 products, the best of several rounds."""
    outs = [torch.empty(A.shape[0], B.shape[1]) for A, B in pairs]

    def multiply() -> None:
        for _ in range(repeats):
            for (A, B), out in zip(pairs, outs, strict=True):
                torch.mm(A, B, out=out)

    return repeats * flops(pairs) / min(seconds(multiply) for _ in range(rounds)) / 1e9


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


# Report


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Training time beside D2L's loop.")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> int:
    """Run all, print a table, and return 1 where a goal is missed."""
    options = parse()
    warnings.filterwarnings("ignore", message="This DataLoader will create 4 worker")
    warnings.filterwarnings("ignore", message="Converting a tensor with requires_grad")
    print_setting(options)
    step, large = (
        step_products(options.batch_size),
        [(torch.randn(2048, 2048), torch.randn(2048, 2048))],
    )
    own_workers = get_dataloader_workers()
    loops = [dataloader(workers, options) for workers in (0, own_workers)]
    ours = in_memory(options)
    step_rates, large_rates = [], []
    for _ in range(options.epochs):
        for contender in (*loops, ours):
            contender.run()
        step_rates.append(gemm_rate(step, repeats=50))
        large_rates.append(gemm_rate(large, repeats=1))
    for contender in (*loops, ours):
        print(f"{contender.name:28}{contender.best:8.3f} s/epoch", end="")
        print(f"   test accuracy {contender.accuracy:.4f}")
    print(f"\n{loops[0].best / ours.best:.1f} x faster than {loops[0].name}")
    reached = report_speedup(ours, loops[1])
    rate = flops(step) * NUM_IMAGES / options.batch_size / ours.best / 1e9
    return 0 if report_rate(rate, max(step_rates), max(large_rates)) and reached else 1


def print_setting(options: argparse.Namespace) -> None:
    """Print what is measured, and on what."""
    cpu = platform.processor() or platform.machine()
    print(f"{cpu}, {os.cpu_count()} cores, {torch.get_num_threads()} threads,", end=" ")
    print(f"PyTorch {torch.__version__}, mlpbook {mlpbook.__version__}")
    print(f"{'-'.join(map(str, SIZES))}, batch {options.batch_size}, lr {options.lr},", end=" ")
    print(f"{options.epochs} epochs of {NUM_IMAGES:,} images, seed {options.seed}")
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > 0.5:
        print(
            f"Other work is under way (load {busy:.1f}). PyTorch's threads wait for each other by"
        )
        print(
            "spinning, so that on a busy machine these numbers say nothing; run it on an idle one."
        )
    print()


def report_speedup(ours: Contender, loop: Contender) -> bool:
    """Print the ratio to D2L's loop, and whether it and the accuracy reach the goal."""
    ratio, gap = loop.best / ours.best, ours.accuracy - loop.accuracy
    reached = ratio >= SPEEDUP_GOAL and gap >= -ACCURACY_GAP
    print(f"{ratio:.1f} x faster than {loop.name}, D2L's own (goal {SPEEDUP_GOAL:g} x),", end=" ")
    print(f"accuracy {gap:+.4f}: {'reached' if reached else 'MISSED'}")
    return reached


def report_rate(training: float, step: float, large: float) -> bool:
    """Print training's share of the rate of bare products, and whether it reaches the goal."""
    reached = training / step >= RATE_GOAL
    print(f"training {training:.0f} GFLOP/s; the step's products alone {step:.0f},", end=" ")
    print(f"2048 x 2048 x 2048 {large:.0f}")
    print(f"{training / step:.0%} of the step's products (goal {RATE_GOAL:.0%}),", end=" ")
    print(f"{training / large:.0%} of the large one: {'reached' if reached else 'MISSED'}")
    return reached


if __name__ == "__main__":
    raise SystemExit(main())
