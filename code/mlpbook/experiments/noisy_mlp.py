"""An MLP with two hidden layers that is trained on few images of Fashion-MNIST under noise.

The noise is dropout (one mask per example or per batch), multiplicative Gaussian noise of the
same variance, DropConnect, or a random multiple of the difference of two examples, at the input
and at either hidden layer, with additive noise on the pixels if wanted. Weights and the order of
the images come from one generator and the noise from another, so that runs of one seed start
alike and see the same batches: differences within a seed are paired.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from mlpbook.experiments.mlp import Split, Trained, batches, load
from mlpbook.layers import mlp_params

Kind = Literal["dropout", "shared", "gaussian", "dropconnect", "difference", "within"]
PROBE = 2000
MASKS = 20
BINS = 15


@dataclass(frozen=True)
class Noisy:
    """What is chosen before training.

    Attributes:
        rates: Drop probabilities at the input and at the two hidden layers.
        kind: What a rate means: units dropped, with one mask per example or "shared" by the batch,
            Gaussian factors of equal variance, weights of the next layer dropped, one mask a
            batch, or differences of two examples added, any two or two of the same class
            (:func:`differences`).
        pixel: Standard deviation of the Gaussian noise that is added to the pixels.
        weight_decay: Factor of the penalty, half the squared length of all weights and biases.
        optimizer: "adam" or "sgd".
        lr: Learning rate.
        cosine: Let the rate fall to 0 along a half cosine.
        images: How many of the training images are used.
        num_epochs, batch_size: As everywhere.
    """

    rates: tuple[float, float, float] = (0.0, 0.0, 0.0)
    kind: Kind = "dropout"
    pixel: float = 0.0
    weight_decay: float = 0.0
    optimizer: Literal["adam", "sgd"] = "adam"
    lr: float = 2e-3
    cosine: bool = True
    images: int = 5000
    num_epochs: int = 25
    batch_size: int = 256

    def but(self, **changes: Any) -> Noisy:
        """A copy with some values changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the form that result files hold."""
        return {**asdict(self), "rates": list(self.rates)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Noisy:
        """The inverse of :meth:`to_json`."""
        return cls(**{**values, "rates": tuple(values["rates"])})


def partners(groups: Tensor, generator: Generator) -> Tensor:
    """For each row the number of a random row of its group; the numbers are a permutation."""
    keys = (groups + torch.rand(len(groups), generator=generator) for _ in range(2))
    here, there = (key.argsort() for key in keys)
    found = torch.empty_like(here)
    found[here] = there
    return found


def differences(X: Tensor, groups: Tensor, generator: Generator) -> Tensor:
    """Noise of mean 0 that has each group's covariance: a scaled difference of two of its rows.

    Shape: X (n, units) and groups (n,) in, (n, units) out; each row gets a normal factor and two
    rows of its own.
    """
    first, second = (partners(groups, generator) for _ in range(2))
    factor = torch.randn(len(X), 1, generator=generator) / math.sqrt(2)
    return factor * (X[first] - X[second])


def disturb(
    X: Tensor, p: float, kind: Kind, generator: Generator, y: Tensor | None = None
) -> Tensor:
    """Activations under dropout, Gaussian factors of the same mean and variance, or differences.

    Raises:
        ValueError: For noise within classes without the labels y.
    """
    if p == 0 or kind == "dropconnect":
        return X
    if kind in ("difference", "within"):
        groups = torch.zeros(len(X)) if kind == "difference" else y
        if groups is None:
            raise ValueError("y: got None, expected the labels for noise of kind 'within'")
        return X + math.sqrt(p / (1 - p)) * differences(X, groups, generator)
    if kind == "gaussian":
        factor = torch.randn(X.shape, generator=generator) * math.sqrt(p / (1 - p)) + 1
        return X * factor
    drawn = X[:1] if kind == "shared" else X
    return X * (torch.rand(drawn.shape, generator=generator) >= p) / (1 - p)


def thin(W: Tensor, p: float, kind: Kind, generator: Generator) -> Tensor:
    """Weights under DropConnect; otherwise as they are."""
    if p == 0 or kind != "dropconnect":
        return W
    return W * (torch.rand(W.shape, generator=generator) >= p) / (1 - p)


def forward(
    params: list[Tensor],
    X: Tensor,
    setting: Noisy,
    generator: Generator | None,
    y: Tensor | None = None,
) -> list[Tensor]:
    """Both hidden layers (behind their noise) and the logits; no generator means no noise."""
    outputs: list[Tensor] = []
    if generator is not None and setting.pixel:
        X = X + setting.pixel * torch.randn(X.shape, generator=generator)
    H = X
    for layer, p in enumerate(setting.rates):
        W, b = params[2 * layer : 2 * layer + 2]
        if generator is not None:
            H = disturb(H, p, setting.kind, generator, y)
            W = thin(W, p, setting.kind, generator)
        if layer > 0:
            outputs.append(H)
        Z = H @ W + b
        H = torch.relu(Z) if layer < 2 else Z
    return [*outputs, H]


def score(logits: Tensor, y: Tensor) -> dict[str, float]:
    """Loss (nats) and accuracy (fraction)."""
    return {
        "loss": round(F.cross_entropy(logits, y).item(), 5),
        "accuracy": round((logits.argmax(1) == y).double().mean().item(), 5),
    }


def held_out(split: str) -> Split:
    """The first 5,000 images of the validation part, which curves are drawn from."""
    X, y = load(split)
    return Split(X[:5000], y[:5000])


def train(setting: Noisy, seed: int, *, every: int = 1) -> Trained:
    """Train one network and look at it every so many epochs (0: never), and before the first."""
    generator = Generator().manual_seed(seed)
    noise = Generator().manual_seed(10_000 + seed)
    params = mlp_params((784, 256, 256, 10), generator=generator)
    X, y = (part[: setting.images] for part in load("train"))
    kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    optimizer = kinds[setting.optimizer](params, lr=setting.lr, weight_decay=setting.weight_decay)
    steps = setting.num_epochs * math.ceil(setting.images / setting.batch_size)
    seen: dict[str, list[float]] = {}
    step = 0
    if every:
        watch(params, setting, seed, seen)
    for epoch in range(1, setting.num_epochs + 1):
        total = 0.0
        for rows in batches(len(y), setting.batch_size, generator):
            if setting.cosine:
                turn = math.cos(math.pi * step / steps)
                optimizer.param_groups[0]["lr"] = setting.lr * (1 + turn) / 2
            logits = forward(params, X[rows], setting, noise, y[rows])[-1]
            loss = F.cross_entropy(logits, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
            step += 1
        if every and epoch % every == 0:
            watch(params, setting, seed, seen)
            seen.setdefault("running_loss", []).append(round(total / len(y), 5))
    return Trained(params, seen)


@torch.no_grad()
def watch(params: list[Tensor], setting: Noisy, seed: int, seen: dict[str, list[float]]) -> None:
    """Append loss and accuracy without noise, and the variance of the hidden layers both ways.

    The variance is over the units and the first 2,000 training images; "train" is behind the mask.
    """
    X, y = (part[:PROBE] for part in load("train"))
    off = forward(params, X, setting, None)
    on = forward(params, X, setting, Generator().manual_seed(seed), y)
    validation = held_out("validation")
    values = {f"train_{k}": v for k, v in score(off[-1], y).items()}
    result = score(forward(params, validation.X, setting, None)[-1], validation.y)
    values |= {f"validation_{k}": v for k, v in result.items()}
    for layer in (0, 1):
        values[f"h{layer + 1}_eval"] = round(off[layer].var().item(), 5)
        values[f"h{layer + 1}_train"] = round(on[layer].var().item(), 5)
    for name, value in values.items():
        seen.setdefault(name, []).append(value)


@torch.no_grad()
def final(params: list[Tensor], setting: Noisy, split: str = "validation") -> dict[str, float]:
    """Loss and accuracy at the end, without noise, on the training images and on one split."""
    X, y = (part[: setting.images] for part in load("train"))
    held: Split = load(split)
    result = {f"train_{k}": v for k, v in score(forward(params, X, setting, None)[-1], y).items()}
    values = score(forward(params, held.X, setting, None)[-1], held.y)
    return result | {f"{split}_{k}": v for k, v in values.items()}


def calibration_error(probabilities: Tensor, y: Tensor) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins of confidence, weighted."""
    confidence, guess = probabilities.max(1)
    bins = (confidence * BINS).long().clamp(max=BINS - 1)
    right = (guess == y).float()
    gaps = torch.zeros(BINS).index_add(0, bins, confidence - right)
    return round(gaps.abs().sum().item() / len(y), 5)


@torch.no_grad()
def at_test_time(params: list[Tensor], setting: Noisy, seed: int) -> dict[str, float]:
    """What masks do to a trained network: no mask, one, the mean of 20, a scale too many, half out.

    `logit_noise` is the variance of the logits over masks; `logit_signal` that over images.
    """
    X, y = held_out("validation")
    generator = Generator().manual_seed(20_000 + seed)
    logits = forward(params, X, setting, None)[-1]
    found = {f"off_{k}": v for k, v in score(logits, y).items()}
    found["off_ece"] = calibration_error(logits.softmax(1), y)
    passes = torch.stack([forward(params, X, setting, generator, y)[-1] for _ in range(MASKS)])
    found |= {f"one_{k}": v for k, v in score(passes[0], y).items()}
    mean = passes.softmax(2).mean(0)
    found |= {f"mean_{k}": v for k, v in score(mean.log(), y).items()}
    found["mean_ece"] = calibration_error(mean, y)
    found["logit_noise"] = round(passes.var(0).mean().item(), 5)
    found["logit_signal"] = round(logits.var(0).mean().item(), 5)
    W1, b1, W2, b2, W3, b3 = params
    _, p1, p2 = setting.rates
    shrunk = [W1, b1, W2 * (1 - p1), b2, W3 * (1 - p2), b3]
    found |= {f"twice_{k}": v for k, v in score(forward(shrunk, X, setting, None)[-1], y).items()}
    half = setting.but(rates=(0.0, 0.5, 0.5), kind="dropout")
    found["half_accuracy"] = score(forward(params, X, half, generator)[-1], y)["accuracy"]
    found["gradient_noise"] = gradient_noise(params, setting, generator)
    return found


@torch.enable_grad()
def gradient_noise(params: list[Tensor], setting: Noisy, generator: Generator) -> float:
    """Variance of the gradient over 20 masks, summed over parameters, by its mean's square."""
    X, y = (part[:256] for part in load("train"))
    samples = []
    for _ in range(MASKS):
        loss = F.cross_entropy(forward(params, X, setting, generator, y)[-1], y)
        samples.append(torch.cat([g.flatten() for g in torch.autograd.grad(loss, params)]))
    G = torch.stack(samples)
    return round((G.var(0).sum() / G.mean(0).square().sum()).item(), 5)
