"""The training runs of section 4.8 (numerical stability and initialisation).

Usage::

    python -m mlpbook.experiments.section_4_8 depth|lars

Each command writes ``mlpbook/results/4_8/<command>.json``. The other runs are small enough for the
notebook itself. All use the first few thousand images of Fashion-MNIST and plain ReLU networks, for
120 steps.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.data import fashion_mnist
from mlpbook.experiments import RESULTS, save_result

WIDTH, DEEP, STEPS, BATCH = 32, 10, 120, 64
CURES = ("none", "lower", "clip", "warmup", "rollback", "lars", "adam", "norm")
# (scale of the weights in units of He's, learning rate): two that diverge and one that is well
FAILURES = {"mild": (1.5, 0.1), "severe": (3.0, 0.1), "none": (1.0, 0.1)}

TRUST = 0.003  # relative length of a LARS step
TRUSTS = (0.001, 0.003, 0.01, 0.03, 0.1)
SEEDS, DEPTHS, RATES = range(5), (1, 3, 10, 20, 30), (0.01, 0.03, 0.1, 0.3)

Params = list[Tensor]


@cache
def images(split: str, limit: int) -> tuple[Tensor, Tensor]:
    """The first images of a split as rows, the mean training image taken away."""
    X, y = fashion_mnist(split, limit=limit, flatten=True)
    return X - fashion_mnist("train", limit=limit, flatten=True).X.mean(0), y


def init_params(sizes: tuple[int, ...], std: Callable[[int, int], float], seed: int) -> Params:
    """Weights from N(0, std(inputs, outputs)²) and biases 0, ready for autograd."""
    generator = torch.Generator().manual_seed(seed)
    params: Params = []
    for n_in, n_out in pairwise(sizes):
        W = torch.randn(n_in, n_out, generator=generator, dtype=torch.float32) * std(n_in, n_out)
        params += [W, torch.zeros(n_out, dtype=torch.float32)]
    return [p.requires_grad_() for p in params]


def std_of(name: str) -> Callable[[int, int], float]:
    """The standard deviation that an initialisation gives to a weight, by its name."""
    return {
        "xavier": lambda n_in, n_out: math.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: math.sqrt(2 / n_in),
    }[name]


def net(X: Tensor, params: Params, *, norm: bool = False) -> Tensor:
    """Logits of a ReLU network; ``norm`` puts batch normalisation before each ReLU."""
    H = X
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        Z = H @ W + b
        if norm:
            Z = F.batch_norm(Z, None, None, training=True)
        H = Z.relu()
    return H @ params[-2] + params[-1]


def batches(n: int, size: int, steps: int, seed: int) -> list[Tensor]:
    """Row numbers of each minibatch: whole passes in a shuffled order, incomplete ones dropped."""
    generator = torch.Generator().manual_seed(1000 + seed)
    rows: list[Tensor] = []
    while len(rows) < steps:
        rows += list(torch.randperm(n, generator=generator)[: n - n % size].split(size))
    return rows[:steps]


def measure(params: Params, *, norm: bool = False) -> dict[str, float]:
    """Loss and accuracy on the 4,000 training images, accuracy on 2,000 validation images."""
    X, y = images("train", 4000)
    with torch.no_grad():
        logits = net(X, params, norm=norm)
        held_X, held_y = images("validation", 2000)
        held = net(held_X, params, norm=norm)
    return {
        "train_loss": round(F.cross_entropy(logits, y).item(), 4),
        "train_accuracy": round((logits.argmax(1) == y).double().mean().item(), 4),
        "validation_accuracy": round((held.argmax(1) == held_y).double().mean().item(), 4),
    }


def train_depth(num_hidden: int, init: str, lr: float, seed: int, steps: int = STEPS) -> Params:
    """SGD at a constant rate on a plain ReLU network of that many hidden layers."""
    params = init_params((784, *(WIDTH,) * num_hidden, 10), std_of(init), seed)
    X, y = images("train", 4000)
    for rows in batches(len(X), BATCH, steps, seed):
        grads = torch.autograd.grad(F.cross_entropy(net(X[rows], params), y[rows]), params)
        with torch.no_grad():
            for p, g in zip(params, grads, strict=True):
                p -= lr * g
    return params


def depth() -> list[dict[str, Any]]:
    """Plain networks of several depths from Xavier's and He's weights, at four rates.

    A loss that is no finite number is stored as None.
    """
    return [
        {
            "setting": {"init": init, "num_hidden": num_hidden, "lr": lr},
            "seed": seed,
            **{
                name: value if math.isfinite(value) else None
                for name, value in measure(train_depth(num_hidden, init, lr, seed)).items()
            },
        }
        for init, num_hidden, lr, seed in product(("xavier", "he"), DEPTHS, RATES, SEEDS)
    ]


def clip_(grads: list[Tensor], limit: float) -> None:
    """Scale all gradients together so that their joint norm is at most ``limit``."""
    norm = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_(torch.clamp(limit / (norm + 1e-6), max=1.0))


def lars_(params: Params, grads: list[Tensor], trust: float) -> None:
    """Give each layer's gradient the length ``trust`` times that of the layer's parameters.

    Weights and biases of a layer share one factor: a bias alone starts at 0 and would not move.
    """
    with torch.no_grad():
        for k in range(0, len(params), 2):
            size, slope = (
                torch.cat([t.flatten() for t in pair[k : k + 2]]).norm() for pair in (params, grads)
            )
            for g in grads[k : k + 2]:
                g.mul_(trust * size / (slope + 1e-30))


class Rollback:
    """Keeps a checkpoint; a loss that is no number or far above its loss restores it.

    The first checkpoint is the start. Every `every` steps in which no loss was too high, the
    weights are saved; a loss above twice the best mean restores them and halves the rate.
    """

    def __init__(self, params: Params, every: int = 10) -> None:
        self.every = every
        self.saved = [p.detach().clone() for p in params]
        self.losses: list[float] = []
        self.best = math.inf
        self.scale, self.restored = 1.0, 0

    def step(self, params: Params, loss: float) -> bool:
        """Judge the loss at ``params``; True means that they were replaced by the checkpoint."""
        self.best = min(self.best, loss) if math.isinf(self.best) else self.best
        if not math.isfinite(loss) or loss > 2 * self.best:
            for p, old in zip(params, self.saved, strict=True):
                p.data.copy_(old)
            self.scale, self.restored, self.losses = self.scale / 2, self.restored + 1, []
            return True
        self.losses.append(loss)
        if len(self.losses) >= self.every:
            self.best = min(self.best, sum(self.losses) / len(self.losses))
            self.saved = [p.detach().clone() for p in params]
            self.losses = []
        return False


def train_cure(
    failure: str, cure: str, seed: int, steps: int = STEPS, *, trust: float = TRUST
) -> dict[str, Any]:
    """One run of a ten-layer network that diverges by itself, with one cure."""
    gain, lr = FAILURES[failure]
    sizes = (784, *(WIDTH,) * DEEP, 10)
    params = init_params(sizes, lambda n_in, n_out: gain * math.sqrt(2 / n_in), seed)
    X, y = images("train", 4000)
    adam = torch.optim.Adam(params, lr=1e-3)
    rollback = Rollback(params)
    losses: list[float] = []
    for step, rows in enumerate(batches(len(X), BATCH, steps, seed)):
        loss = F.cross_entropy(net(X[rows], params, norm=cure == "norm"), y[rows])
        losses.append(loss.item())
        if cure == "rollback" and rollback.step(params, losses[-1]):
            continue
        if not math.isfinite(losses[-1]):
            break
        grads = list(torch.autograd.grad(loss, params))
        if cure == "lars":
            lars_(params, grads, trust)
        apply(params, grads, cure, lr * rollback.scale, step, adam)
    return {
        **{"failure": failure, "cure": cure, "seed": seed},
        "losses": losses,
        "stopped": len(losses) if len(losses) < steps else None,
        "restored": rollback.restored,
        **measure(params, norm=cure == "norm"),
    }


def apply(
    params: Params, grads: list[Tensor], cure: str, lr: float, step: int, adam: torch.optim.Adam
) -> None:
    """One update by the rule of the cure."""
    if cure == "adam":
        for p, g in zip(params, grads, strict=True):
            p.grad = g
        adam.step()
        return
    lr *= {"lower": 0.1, "warmup": min(1.0, 2 * (step + 1) / STEPS)}.get(cure, 1.0)
    with torch.no_grad():
        if cure == "clip":
            clip_(grads, 0.1 / lr)  # no step is longer than 0.1
        if cure == "lars":  # the gradients have the length of the steps already
            lr = 1.0
        for p, g in zip(params, grads, strict=True):
            p -= lr * g


def lars() -> list[dict[str, Any]]:
    """LARS with several relative steps, on both runs that diverge."""
    return [
        {
            "setting": {"failure": failure, "trust": trust},
            "seed": seed,
            "train_accuracy": train_cure(failure, "lars", seed, trust=trust)["train_accuracy"],
        }
        for failure, trust, seed in product(("mild", "severe"), TRUSTS, SEEDS)
    ]


EXPERIMENTS = {"depth": depth, "lars": lars}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_8 {options.experiment}",
        "torch": torch.__version__,
        "threads": 1,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_8", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
